import Crypto
package import Domain
import Foundation
import Synchronization

/// Says to a push service who sends: voluntary application server identification (RFC 8292), a JWT signed with ES256.
package final class VAPID: Sendable {
    package enum Invalid: Error, Equatable {
        /// Not the 32 bytes of a P-256 private key in base64url.
        case key
        /// Neither `mailto:` nor `https:`.
        case contact
    }

    /// RFC 8292 §2 allows a day; half of it leaves room for clocks that disagree.
    private static let lifetime = Span.hours(12)
    private static let kept = 64

    private struct Token {
        let header: String
        let freshUntil: Instant
    }

    private let key: P256.Signing.PrivateKey
    private let contact: String
    private let clock: Domain.Clock
    /// By origin: signing the same words again for every message would say nothing new.
    private let tokens = Mutex<[String: Token]>([:])

    /// - Parameters:
    ///   - privateKey: 32 bytes in base64url, as the usual tools write it.
    ///   - contact: where a push service complains, `mailto:` or `https:`.
    package init(privateKey: String, contact: String, clock: Domain.Clock) throws(Invalid) {
        guard let bytes = Data(base64URL: privateKey), let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes)
        else { throw .key }
        guard contact.hasPrefix("mailto:") || contact.hasPrefix("https:"), contact.utf8.count <= 200 else {
            throw .contact
        }
        self.key = key
        self.contact = contact
        self.clock = clock
    }

    /// What a browser is given as `applicationServerKey`: the uncompressed public point in base64url.
    package var publicKey: String { key.publicKey.x963Representation.base64URLText }

    /// The value of `Authorization` for endpoints of `origin`, `https://push.example.net`.
    func authorization(for origin: String) throws -> String {
        let now = clock.now()
        if let known = tokens.withLock({ $0[origin] }), known.freshUntil > now { return known.header }
        let expires = now + Self.lifetime
        let claims = Claims(aud: origin, exp: expires.millisecondsSince1970 / 1_000, sub: contact)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body =
            Data(#"{"alg":"ES256","typ":"JWT"}"#.utf8).base64URLText + "." + (try encoder.encode(claims)).base64URLText
        let signature = try key.signature(for: Data(body.utf8)).rawRepresentation.base64URLText
        let header = "vapid t=\(body).\(signature), k=\(publicKey)"
        tokens.withLock { tokens in
            if tokens.count >= Self.kept { tokens.removeAll() }
            tokens[origin] = Token(header: header, freshUntil: expires - .hours(1))
        }
        return header
    }

    private struct Claims: Encodable {
        let aud: String
        let exp: Int64
        let sub: String
    }
}
