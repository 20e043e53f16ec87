package import Crypto
package import Foundation

/// Encrypts a push message for one browser: RFC 8291 with the content coding aes128gcm of RFC 8188, in one record.
package enum MessageEncryption {
    package enum Failure: Error, Equatable {
        case badKeys
        case tooLong
    }

    /// A push service takes 4,096 bytes (RFC 8030 §7.2); the header takes 86 of them, tag and delimiter 17.
    package static let longestText = 3_993
    private static let recordSize: UInt32 = 4_096

    /// - Parameters:
    ///   - publicKey: the browser's, an uncompressed point.
    ///   - secret: the browser's, 16 bytes.
    ///   - ephemeral: a key for this message alone.
    ///   - salt: 16 random bytes for this message alone.
    package static func seal(
        _ text: Data,
        publicKey: Data,
        secret: Data,
        ephemeral: P256.KeyAgreement.PrivateKey = P256.KeyAgreement.PrivateKey(),
        salt: Data = Data(SymmetricKey(size: .bits128).withUnsafeBytes(Array.init))
    ) throws(Failure) -> Data {
        guard text.count <= longestText else { throw .tooLong }
        let ours = ephemeral.publicKey.x963Representation
        guard let theirs = try? P256.KeyAgreement.PublicKey(x963Representation: publicKey),
            let shared = try? ephemeral.sharedSecretFromKeyAgreement(with: theirs)
        else { throw .badKeys }
        let input = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self,
            salt: secret,
            sharedInfo: Data("WebPush: info\0".utf8) + publicKey + ours,
            outputByteCount: 32
        )
        let key = derived(from: input, salt: salt, info: "Content-Encoding: aes128gcm\0", bytes: 16)
        let nonce = derived(from: input, salt: salt, info: "Content-Encoding: nonce\0", bytes: 12)
        // 2 marks the last record (RFC 8188 §2); there is only one.
        guard let nonce = try? AES.GCM.Nonce(data: nonce.withUnsafeBytes(Array.init)),
            let box = try? AES.GCM.seal(text + [2], using: key, nonce: nonce)
        else { throw .badKeys }
        let size = withUnsafeBytes(of: recordSize.bigEndian, Array.init)
        return salt + size + [UInt8(ours.count)] + ours + box.ciphertext + box.tag
    }

    private static func derived(from input: SymmetricKey, salt: Data, info: String, bytes: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: input, salt: salt, info: Data(info.utf8), outputByteCount: bytes)
    }
}
