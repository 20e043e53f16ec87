import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import ServerKit
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Children")
struct ChildTests {
    @Test("a child is added with a recorded consent, which a message confirms", arguments: Engine.allCases)
    func consent(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let answer = try await api.send(.post, "/v1/children", APIFixture.newChild(), as: minji.token).require(201)
            let id = try #require(answer.json["id"].string)
            #expect(answer.headers[.location] == "/v1/children/\(id)")
            #expect(answer.json["age"] == 4)
            #expect(answer.json["rules"]["search_enabled"] == false)
            await api.settle()
            let text = try #require(api.sms.messages(to: Person.minji).last)
            #expect(text.contains("민지") && text.contains("동의"))
            let rows = try await api.database.read { transaction in
                try transaction.rows("SELECT child_id, text_version, given_at, confirmed_at FROM consent").map(\.values)
            }
            let now = SQLValue.integer(api.clock.now.millisecondsSince1970)
            #expect(rows == [[.text(id), .text(Consent.currentTextVersion), now, now]])
        }
    }

    @Test("without a consent to the current text there is no child", arguments: Engine.allCases)
    func oldConsent(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            var body = APIFixture.newChild()
            for consent: JSON in [["text_version": "2020-01"], ["text_version": ""], [:], nil] {
                body["consent"] = consent
                try await api.send(.post, "/v1/children", body, as: minji.token).expect(.invalidField)
            }
            let counts = try await api.contents().counts
            #expect(counts["child"] == 0 && counts["consent"] == 0)
        }
    }

    @Test(
        "a month of birth is one of a child's that is born and at most twelve",
        arguments: [
            ("2026-11", 0), ("2025-11", 0), ("2025-10", 1), ("2022-05", 4), ("2013-11", 12), ("2013-10", nil),
            ("2026-12", nil), ("2027-01", nil), ("2022-13", nil), ("2022-5", nil), ("05-2022", nil), ("", nil),
        ] as [(String, Int64?)]
    )
    func birthMonth(_ month: String, age: Int64?) async throws {
        try await APIFixture.run(.sqlite) { api in
            let minji = try await api.signIn(Person.minji)
            let body = APIFixture.newChild(born: month)
            let answer = try await api.send(.post, "/v1/children", body, as: minji.token)
            guard let age else { return answer.expect(.invalidField, month) }
            #expect(try answer.require(201).json["age"].int == age)
            let child = try #require(answer.json["id"].string)
            let change = try await api.send(
                .patch,
                "/v1/children/\(child)",
                ["birth_month": "2026-12"],
                as: minji.token
            )
            change.expect(.invalidField)
        }
    }

    @Test("a guardian has at most ten children, also when they are added at once", arguments: Engine.allCases)
    func tooMany(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let park = try await api.signIn(Person.park)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...12 {
                    group.addTask {
                        let body = APIFixture.newChild("아이 \(number)")
                        return try await api.send(.post, "/v1/children", body, as: minji.token).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == Array(repeating: 201, count: 10) + [409, 409])
            try await api.send(.post, "/v1/children", APIFixture.newChild(), as: minji.token).expect(.conflict)
            let list = try await api.send(.get, "/v1/children", as: minji.token).json["items"].array
            #expect(list.count == 10)
            try await api.send(.post, "/v1/children", APIFixture.newChild(), as: park.token).require(201)
        }
    }

    @Test("twenty repetitions at once with one idempotency key add one child", arguments: Engine.allCases)
    func idempotency(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let park = try await api.signIn(Person.park)
            let key: HTTPFields = [.idempotencyKey: "4f9c"]
            let add = { @Sendable (body: JSON, token: String) in
                try await api.send(.post, "/v1/children", body, as: token, headers: key)
            }
            let answers = try await withThrowingTaskGroup(of: APIAnswer.self) { group in
                for _ in 1...20 { group.addTask { try await add(APIFixture.newChild(), minji.token) } }
                return try await group.reduce(into: [APIAnswer]()) { $0.append($1) }
            }
            let created = answers.filter { $0.status == 201 }
            #expect(!created.isEmpty)
            #expect(Set(created.map(\.data)).count == 1)
            for answer in answers where answer.status != 201 {
                answer.expect(.idempotencyInProgress)
                #expect(answer.headers[.retryAfter] == "1")
            }
            let repeated = try await add(APIFixture.newChild(), minji.token).require(201)
            #expect(repeated.data == created.first?.data)
            let id = try #require(repeated.json["id"].string)
            #expect(repeated.headers[.location] == "/v1/children/\(id)", "a replayed answer says where it is, too")
            try await add(APIFixture.newChild("민아"), minji.token).expect(.idempotencyKeyReused)
            // Keys are each guardian's own.
            let parks = try await add(APIFixture.newChild("민아"), park.token).require(201)
            #expect(parks.data != repeated.data)
            #expect(try await api.contents().counts["child"] == 2)
            await api.settle()
            #expect(api.sms.messages(to: Person.minji).count { $0.contains("동의") } == 1)
        }
    }

    @Test("one message confirms a child whose answer was lost, however often it is added", arguments: Engine.allCases)
    func lostAnswer(engine: Engine) async throws {
        let additions = Mutex(0)
        let after: WatchedDatabase.After = { statements in
            guard statements.contains(where: { $0.contains("INSERT INTO child ") }) else { return }
            let count = additions.withLock { count in
                count += 1
                return count
            }
            if count == 1 { throw DatabaseError.outcomeUnknown }
        }
        try await APIFixture.run(engine, after: after) { api in
            let minji = try await api.signIn(Person.minji)
            let add = { @Sendable in
                let headers: HTTPFields = [.idempotencyKey: "4fa1"]
                return try await api.send(
                    .post,
                    "/v1/children",
                    APIFixture.newChild(),
                    as: minji.token,
                    headers: headers
                )
            }
            try await add().expect(.outcomeUnknown)
            #expect(try await api.contents().counts["child"] == 1)
            let added = try await add().require(201).json
            await api.settle()
            // Nor is the answer there that was kept.
            try await api.database.write { try $0.run("DELETE FROM idempotency_key") }
            #expect(try await add().require(201).json == added)
            await api.settle()
            #expect(api.sms.messages(to: Person.minji).count { $0.contains("동의") } == 1)
            let guardian = try #require(Guardian.ID(minji.guardian))
            let consents = try await api.services.stores.consents.consents(of: guardian)
            #expect(consents.map(\.confirmedAt) == [api.clock.now])
        }
    }

    @Test("a refusal is replayed under its key as well", arguments: Engine.allCases)
    func idempotentRefusal(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let headers: HTTPFields = [.idempotencyKey: "4f9d"]
            let body = APIFixture.newChild(born: "2030-01")
            for _ in 1...2 {
                try await api.send(.post, "/v1/children", body, as: minji.token, headers: headers).expect(.invalidField)
            }
            for key in ["", "has space", String(repeating: "k", count: 256), "키"] {
                let answer = try await api.send(
                    .post,
                    "/v1/children",
                    APIFixture.newChild(),
                    as: minji.token,
                    headers: [.idempotencyKey: key]
                )
                answer.expect(.invalidField, key)
            }
        }
    }

    @Test("deleting a child takes the kept answer along, and no repetition brings it back", arguments: Engine.allCases)
    func forgottenAnswer(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.signIn(Person.minji)
            let add = { @Sendable (nickname: String, key: String) in
                let body = APIFixture.newChild(nickname)
                return try await api.send(
                    .post,
                    "/v1/children",
                    body,
                    as: minji.token,
                    headers: [.idempotencyKey: key]
                )
            }
            let twin = try await add("민아", "4f9e").require(201)
            let path = try #require(try await add("민지", "4f9f").require(201).headers[.location])
            await api.settle()
            #expect(try await api.contents().tables(holding: "민지") == ["child", "idempotency_key"])
            try await api.send(.delete, path, as: minji.token).require(204)
            #expect(try await api.contents().tables(holding: "민지") == [])

            for _ in 1...2 { try await add("민지", "4f9f").expect(.gone) }
            try await add("민서", "4f9f").expect(.gone, "a key is spent, whatever comes under it")
            // Another child's answer is still there.
            let repeated = try await add("민아", "4f9e").require(201)
            #expect(repeated.data == twin.data && repeated.headers[.location] == twin.headers[.location])
            try await add("민지", "4fa0").require(201)
            let list = try await api.send(.get, "/v1/children", as: minji.token).json["items"].array
            #expect(Set(list.map { $0["nickname"] }) == ["민아", "민지"])

            api.clock.advance(.days(1) + .minutes(1))
            _ = try await api.services.stores.idempotencyKeys.removeOld(now: api.clock.now)
            #expect(try await api.contents().counts["idempotency_key"] == 0)
        }
    }

    @Test("a profile changes where it is told to and stays elsewhere", arguments: Engine.allCases)
    func change(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let token = family.guardian.token
            let changed = try await api.send(.patch, family.path, ["nickname": "  민지공주 "], as: token).require(200)
            #expect(changed.json["nickname"] == "민지공주")
            #expect(changed.json["avatar"] == "rabbit" && changed.json["birth_month"] == "2022-05")
            try await api.setRules(family.child, approvedOnly: true, search: false, as: token)
            let rules = try await api.send(.get, family.path + "/rules", as: token).require(200)
            let viewing: JSON = ["approved_only": true, "search_enabled": false, "autoplay_cap": 2]
            var all = APIFixture.noLimits
            for key in viewing.keys { all[key] = viewing[key] }
            #expect(rules.json == all)
            let shown = try await api.send(.get, family.path, as: family.childToken).require(200)
            #expect(shown.json["rules"] == viewing && shown.json["nickname"] == "민지공주")
            for nickname in ["", " ", String(repeating: "가", count: 21), "민\n지", "민\u{7}지"] {
                try await api.send(.patch, family.path, ["nickname": .string(nickname)], as: token)
                    .expect(.invalidField, nickname)
            }
        }
    }

    @Test("a birthday is kept in the family's own time zone", arguments: Engine.allCases)
    func timeZone(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            // 2026-12-01, 00:30 in Seoul, is still November in Los Angeles. Who was born in November 2022 is four in
            // December.
            let token = family.guardian.token
            try await api.send(.patch, family.path, ["birth_month": "2022-11"], as: token).require(200)
            api.clock.advance(.days(7) + .hours(14) + .minutes(30))
            let later = try SignedIn(try await api.refresh(family.guardian.refreshToken).require(200)).token
            #expect(try await api.send(.get, family.path, as: later).json["age"] == 4)
            try await api.send(.patch, "/v1/me", ["time_zone": "America/Los_Angeles"], as: later).require(200)
            #expect(try await api.send(.get, family.path, as: later).json["age"] == 3)
            try await api.send(.patch, "/v1/me", ["time_zone": "Mars/Olympus"], as: later).expect(.invalidField)
        }
    }

    @Test("blocks are made, listed and taken away; only what exists can be blocked", arguments: Engine.allCases)
    func blocks(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let token = family.guardian.token
            let label = try await api.addLabel(.topic, "공룡")
            let path = family.path + "/blocks/label/\(label)"
            for _ in 1...2 { try await api.send(.put, path, as: token).require(204) }
            let list = try await api.send(.get, family.path + "/blocks", as: token).require(200).json["items"].array
            #expect(list.map { [$0["kind"], $0["id"]] } == [["label", .string(label.description)]])
            for _ in 1...2 { try await api.send(.delete, path, as: token).require(204) }
            #expect(try await api.send(.get, family.path + "/blocks", as: token).json["items"] == [])
            for wrong in ["video/\(label)", "label/nonsense", "topic/\(label)"] {
                try await api.send(.put, family.path + "/blocks/" + wrong, as: token).expect(.notFound, wrong)
            }
        }
    }
}
