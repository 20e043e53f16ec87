package import Crypto
import Foundation

/// Every secret of the service, each derived for one purpose so that no key serves two.
///
/// `signing` and `encryption` are lists: the first signs or seals, all verify or open, so that a key is rotated by putting
/// a new one in front and dropping the old one when nothing needs it any more.
package struct Keyring: Sendable {
    package struct Named<Key: Sendable>: Sendable {
        /// `kid` of a token, or the id stored beside a cipher text: 1 to 40 of `A-Za-z0-9_-`.
        package let id: String
        package let key: Key
    }

    package struct AllInvalid: Error, Equatable {
        package let faults: [Invalid]
    }

    package enum Invalid: Error, Equatable {
        case noKeys(String)
        case malformed(String)
        case duplicate(String)

        /// Which setting it is about.
        package var key: String {
            switch self {
            case .noKeys(let name), .malformed(let name), .duplicate(let name): name
            }
        }

        package var problem: String {
            switch self {
            case .noKeys: "is empty: give at least one key as id:base64"
            case .malformed("KYCK_LOOKUP_KEY"): "must be 32 bytes in base64"
            case .malformed: "must be a list of id:base64 with 32 bytes each, separated by commas"
            case .duplicate: "names a key id twice"
            }
        }
    }

    package let signing: [Named<Curve25519.Signing.PrivateKey>]
    package let encryption: [Named<SymmetricKey>]
    private let lookup: SymmetricKey

    /// - Parameters:
    ///   - signing: `id:base64` of 32-byte Ed25519 seeds, comma separated.
    ///   - encryption: `id:base64` of 32-byte AES keys, comma separated.
    ///   - lookup: base64 of 32 bytes. Changing it makes every guardian unknown: it is never rotated alone.
    /// - Throws: every key that is wrong, not only the first.
    package init(signing: String, encryption: String, lookup: String) throws(AllInvalid) {
        var faults: [Invalid] = []
        func collect<Keys>(_ read: () throws(Invalid) -> [Keys]) -> [Keys] {
            do throws(Invalid) {
                return try read()
            } catch {
                faults.append(error)
                return []
            }
        }
        self.signing = collect { () throws(Invalid) in
            try Self.named(signing, "KYCK_SIGNING_KEYS") { try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
        }
        self.encryption = collect { () throws(Invalid) in
            try Self.named(encryption, "KYCK_ENCRYPTION_KEYS") { SymmetricKey(data: $0) }
        }
        let bytes = Data(base64Encoded: lookup)
        if bytes?.count != 32 { faults.append(.malformed("KYCK_LOOKUP_KEY")) }
        self.lookup = SymmetricKey(data: bytes ?? Data())
        guard faults.isEmpty else { throw AllInvalid(faults: faults) }
    }

    private static func named<Key>(
        _ text: String,
        _ name: String,
        _ make: (Data) -> Key?
    ) throws(Invalid) -> [Named<Key>] {
        var keys: [Named<Key>] = []
        for entry in text.split(separator: ",") {
            let parts = entry.trimmingCharacters(in: .whitespaces).split(separator: ":", maxSplits: 1)
            guard parts.count == 2, (1...40).contains(parts[0].utf8.count),
                parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }),
                let data = Data(base64Encoded: String(parts[1])), data.count == 32, let key = make(data)
            else { throw .malformed(name) }
            guard !keys.contains(where: { $0.id == parts[0] }) else { throw .duplicate(name) }
            keys.append(Named(id: String(parts[0]), key: key))
        }
        guard !keys.isEmpty else { throw .noKeys(name) }
        return keys
    }

    /// HMAC key of one purpose (HKDF-SHA-256, RFC 5869).
    package func derived(for purpose: Purpose) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: lookup,
            info: Data("kyck/\(purpose.rawValue)/1".utf8),
            outputByteCount: 32
        )
    }

    package enum Purpose: String, Sendable {
        case phoneLookup = "phone-lookup"
        case otp
        case refreshToken = "refresh-token"
        case pin
        case requestIdentity = "request-identity"
        case mediaLink = "media-link"
        case pushAddress = "push-address"
    }
}
