import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("Signing in by code")
struct OneTimeCodeTests {
    @Test("a number and the code sent to it make an account, and next time find it", arguments: Engine.allCases)
    func signIn(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let asked = try await api.askForCode(Person.minji).require(202)
            #expect(asked.json.keys == ["challenge_id", "expires_at", "resend_at"])
            #expect(asked.json["expires_at"] == .string(Timestamp(api.clock.now + .minutes(3)).description))
            #expect(asked.json["resend_at"] == .string(Timestamp(api.clock.now + .seconds(30)).description))
            let code = try await api.lastCode(to: Person.minji)
            let challenge = try #require(asked.json["challenge_id"].string)
            let first = try SignedIn(try await api.redeem(challenge, code).require(201))
            #expect(first.isNew)
            let me = try await api.send(.get, "/v1/me", as: first.token).require(200)
            #expect(me.json["id"].string == first.guardian)
            #expect(me.json["time_zone"] == "Asia/Seoul")

            api.clock.advance(.minutes(1))
            let again = try await api.signIn("+82 10 2345 6789")
            #expect(!again.isNew)
            #expect(again.guardian == first.guardian)
            #expect(again.session != first.session)
        }
    }

    @Test("known and unknown numbers are answered alike", arguments: Engine.allCases)
    func noEnumeration(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            try await api.signIn(Person.minji)
            api.clock.advance(.minutes(1))
            let known = try await api.askForCode(Person.minji)
            let unknown = try await api.askForCode(Person.park)
            #expect(known.status == unknown.status)
            #expect(known.json.keys == unknown.json.keys)
            #expect(known.json["expires_at"] == unknown.json["expires_at"])
            #expect(known.json["resend_at"] == unknown.json["resend_at"])
            #expect(known.data.count == unknown.data.count)
            #expect(known.headers.map(\.name) == unknown.headers.map(\.name))
            await api.settle()
            #expect(api.sms.messages(to: Person.park).count == 1)
        }
    }

    @Test("the message is in the language the app asks in", arguments: [("en-GB", "[Kyck]"), ("ko-KR", "[킥킥]")])
    func language(header: String, beginning: String) async throws {
        try await APIFixture.run(.sqlite) { api in
            try await api.askForCode(Person.minji, headers: [.acceptLanguage: header]).require(202)
            await api.settle()
            #expect(api.sms.messages(to: Person.minji).allSatisfy { $0.hasPrefix(beginning) })
            #expect(api.sms.all.count == 1)
        }
    }

    @Test("five wrong codes use a challenge up, and the right one comes too late", arguments: Engine.allCases)
    func exhausted(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (challenge, code) = try await api.receiveCode(Person.minji)
            for step in 1...4 {
                try await api.redeem(challenge, APIFixture.wrong(code, by: step)).expect(.otpInvalid, "try \(step)")
            }
            try await api.redeem(challenge, APIFixture.wrong(code, by: 5)).expect(.otpExhausted)
            try await api.redeem(challenge, code).expect(.otpExhausted)
        }
    }

    @Test("of twenty wrong codes sent at once at most five are compared", arguments: Engine.allCases)
    func parallelGuesses(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (challenge, code) = try await api.receiveCode(Person.minji)
            let codes = try await withThrowingTaskGroup(of: String?.self) { group in
                for step in 1...20 {
                    group.addTask { try await api.redeem(challenge, APIFixture.wrong(code, by: step)).code }
                }
                return try await group.reduce(into: [String]()) { codes, code in codes.append(code ?? "none") }
            }
            #expect(codes.count { $0 == "otp_invalid" } == 4)
            #expect(codes.count { $0 == "otp_exhausted" } == 16)
            try await api.redeem(challenge, code).expect(.otpExhausted)
            let attempts = try await api.database.read { transaction in
                try transaction.rows("SELECT attempts FROM otp_challenge").map { try $0["attempts"] as Int }
            }
            #expect(attempts == [5])
        }
    }

    @Test("a code is good for three minutes", arguments: Engine.allCases)
    func expires(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (first, code) = try await api.receiveCode(Person.minji)
            api.clock.advance(.minutes(3) - Span(milliseconds: 1))
            try await api.redeem(first, code).require(201)
            let (second, late) = try await api.receiveCode(Person.minji)
            api.clock.advance(.minutes(3))
            try await api.redeem(second, late).expect(.otpExpired)
        }
    }

    @Test("a code is good once, also when it is sent twice at once", arguments: Engine.allCases)
    func singleUse(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (challenge, code) = try await api.receiveCode(Person.minji)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...4 { group.addTask { try await api.redeem(challenge, code).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 410, 410, 410])
            try await api.redeem(challenge, code).expect(.otpExpired)
        }
    }

    @Test("a new code ends the old one, and a code fits its own challenge only", arguments: Engine.allCases)
    func newKillsOld(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let (old, oldCode) = try await api.receiveCode(Person.minji)
            api.clock.advance(.seconds(31))
            let (new, newCode) = try await api.receiveCode(Person.minji)
            try await api.redeem(old, oldCode).expect(.otpExpired)
            if oldCode != newCode { try await api.redeem(new, oldCode).expect(.otpInvalid) }
            let (parks, parksCode) = try await api.receiveCode(Person.park)
            if parksCode != newCode { try await api.redeem(parks, newCode).expect(.otpInvalid) }
            try await api.redeem(new, newCode).require(201)
            let unknown = api.ids.next(OTPChallenge.self).description
            try await api.redeem(unknown, newCode).expect(.otpExpired)
        }
    }

    @Test("another code within thirty seconds is refused and told when", arguments: Engine.allCases)
    func resend(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            try await api.askForCode(Person.minji).require(202)
            api.clock.advance(.seconds(10))
            let early = try await api.askForCode(Person.minji)
            early.expect(.rateLimited)
            let wait = try #require(early.headers[.retryAfter].flatMap { Int64($0) })
            #expect((20...21).contains(wait))
            api.clock.advance(.seconds(wait))
            try await api.askForCode(Person.minji).require(202)
            await api.settle()
            #expect(api.sms.messages(to: Person.minji).count == 2)
        }
    }

    @Test("a number gets five codes an hour, from wherever they are asked for", arguments: Engine.allCases)
    func perHour(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            for _ in 1...5 {
                try await api.askForCode(Person.minji).require(202)
                api.clock.advance(.minutes(1))
            }
            let sixth = try await api.askForCode("+82-10-2345-6789")
            sixth.expect(.rateLimited)
            #expect((sixth.headers[.retryAfter].flatMap { Int($0) } ?? 0) > 60)
            try await api.askForCode(Person.park).require(202)
            api.clock.advance(.hours(1))
            try await api.askForCode(Person.minji).require(202)
        }
    }

    @Test("the database counts a number's codes as well, over a restart", arguments: Engine.allCases)
    func perHourInDatabase(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let sealed = try api.services.secrets.phones.seal(try #require(PhoneNumber(Person.minji)))
            for number in 1...5 {
                let challenge = OTPChallenge(
                    id: api.ids.next(),
                    phone: sealed,
                    codeHMAC: [UInt8(number)],
                    createdAt: api.clock.now
                )
                #expect(try await api.services.stores.otp.issue(challenge) == .issued)
                api.clock.advance(.minutes(1))
            }
            try await api.askForCode(Person.minji).expect(.rateLimited)
            await api.settle()
            #expect(api.sms.all.isEmpty)
        }
    }

    @Test("an address gets thirty codes an hour")
    func perAddress() async throws {
        try await APIFixture.run(.sqlite) { api in
            for number in 1...30 {
                let phone = "010-7000-00" + (number < 10 ? "0\(number)" : "\(number)")
                try await api.askForCode(phone, from: "203.0.113.7").require(202)
            }
            try await api.askForCode("010-7000-0099", from: "203.0.113.7").expect(.rateLimited)
            try await api.askForCode("010-7000-0099", from: "203.0.113.8").require(202)
        }
    }

    @Test(
        "only Korean mobile numbers get a code",
        arguments: [
            "02-312-4567", "031-123-4567", "1588-0000", "+1 212 555 0100", "+86 138 0013 8000", "010-123-456",
            "010-12345-67890", "", "영일공", "0102345678a", "+82", "+8210234567890123456789",
        ]
    )
    func otherNumbers(_ phone: String) async throws {
        try await APIFixture.run(.sqlite) { api in
            try await api.askForCode(phone).expect(.invalidField)
            await api.settle()
            #expect(api.sms.all.isEmpty)
        }
    }

    @Test(
        "a wall clock that jumps neither locks out nor lets an old code in",
        arguments: Engine.allCases,
        [Span.zero - .hours(2), Span.days(1)]
    )
    func clockJump(engine: Engine, jump: Span) async throws {
        try await APIFixture.run(engine) { api in
            let (old, oldCode) = try await api.receiveCode(Person.minji)
            api.clock.jump(jump)
            try await api.redeem(old, oldCode).expect(.otpExpired)
            let (new, newCode) = try await api.receiveCode(Person.minji)
            let signedIn = try SignedIn(try await api.redeem(new, newCode).require(201))
            try await api.send(.get, "/v1/me", as: signedIn.token).require(200)
            // And back to where it was.
            api.clock.jump(.zero - jump)
            try await api.redeem(old, oldCode).expect(.otpExpired)
            api.clock.advance(.minutes(1))
            try await api.signIn(Person.minji)
        }
    }

    @Test("the number is nowhere in the database in clear", arguments: Engine.allCases)
    func sealedNumber(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            try await api.signIn(Person.minji)
            let contents = try await api.contents()
            for clear in ["23456789", "2345-6789", "1023456789"] {
                #expect(contents.tables(holding: clear).isEmpty)
            }
            for message in api.sms.all {
                let code = try #require(message.text.firstMatch(of: /[0-9]{6}/)).output
                let codes = contents.tables["otp_challenge"] ?? []
                #expect(!codes.contains { $0.contains { $0 == .text(String(code)) } })
            }
        }
    }
}
