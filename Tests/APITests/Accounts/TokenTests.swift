import API
import Contract
import Crypto
import Domain
import Foundation
import HTTPTypes
import ServerKit
import TestSupport
import Testing

@Suite("Forged and borrowed tokens")
struct TokenTests {
    /// A token as somebody makes it who has seen one of ours.
    private static func token(
        header: JSON = ["alg": "EdDSA", "typ": "JWT", "kid": "test"],
        payload: JSON,
        sign: (Data) throws -> Data
    ) throws -> String {
        let head = "\(try header.data.base64URL).\(try payload.data.base64URL)"
        return "\(head).\(try sign(Data(head.utf8)).base64URL)"
    }

    private static func payload(of token: String) throws -> JSON {
        let part = token.split(separator: ".")[1].replacing("-", with: "+").replacing("_", with: "/")
        let padded = part + String(repeating: "=", count: (4 - part.utf8.count % 4) % 4)
        return try JSONDecoder().decode(JSON.self, from: try #require(Data(base64Encoded: String(padded))))
    }

    private static func key(_ byte: UInt8) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: byte, count: 32))
    }

    enum Forgery: String, CaseIterable, Sendable {
        case otherKey, algorithmNone, algorithmNoneUnsigned, hmacWithPublicKey, changedPayload, noKeyID
        case unknownKeyID, unknownKeyAndKeyID, neverExpires
        case childCallsItselfGuardian, guardianCallsItselfElevated, otherAudience, otherIssuer, noSignature, cutOff,
            huge
    }

    private func forge(_ forgery: Forgery, from token: String) throws -> String {
        let payload = try Self.payload(of: token)
        let parts = token.split(separator: ".").map(String.init)
        let own = try Self.key(1)
        let stranger = try Self.key(9)
        func changed(_ change: (inout JSON) -> Void) throws -> String {
            var payload = payload
            change(&payload)
            return "\(parts[0]).\(try payload.data.base64URL).\(parts[2])"
        }
        func signed(_ change: (inout JSON) -> Void) throws -> String {
            var payload = payload
            change(&payload)
            return try Self.token(payload: payload, sign: { try own.signature(for: $0) })
        }
        switch forgery {
        case .otherKey: return try Self.token(payload: payload, sign: { try stranger.signature(for: $0) })
        case .algorithmNone:
            return try Self.token(header: ["alg": "none", "kid": "test"], payload: payload, sign: { _ in Data() })
        case .algorithmNoneUnsigned:
            return try Self.token(header: ["alg": "none"], payload: payload, sign: { _ in Data() })
        case .hmacWithPublicKey:
            return try Self.token(header: ["alg": "HS256", "typ": "JWT", "kid": "test"], payload: payload) { data in
                let key = SymmetricKey(data: own.publicKey.rawRepresentation)
                return Data(HMAC<SHA256>.authenticationCode(for: data, using: key))
            }
        case .changedPayload: return try changed { $0["sub"] = "018f0000-0000-7000-8000-000000000000" }
        case .noKeyID:
            return try Self.token(
                header: ["alg": "EdDSA", "typ": "JWT"],
                payload: payload,
                sign: { try own.signature(for: $0) }
            )
        case .unknownKeyID, .unknownKeyAndKeyID:
            return try Self.token(header: ["alg": "EdDSA", "typ": "JWT", "kid": "test2"], payload: payload) { data in
                try (forgery == .unknownKeyID ? own : stranger).signature(for: data)
            }
        case .neverExpires: return try signed { $0["exp"] = nil }
        case .childCallsItselfGuardian: return try changed { $0["scope"] = "guardian" }
        case .guardianCallsItselfElevated: return try changed { $0["scope"] = "elevated" }
        case .otherAudience: return try signed { $0["aud"] = "another-service" }
        case .otherIssuer: return try signed { $0["iss"] = "somebody" }
        case .noSignature: return parts[0] + "." + parts[1] + "."
        case .cutOff: return String(token.dropLast(5))
        case .huge: return token + String(repeating: "A", count: 5_000)
        }
    }

    @Test("a forged token is no token", arguments: Forgery.allCases)
    func forged(_ forgery: Forgery) async throws {
        try await APIFixture.run(.sqlite) { api in
            let minji = try await api.signIn(Person.minji)
            let answer = try await api.send(.get, "/v1/me", as: try forge(forgery, from: minji.token))
            answer.expect(.unauthenticated, forgery.rawValue)
            #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
        }
    }

    @Test("a token that the test signs with the service's own key is accepted: the forgeries fail for their faults")
    func control() async throws {
        try await APIFixture.run(.sqlite) { api in
            let minji = try await api.signIn(Person.minji)
            let token = try Self.token(
                payload: try Self.payload(of: minji.token),
                sign: { try Self.key(1).signature(for: $0) }
            )
            try await api.send(.get, "/v1/me", as: token).require(200)
        }
    }

    @Test("an expired token is told so", arguments: Engine.allCases)
    func expired(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            api.clock.advance(.minutes(15))
            try await api.send(.get, "/v1/me", as: family.guardian.token).expect(.tokenExpired)
            try await api.send(.get, family.path, as: family.childToken).require(200)
            api.clock.advance(.hours(12) - .minutes(15))
            try await api.send(.get, family.path, as: family.childToken).expect(.tokenExpired)
        }
    }

    @Test("an expired token opens nothing at all", arguments: Engine.allCases)
    func expiredEverywhere(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await RouteWorld(api)
            api.clock.advance(.hours(12))
            let before = try await api.contents()
            let routes = RouteAccess.all.filter { [.guardian, .parentGate, .child, .signedIn].contains($0.who) }
            #expect(routes.count > 25)
            for route in routes {
                let call = try world.call(route)
                for token in [world.family.guardian.token, world.family.childToken] {
                    let answer = try await api.send(call.method, call.path, call.body, as: token)
                    answer.expect(.tokenExpired, "\(route.method) \(route.path)")
                }
            }
            #expect(try await api.contents() == before)
        }
    }

    @Test("a refresh token opens nothing by itself, nor does another scheme")
    func otherCredentials() async throws {
        try await APIFixture.run(.sqlite) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.send(.get, "/v1/me", as: minji.refreshToken).expect(.unauthenticated)
            for header in ["Basic bWluamk6cHc=", minji.token, "Bearer", "Bearer "] {
                try await api.send(.get, "/v1/me", headers: [.authorization: header]).expect(.unauthenticated, header)
            }
        }
    }

    @Test("the published keys are public, and verify our tokens")
    func publicKeys() async throws {
        try await APIFixture.run(.sqlite) { api in
            let minji = try await api.signIn(Person.minji)
            let answer = try await api.send(.get, "/.well-known/jwks.json").require(200)
            let keys = answer.json["keys"].array
            #expect(keys.count == 1)
            for key in keys {
                #expect(key.keys == ["alg", "crv", "kid", "kty", "use", "x"])
                #expect(key["kty"] == "OKP" && key["crv"] == "Ed25519" && key["use"] == "sig")
            }
            let x = try #require(keys.first?["x"].string)
            #expect(x == (try Self.key(1).publicKey.rawRepresentation.base64URL))
            #expect(x != Data(repeating: 1, count: 32).base64URL)
            let parts = minji.token.split(separator: ".")
            let signature = parts[2].replacing("-", with: "+").replacing("_", with: "/") + "=="
            let verified = try Self.key(1).publicKey.isValidSignature(
                try #require(Data(base64Encoded: String(signature))),
                for: Data("\(parts[0]).\(parts[1])".utf8)
            )
            #expect(verified)
        }
    }
}
