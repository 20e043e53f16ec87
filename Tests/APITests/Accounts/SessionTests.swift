import Contract
import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@Suite("Staying signed in, and signing out")
struct SessionTests {
    @Test("fifty refreshes at once with one token make one successor and sign nobody out", arguments: Engine.allCases)
    func parallelRefresh(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let answers = try await withThrowingTaskGroup(of: APIAnswer.self) { group in
                for _ in 1...50 { group.addTask { try await api.refresh(minji.refreshToken) } }
                return try await group.reduce(into: [APIAnswer]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            let successors = Set(answers.compactMap { $0.json["refresh_token"].string })
            #expect(successors.count == 1)
            #expect(!successors.contains(minji.refreshToken))
            #expect(answers.allSatisfy { $0.json["session_id"].string == minji.session })
            #expect(answers.allSatisfy { $0.json["new_guardian"] == false })
            let kept = try await api.contents().counts["refresh_token"]
            #expect(kept == 2)
            let access = try #require(answers.last?.json["access_token"].string)
            try await api.send(.get, "/v1/me", as: access).require(200)
            try await api.refresh(try #require(successors.first)).require(200)
        }
    }

    @Test("a refresh token used again after twenty seconds ends the whole family", arguments: Engine.allCases)
    func reuse(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let other = try await api.signInElsewhere(Person.minji)
            let next = try SignedIn(try await api.refresh(minji.refreshToken).require(200))
            api.clock.advance(.seconds(20))
            let repeated = try SignedIn(try await api.refresh(minji.refreshToken).require(200))
            #expect(repeated.refreshToken == next.refreshToken)
            api.clock.advance(Span(milliseconds: 1))
            try await api.refresh(minji.refreshToken).expect(.refreshReused)
            try await api.refresh(next.refreshToken).expect(.sessionRevoked)
            try await api.refresh(minji.refreshToken).expect(.sessionRevoked)
            try await api.send(.get, "/v1/me", as: next.token).expect(.sessionRevoked)
            // The other device is another family.
            try await api.send(.get, "/v1/me", as: other.token).require(200)
        }
    }

    @Test("signing out ends access at once, the child's too", arguments: Engine.allCases)
    func signOut(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let tablet = try await api.signInElsewhere(Person.minji)
            try await api.send(.delete, "/v1/sessions/\(family.guardian.session)", as: tablet.token).require(204)
            try await api.send(.get, "/v1/me", as: family.guardian.token).expect(.sessionRevoked)
            try await api.send(.get, family.path + "/home", as: family.childToken).expect(.sessionRevoked)
            try await api.refresh(family.guardian.refreshToken).expect(.sessionRevoked)
            try await api.send(.delete, "/v1/sessions/\(family.guardian.session)", as: tablet.token).expect(.notFound)
            try await api.send(.delete, "/v1/sessions/\(tablet.session)", as: tablet.token).require(204)
            try await api.send(.get, "/v1/me", as: tablet.token).expect(.sessionRevoked)
        }
    }

    @Test("the list of devices is the guardian's own and says which one asks", arguments: Engine.allCases)
    func list(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let phone = try await api.signIn(Person.minji, device: "엄마 폰")
            let tablet = try await api.signInElsewhere(Person.minji, device: "거실 태블릿")
            try await api.signIn(Person.park, device: "박씨네")
            let list = try await api.send(.get, "/v1/sessions", as: phone.token).require(200).json["items"].array
            #expect(list.map { $0["device_name"] } == ["거실 태블릿", "엄마 폰"])
            #expect(list.map { $0["id"].string } == [tablet.session, phone.session])
            #expect(list.map { $0["current"] } == [false, true])
        }
    }

    @Test("another guardian's session is not found", arguments: Engine.allCases)
    func foreignSession(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let park = try await api.signIn(Person.park)
            try await api.send(.delete, "/v1/sessions/\(minji.session)", as: park.token).expect(.notFound)
            try await api.send(.delete, "/v1/sessions/nonsense", as: park.token).expect(.notFound)
            try await api.send(.get, "/v1/me", as: minji.token).require(200)
        }
    }

    @Test(
        "access lasts fifteen minutes, an unused session thirty days, any session half a year",
        arguments: Engine.allCases
    )
    func lifetimes(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            var minji = try await api.signIn(Person.minji)
            api.clock.advance(.minutes(15))
            try await api.send(.get, "/v1/me", as: minji.token).expect(.tokenExpired)
            for _ in 1...6 {
                api.clock.advance(.days(29))
                minji = try SignedIn(try await api.refresh(minji.refreshToken).require(200))
            }
            api.clock.advance(.days(7))
            try await api.refresh(minji.refreshToken).expect(.tokenExpired)

            let park = try await api.signIn(Person.park)
            api.clock.advance(.days(30))
            try await api.refresh(park.refreshToken).expect(.tokenExpired)
        }
    }

    @Test(
        "what is no refresh token of ours is refused",
        arguments: ["", "x", String(repeating: "A", count: 43), String(repeating: "가", count: 43), "a b"]
    )
    func unknownToken(_ token: String) async throws {
        try await APIFixture.run(.sqlite) { api in
            try await api.refresh(token).expect(.unauthenticated)
        }
    }

    @Test("a clock that jumps back signs nobody out, and lets no used token in", arguments: Engine.allCases)
    func clockJumpsBack(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let next = try SignedIn(try await api.refresh(minji.refreshToken).require(200))
            api.clock.jump(.zero - .hours(2))
            try await api.send(.get, "/v1/me", as: next.token).require(200)
            try await api.refresh(next.refreshToken).require(200)
            try await api.refresh(minji.refreshToken).expect(.refreshReused)
        }
    }

    @Test("a stale token beside a sign-in or a refresh is nobody's business", arguments: Engine.allCases)
    func staleToken(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            api.clock.advance(.hours(1))
            let body: JSON = ["refresh_token": .string(minji.refreshToken)]
            try await api.send(.post, "/v1/sessions/refresh", body, as: minji.token).require(200)
            try await api.send(.post, "/v1/otp-challenges", ["phone": .string(Person.park)], as: "x").require(202)
        }
    }
}

extension APIFixture {
    /// Signs in on one more device, after the time a second code needs.
    func signInElsewhere(_ phone: String, device: String = "태블릿") async throws -> SignedIn {
        clock.advance(OTPChallenge.resendDelay)
        return try await signIn(phone, device: device)
    }
}
