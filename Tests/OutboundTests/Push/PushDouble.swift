import Crypto
import CryptoExtras
import Domain
import FaultyServer
import Foundation

/// A browser: its keys, and how it opens what was sent to it. Written from the text of RFC 8188 and RFC 8291 with plain
/// HMAC, apart from the code under test.
struct Browser {
    let key: P256.KeyAgreement.PrivateKey
    let secret: Data

    init(key: P256.KeyAgreement.PrivateKey = P256.KeyAgreement.PrivateKey(), secret: Data = Data(1...16)) {
        self.key = key
        self.secret = secret
    }

    struct Unreadable: Error {
        let reason: String
    }

    func subscription(at endpoint: String, services: PushServices) throws -> WebPushSubscription {
        try WebPushSubscription(
            endpoint: endpoint,
            p256dh: key.publicKey.x963Representation.base64URLText,
            auth: secret.base64URLText,
            services: services
        )
    }

    func open(_ body: [UInt8]) throws -> Data {
        guard body.count > 21, body.count >= 21 + Int(body[20]) + 17 else { throw Unreadable(reason: "too short") }
        let salt = Data(body[..<16])
        let recordSize = body[16..<20].reduce(0) { $0 << 8 | Int($1) }
        let theirs = Data(body[21..<(21 + Int(body[20]))])
        let record = Data(body[(21 + Int(body[20]))...])
        guard record.count <= recordSize else { throw Unreadable(reason: "more than one record") }
        let shared = try key.sharedSecretFromKeyAgreement(with: .init(x963Representation: theirs))
            .withUnsafeBytes { Data($0) }
        let prkKey = hmac(secret, shared)
        let info = Data("WebPush: info\0".utf8) + key.publicKey.x963Representation + theirs
        let prk = hmac(salt, hmac(prkKey, info + [1]))
        let cek = hmac(prk, Data("Content-Encoding: aes128gcm\0".utf8) + [1]).prefix(16)
        let nonce = hmac(prk, Data("Content-Encoding: nonce\0".utf8) + [1]).prefix(12)
        let box = try AES.GCM.SealedBox(
            nonce: .init(data: nonce),
            ciphertext: record.dropLast(16),
            tag: record.suffix(16)
        )
        var text = try AES.GCM.open(box, using: SymmetricKey(data: cek))
        while text.last == 0 { text.removeLast() }
        guard text.popLast() == 2 else { throw Unreadable(reason: "no end of the last record") }
        return text
    }

    private func hmac(_ key: Data, _ data: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: data, using: SymmetricKey(data: key)))
    }
}

/// Reads a JWT without the library under test.
struct ReadToken {
    let header: [String: String]
    let claims: [String: Any]
    let signed: Data
    let signature: Data

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Data(base64URL: parts[0]), let claims = Data(base64URL: parts[1]),
            let signature = Data(base64URL: parts[2]),
            let header = try? JSONSerialization.jsonObject(with: header) as? [String: String],
            let claims = try? JSONSerialization.jsonObject(with: claims) as? [String: Any]
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Data("\(parts[0]).\(parts[1])".utf8)
    }

    func seconds(_ claim: String) -> Int64? { (claims[claim] as? NSNumber)?.int64Value }
    func text(_ claim: String) -> String? { claims[claim] as? String }

    func isSigned(byPoint key: String) -> Bool {
        guard let point = Data(base64URL: key),
            let key = try? P256.Signing.PublicKey(x963Representation: point),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        else { return false }
        return key.isValidSignature(signature, for: signed)
    }

    func isSigned(by key: _RSA.Signing.PublicKey) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return key.isValidSignature(signature, for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5)
    }
}

enum Sample {
    static let now = Instant(millisecondsSince1970: 1_795_000_000_000)
    static let clock = Domain.Clock { now }
    static let message = Message(
        id: Message.ID(UUID(uuid: (1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, 16))),
        kind: .weeklyReport,
        title: "이번 주 리포트",
        body: "한 주의 시청 기록이 준비되었어요.",
        path: "/report"
    )
    static let json: [String: String] = [
        "id": message.id.description, "kind": "weekly_report", "title": message.title, "body": message.body,
        "path": "/report",
    ]
}
