import Crypto
package import Domain
import Foundation

/// Six digits from the system's CSPRNG, kept only as an HMAC that is bound to their challenge.
package struct OneTimeCodes: Sendable {
    private let key: SymmetricKey
    private let nextDigits: @Sendable () -> Int

    /// `nextDigits` answers a uniform number below 1,000,000.
    package init(
        keyring: Keyring,
        nextDigits: @escaping @Sendable () -> Int = { Int.random(in: 0..<1_000_000) }
    ) {
        key = keyring.derived(for: .otp)
        self.nextDigits = nextDigits
    }

    package func next() -> String {
        let digits = String(nextDigits())
        return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    package func hmac(of code: String, for challenge: OTPChallenge.ID) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message(code, challenge), using: key))
    }

    /// In constant time.
    package func matches(_ code: String, for challenge: OTPChallenge.ID, hmac: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(hmac, authenticating: message(code, challenge), using: key)
    }

    private func message(_ code: String, _ challenge: OTPChallenge.ID) -> Data {
        Data("\(challenge.description)|\(code)".utf8)
    }
}
