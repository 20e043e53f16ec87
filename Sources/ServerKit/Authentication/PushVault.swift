import Crypto
package import Domain
import Foundation

/// Seals push addresses for storage and opens them to send: whoever has one can make the device ring.
package struct PushVault: Sendable {
    package enum Failure: Error, Equatable {
        /// The key that sealed the address is not on the ring any more.
        case unknownKey(id: String)
        case damaged
    }

    private struct Content: Codable {
        var token: String?
        var endpoint: String?
        var p256dh: String?
        var auth: String?
    }

    private let lookupKey: SymmetricKey
    private let keys: [Keyring.Named<SymmetricKey>]
    /// What browsers' endpoints may name.
    package let services: PushServices
    /// What a browser needs to subscribe (RFC 8292 §3.2); nil where Web Push is not set up.
    package let webPushKey: String?

    package init(keyring: Keyring, services: PushServices = .known, webPushKey: String? = nil) {
        lookupKey = keyring.derived(for: .pushAddress)
        keys = keyring.encryption
        self.services = services
        self.webPushKey = webPushKey
    }

    package func seal(_ address: PushAddress) throws -> SealedAddress {
        guard let current = keys.first else { throw Failure.unknownKey(id: "") }
        let (content, name): (Content, String) =
            switch address {
            case .firebase(let token): (Content(token: token), "firebase|\(token)")
            case .web(let subscription):
                (
                    Content(
                        endpoint: subscription.endpoint,
                        p256dh: subscription.publicKey.base64URLText,
                        auth: subscription.secret.base64URLText
                    ), "web|\(subscription.endpoint)"
                )
            }
        let lookup = HMAC<SHA256>.authenticationCode(for: Data(name.utf8), using: lookupKey)
        let box = try AES.GCM.seal(
            try JSONEncoder().encode(content),
            using: current.key,
            authenticating: associated(with: current.id, lookup: Array(lookup))
        )
        guard let combined = box.combined else { throw Failure.damaged }
        return SealedAddress(lookup: Array(lookup), cipher: Array(combined), keyID: current.id)
    }

    /// - Throws: `PushRefusal.forbiddenAddress` for a push service that we no longer send to; `Failure`.
    package func open(_ sealed: SealedAddress) throws -> PushAddress {
        guard let named = keys.first(where: { $0.id == sealed.keyID }) else {
            throw Failure.unknownKey(id: sealed.keyID)
        }
        guard let box = try? AES.GCM.SealedBox(combined: sealed.cipher),
            let data = try? AES.GCM.open(
                box,
                using: named.key,
                authenticating: associated(with: named.id, lookup: sealed.lookup)
            ),
            let content = try? JSONDecoder().decode(Content.self, from: data)
        else { throw Failure.damaged }
        if let token = content.token { return .firebase(token: token) }
        guard let endpoint = content.endpoint, let p256dh = content.p256dh, let auth = content.auth else {
            throw Failure.damaged
        }
        do throws(WebPushSubscription.Invalid) {
            return .web(try WebPushSubscription(endpoint: endpoint, p256dh: p256dh, auth: auth, services: services))
        } catch {
            throw PushRefusal.forbiddenAddress
        }
    }

    /// Bound to its row: a cipher text put into another one does not open.
    private func associated(with keyID: String, lookup: [UInt8]) -> Data {
        Data("push|\(keyID)|".utf8) + lookup
    }
}
