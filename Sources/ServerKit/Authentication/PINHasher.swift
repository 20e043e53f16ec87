import Crypto
import CryptoExtras
import Foundation

/// Hashes a guardian's PIN. Four to six digits are guessed in no time once hash and salt are known, so the digits are first
/// keyed with a secret that is not in the database; scrypt (RFC 7914) then makes each guess cost 16 MiB.
package struct PINHasher: Sendable {
    package static let digits = 4...6

    private let key: SymmetricKey

    package init(keyring: Keyring) {
        key = keyring.derived(for: .pin)
    }

    package static func isValid(_ pin: String) -> Bool {
        digits.contains(pin.utf8.count)
            && pin.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    package func hash(_ pin: String) async throws -> (hash: [UInt8], salt: [UInt8]) {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        return (try await derive(pin, salt: salt), salt)
    }

    /// In constant time.
    package func matches(_ pin: String, hash: [UInt8], salt: [UInt8]) async throws -> Bool {
        let derived = try await derive(pin, salt: salt)
        guard derived.count == hash.count else { return false }
        return zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// On Swift's own pool, wherever it is asked for: an event loop has connections to serve.
    private func derive(_ pin: String, salt: [UInt8]) async throws -> [UInt8] {
        let keyed = HMAC<SHA256>.authenticationCode(for: Data(pin.utf8), using: key)
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { @concurrent in
            try KDF.Scrypt.deriveKey(
                from: Array(keyed),
                salt: salt,
                outputByteCount: 32,
                rounds: 1 << 14,
                blockSize: 8,
                parallelism: 1
            ).withUnsafeBytes { Array($0) }
        }
    }
}
