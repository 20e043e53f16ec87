import Contract
import Crypto
package import Domain
package import Foundation
import JWTKit
import Synchronization

/// Who is calling, as a verified access token says.
package enum Caller: Sendable, Hashable {
    case guardian(GuardianCaller)
    case child(ChildCaller)

    package var session: Session.ID {
        switch self {
        case .guardian(let caller): caller.session
        case .child(let caller): caller.session
        }
    }

    package var guardian: Guardian.ID {
        switch self {
        case .guardian(let caller): caller.guardian
        case .child(let caller): caller.guardian
        }
    }
}

package struct GuardianCaller: Sendable, Hashable {
    package let guardian: Guardian.ID
    package let session: Session.ID
    /// Which of the guardian's PINs was entered within the last minutes; nil for an ordinary token.
    package let elevatedByPIN: Int?

    package init(guardian: Guardian.ID, session: Session.ID, elevatedByPIN: Int? = nil) {
        self.guardian = guardian
        self.session = session
        self.elevatedByPIN = elevatedByPIN
    }

    /// Whether the parent gate is open: no PIN is set, or the one that is set was entered. What an older PIN opened is
    /// closed.
    package func isElevated(for guardian: Guardian) -> Bool {
        guard let version = guardian.pinVersion else { return true }
        return version == elevatedByPIN
    }
}

package struct ChildCaller: Sendable, Hashable {
    package let child: Child.ID
    package let guardian: Guardian.ID
    package let session: Session.ID

    package init(child: Child.ID, guardian: Guardian.ID, session: Session.ID) {
        self.child = child
        self.guardian = guardian
        self.session = session
    }
}

/// Issues and verifies access tokens: JWT (RFC 7519) signed with Ed25519 (RFC 8037), one algorithm and no other.
package struct AccessTokens: Sendable {
    package static let guardianLifetime = Span.minutes(15)
    package static let elevatedLifetime = Span.minutes(5)
    /// A child's device holds no refresh token. It is handed back within the day; its session can be ended at once.
    package static let childLifetime = Span.hours(12)

    private static let issuer = "kyck"
    private static let audience = "kyck-api"

    private let keys: JWTKeyCollection
    private let current: JWKIdentifier
    private let clock: Domain.Clock
    private let verified = VerifiedTokens()
    /// The public keys, as `/.well-known/jwks.json` shows them.
    package let publicKeys: [Keyring.Named<Data>]

    package init(keyring: Keyring, clock: Domain.Clock) async throws {
        guard let first = keyring.signing.first else { throw Keyring.Invalid.noKeys("KYCK_SIGNING_KEYS") }
        let keys = JWTKeyCollection()
        for named in keyring.signing {
            await keys.add(eddsa: EdDSA.PrivateKey(backing: named.key), kid: JWKIdentifier(string: named.id))
        }
        self.keys = keys
        self.clock = clock
        current = JWKIdentifier(string: first.id)
        publicKeys = keyring.signing.map { Keyring.Named(id: $0.id, key: $0.key.publicKey.rawRepresentation) }
    }

    package struct Issued: Sendable {
        package let token: String
        package let expiresAt: Instant
    }

    package func issue(for caller: Caller) async throws -> Issued {
        let lifetime: Span
        switch caller {
        case .guardian(let guardian):
            lifetime = guardian.elevatedByPIN == nil ? Self.guardianLifetime : Self.elevatedLifetime
        case .child: lifetime = Self.childLifetime
        }
        let now = clock.now()
        let claims = Claims(caller: caller, issuedAt: now, expiresAt: now + lifetime)
        return Issued(token: try await keys.sign(claims, kid: current), expiresAt: now + lifetime)
    }

    /// - Throws: `Problem` 401, `token_expired` where only time was against it.
    package func verify(_ token: String) async throws -> Caller {
        let claims = try await claims(of: token)
        let now = clock.now().millisecondsSince1970 / 1_000
        guard claims.expiresAt > now else { throw Problem(.tokenExpired) }
        return claims.caller
    }

    private func claims(of token: String) async throws -> VerifiedTokens.Claims {
        if let known = verified.claims(of: token) { return known }
        guard token.utf8.count <= 2_048, namesOurAlgorithmAndKey(token) else { throw Problem(.unauthenticated) }
        let claims: Claims
        do {
            claims = try await keys.verify(token)
        } catch {
            // Why a token is no good is nobody's business but the log's, and there it would only be noise.
            throw Problem(.unauthenticated)
        }
        guard claims.iss == Self.issuer, claims.aud == Self.audience, let caller = claims.caller else {
            throw Problem(.unauthenticated)
        }
        let read = VerifiedTokens.Claims(caller: caller, expiresAt: claims.exp)
        verified.remember(read, of: token)
        return read
    }

    /// The library chooses a key by `kid`, falls back to another one where it knows none, and verifies with that key's own
    /// algorithm. A header that names another algorithm, or no key of ours, is refused before it gets there (RFC 8725 §3.1).
    private func namesOurAlgorithmAndKey(_ token: String) -> Bool {
        struct Header: Decodable {
            let alg: String
            let kid: String
            let typ: String?
        }
        guard let part = token.split(separator: ".").first else { return false }
        let standard = part.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard + padding),
            let header = try? JSONDecoder().decode(Header.self, from: data)
        else { return false }
        return header.alg == "EdDSA" && (header.typ ?? "JWT") == "JWT" && publicKeys.contains { $0.id == header.kid }
    }

    private struct Claims: JWTPayload {
        var iss = AccessTokens.issuer
        var aud = AccessTokens.audience
        let sub: String
        let sid: String
        let scope: String
        let child: String?
        let pin: Int?
        let iat: Int64
        let exp: Int64

        init(caller: Caller, issuedAt: Instant, expiresAt: Instant) {
            sub = caller.guardian.description
            sid = caller.session.description
            iat = issuedAt.millisecondsSince1970 / 1_000
            exp = expiresAt.millisecondsSince1970 / 1_000
            switch caller {
            case .guardian(let guardian):
                scope = guardian.elevatedByPIN == nil ? "guardian" : "elevated"
                pin = guardian.elevatedByPIN
                child = nil
            case .child(let caller):
                scope = "child"
                pin = nil
                child = caller.child.description
            }
        }

        /// Time is checked by our own clock, which tests can set.
        func verify(using algorithm: some JWTAlgorithm) async throws {}

        var caller: Caller? {
            guard let guardian = Guardian.ID(sub), let session = Session.ID(sid) else { return nil }
            switch (scope, child, pin) {
            case ("guardian", nil, nil):
                return .guardian(GuardianCaller(guardian: guardian, session: session))
            case ("elevated", nil, let version?):
                return .guardian(GuardianCaller(guardian: guardian, session: session, elevatedByPIN: version))
            case ("child", let id?, nil):
                guard let child = Child.ID(id) else { return nil }
                return .child(ChildCaller(child: child, guardian: guardian, session: session))
            default:
                return nil
            }
        }
    }
}

/// Tokens whose signature was found good: an app sends the same one with every beat, and a signature does not go bad. Time
/// and session are asked about every time. Bounded; forgotten as a whole when full.
private final class VerifiedTokens: Sendable {
    struct Claims: Sendable {
        let caller: Caller
        /// Seconds since 1970.
        let expiresAt: Int64
    }

    private static let capacity = 20_000

    private let claims = Mutex<[String: Claims]>([:])

    func claims(of token: String) -> Claims? {
        claims.withLock { $0[token] }
    }

    func remember(_ read: Claims, of token: String) {
        claims.withLock { claims in
            if claims.count >= Self.capacity { claims.removeAll(keepingCapacity: true) }
            claims[token] = read
        }
    }
}
