import API
import Contract
import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@Suite("The parent gate")
struct ParentGateTests {
    private static let gated = RouteAccess.all.filter { $0.who == .parentGate }

    @Test("once a PIN is set, every gated route asks for it and changes nothing", arguments: Engine.allCases)
    func required(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await RouteWorld(api)
            let token = world.family.guardian.token
            try await api.setPIN("1234", as: token)
            let before = try await api.contents()
            #expect(Self.gated.count >= 11)
            for route in Self.gated {
                let call = try world.call(route)
                let answer = try await api.send(call.method, call.path, call.body, as: token)
                answer.expect(.parentGateRequired, "\(route.method) \(route.path)")
            }
            #expect(try await api.contents() == before)
        }
    }

    @Test("with the PIN entered, every gated route opens", arguments: Engine.allCases)
    func elevated(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await RouteWorld(api)
            try await api.setPIN(RouteWorld.pin, as: world.family.guardian.token)
            let opened = try await api.openGate(RouteWorld.pin, as: world.family.guardian.token).require(201)
            #expect(opened.json["expires_at"] == .string(Timestamp(api.clock.now + .minutes(5)).description))
            // What removes the child or the account comes last, and the request to delete before the taking back.
            for route in Self.gated.sorted(by: { RouteWorld.order($0) < RouteWorld.order($1) }) {
                let call = try world.call(route)
                let token = try await world.guardianToken(api)
                let answer = try await api.send(call.method, call.path, call.body, as: token)
                #expect((200..<300).contains(answer.status), "\(route.method) \(route.path): \(answer.text)")
            }
        }
    }

    @Test("the elevated token ends after five minutes, and belongs to its guardian", arguments: Engine.allCases)
    func elevatedEnds(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let park = try await api.signIn(Person.park)
            try await api.setPIN("1234", as: family.guardian.token)
            try await api.setPIN("987654", as: park.token)
            try await api.openGate("1234", as: park.token).expect(.pinWrong)
            let opened = try await api.openGate("987654", as: park.token).require(201)
            let parks = try #require(opened.json["access_token"].string)
            try await api.send(.delete, family.path, as: parks).expect(.notFound)
            api.clock.advance(.minutes(5))
            try await api.send(.get, "/v1/me", as: parks).expect(.tokenExpired)
        }
    }

    @Test("a new PIN closes what the old one opened", arguments: Engine.allCases)
    func newPIN(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.setPIN("1234", as: minji.token)
            let opened = try await api.openGate("1234", as: minji.token).require(201)
            let elevated = try #require(opened.json["access_token"].string)
            try await api.setPIN("5678", as: elevated)
            try await api.send(.patch, "/v1/me", ["language": "en"], as: elevated).expect(.parentGateRequired)
            // Still the guardian's, it opens what an ordinary token opens, and not the next PIN either.
            try await api.send(.get, "/v1/me", as: elevated).require(200)
            try await api.send(.put, "/v1/me/pin", ["pin": "1234"], as: elevated).expect(.parentGateRequired)
        }
    }

    @Test("five wrong PINs rest the gate for a quarter of an hour", arguments: Engine.allCases)
    func locked(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.openGate("1234", as: minji.token).expect(.conflict)
            try await api.setPIN("1234", as: minji.token)
            for number in 1...5 { try await api.openGate("9999", as: minji.token).expect(.pinWrong, "\(number)") }
            let locked = try await api.openGate("1234", as: minji.token)
            locked.expect(.pinLocked)
            #expect((890...901).contains(locked.headers[.retryAfter].flatMap { Int($0) } ?? 0))
            api.clock.advance(.minutes(14))
            try await api.openGate("1234", as: minji.token).expect(.pinLocked)
            api.clock.advance(.minutes(1))
            let refreshed = try SignedIn(try await api.refresh(minji.refreshToken).require(200))
            try await api.openGate("1234", as: refreshed.token).require(201)
        }
    }

    @Test("of twenty PINs tried at once at most five are compared", arguments: Engine.allCases)
    func parallelPINs(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.setPIN("1234", as: minji.token)
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...20 {
                    group.addTask { try await api.openGate("\(5_000 + number)", as: minji.token).code ?? "opened" }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(codes.count { $0 == "pin_wrong" } == 5)
            #expect(codes.count { $0 == "pin_locked" } == 15)
        }
    }

    @Test("a right PIN clears the wrong ones before it", arguments: Engine.allCases)
    func cleared(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.setPIN("1234", as: minji.token)
            for _ in 1...3 {
                for _ in 1...4 { try await api.openGate("9999", as: minji.token).expect(.pinWrong) }
                try await api.openGate("1234", as: minji.token).require(201)
            }
        }
    }

    @Test("a forgotten PIN is replaced with a new code to the same number", arguments: Engine.allCases)
    func recovery(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.setPIN("1234", as: minji.token)
            func change(_ challenge: String, _ code: String) async throws -> APIAnswer {
                try await api.send(
                    .put,
                    "/v1/me/pin",
                    ["pin": "4321", "challenge_id": .string(challenge), "code": .string(code)],
                    as: minji.token
                )
            }
            let (parks, parksCode) = try await api.receiveCode(Person.park)
            try await change(parks, parksCode).expect(.forbidden)
            let opened = try await api.openGate("1234", as: minji.token).require(201)
            let elevated = try #require(opened.json["access_token"].string)
            try await api.send(.patch, "/v1/me", ["language": "en"], as: elevated).require(200)
            api.clock.advance(.minutes(1))
            let (challenge, code) = try await api.receiveCode(Person.minji)
            try await change(challenge, APIFixture.wrong(code)).expect(.otpInvalid)
            try await api.openGate("4321", as: minji.token).expect(.pinWrong)
            try await change(challenge, code).require(204)
            try await api.send(.patch, "/v1/me", ["language": "ko"], as: elevated).expect(.parentGateRequired)
            try await change(challenge, code).expect(.otpExpired)
            try await api.openGate("4321", as: minji.token).require(201)
            try await api.openGate("1234", as: minji.token).expect(.pinWrong)
        }
    }

    @Test("a PIN is four to six digits", arguments: ["", "123", "1234567", "12a4", "１２３４", " 1234"])
    func malformed(_ pin: String) async throws {
        try await APIFixture.run(.sqlite) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.send(.put, "/v1/me/pin", ["pin": .string(pin)], as: minji.token).expect(.invalidField)
            #expect(try await api.send(.get, "/v1/me", as: minji.token).json["has_pin"] == false)
        }
    }

    @Test("the PIN is not in the database", arguments: Engine.allCases)
    func hashed(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            try await api.setPIN("739164", as: minji.token)
            #expect(try await api.contents().tables(holding: "739164").isEmpty)
        }
    }
}
