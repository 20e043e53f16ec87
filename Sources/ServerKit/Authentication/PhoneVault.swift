import Crypto
package import Domain
import Foundation

/// Seals phone numbers for storage and opens them to send. Found by HMAC, because a bare hash of a mobile number falls to
/// a table of 10⁸ entries in minutes.
package struct PhoneVault: Sendable {
    package enum Failure: Error, Equatable {
        /// The key that sealed the number is not on the ring any more.
        case unknownKey(id: String)
        case damaged
    }

    private let lookupKey: SymmetricKey
    private let keys: [Keyring.Named<SymmetricKey>]

    package init(keyring: Keyring) {
        lookupKey = keyring.derived(for: .phoneLookup)
        keys = keyring.encryption
    }

    package func seal(_ phone: PhoneNumber) throws -> SealedPhone {
        guard let current = keys.first else { throw Failure.unknownKey(id: "") }
        let number = Data(phone.e164.utf8)
        let lookup = HMAC<SHA256>.authenticationCode(for: number, using: lookupKey)
        let box = try AES.GCM.seal(number, using: current.key, authenticating: Data(current.id.utf8))
        guard let combined = box.combined else { throw Failure.damaged }
        return SealedPhone(lookup: Array(lookup), cipher: Array(combined), keyID: current.id)
    }

    package func open(_ sealed: SealedPhone) throws -> PhoneNumber {
        guard let named = keys.first(where: { $0.id == sealed.keyID }) else {
            throw Failure.unknownKey(id: sealed.keyID)
        }
        let box = try AES.GCM.SealedBox(combined: sealed.cipher)
        let number = try AES.GCM.open(box, using: named.key, authenticating: Data(named.id.utf8))
        guard let text = String(validating: number, as: UTF8.self), let phone = PhoneNumber(text) else {
            throw Failure.damaged
        }
        return phone
    }
}
