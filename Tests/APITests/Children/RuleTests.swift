import API
import Contract
import Domain
import HTTPTypes
import SQL
import ServerKit
import TestSupport
import Testing

@Suite("Time rules over the API")
struct RuleTests {
    @Test("rules are kept as they were sent, and none is taken away by being left out", arguments: Engine.allCases)
    func kept(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let token = family.guardian.token
            let path = family.path + "/rules"
            let put = try await api.send(.put, path, APIFixture.rules, as: token).require(200)
            #expect(put.json == APIFixture.rules)
            #expect(try await api.send(.get, path, as: token).require(200).json == APIFixture.rules)
            for key in APIFixture.rules.keys {
                var null = APIFixture.rules
                null[key] = .null
                let nothing = try await api.send(.put, path, null, as: token)
                nothing.expect(.invalidField, key)
                #expect(nothing.json["errors"][0]["field"].string == key)
                let missing = try await api.send(.put, path, APIFixture.rules.without(key), as: token)
                missing.expect(.invalidField, key)
                #expect(missing.json["errors"] == [["field": .string(key), "code": "required"]])
            }
            #expect(try await api.send(.get, path, as: token).require(200).json == APIFixture.rules)
            try await api.send(.put, path, APIFixture.noLimits, as: token).require(200)
            #expect(try await api.send(.get, path, as: token).require(200).json == APIFixture.noLimits)
        }
    }

    private struct Bad: Sendable {
        let name: String
        let field: String
        let code: InvalidField.Reason
        let change: @Sendable (inout JSON) -> Void

        init(
            _ name: String,
            _ field: String,
            _ code: InvalidField.Reason,
            _ change: @escaping @Sendable (inout JSON) -> Void
        ) {
            (self.name, self.field, self.code, self.change) = (name, field, code, change)
        }
    }

    private static let refused: [Bad] = [
        Bad("twenty-five hours", "minutes.monday", .outOfRange) { $0["minutes"]["monday"] = 1_500 },
        Bad("less than nothing", "fun.sunday", .outOfRange) { $0["fun"]["sunday"] = -1 },
        Bad("a day of no week", "learning.someday", .unknown) { $0["learning"]["someday"] = 10 },
        Bad("half a minute", "minutes.friday", .outOfRange) { $0["minutes"]["friday"] = .number(0.5) },
        Bad("minutes in words", "minutes.friday", .wrongType) { $0["minutes"]["friday"] = "ten" },
        Bad("a week of four days", "minutes.friday", .required) { $0["minutes"] = $0["minutes"].without("friday") },
        Bad("minutes for no day in particular", "minutes", .wrongType) { $0["minutes"] = 60 },
        Bad("no bedtimes at all, not even none", "bedtimes", .required) { $0["bedtimes"] = .null },
        Bad("a cap of eleven", "autoplay_cap", .outOfRange) { $0["autoplay_cap"] = 11 },
        Bad("a bedtime equal to its start", "bedtimes.0.end", .endIsStart) {
            $0["bedtimes"] = [Self.night("20:00", "20:00")]
        },
        Bad("overlapping bedtimes", "bedtimes.1", .overlaps) {
            $0["bedtimes"] = [Self.night("20:00", "07:00"), Self.night("06:30", "08:00", "tuesday")]
        },
        Bad("half past twenty-four", "bedtimes.0.start", .outOfRange) {
            $0["bedtimes"] = [Self.night("24:30", "07:00")]
        },
        Bad("sixty minutes past", "bedtimes.0.end", .outOfRange) { $0["bedtimes"] = [Self.night("20:00", "07:60")] },
        Bad("eight in the evening", "bedtimes.0.start", .malformed) { $0["bedtimes"] = [Self.night("8 pm", "07:00")] },
        Bad("a bedtime on no day", "bedtimes.0.weekdays", .tooShort) {
            $0["bedtimes"] = [Self.night("20:00", "07:00", nil)]
        },
        Bad("a bedtime on a day of no week", "bedtimes.0.weekdays", .notOneOf) {
            $0["bedtimes"] = [Self.night("20:00", "07:00", "someday")]
        },
        Bad("twenty-two bedtimes", "bedtimes", .tooLong) {
            $0["bedtimes"] = .array(Array(repeating: Self.night("20:00", "20:10"), count: 22))
        },
        Bad("a bedtime twice on one day", "bedtimes.0.weekdays", .duplicate) {
            $0["bedtimes"] = [["weekdays": ["monday", "monday"], "start": "20:00", "end": "07:00"]]
        },
        Bad("a bedtime with more to it", "bedtimes.0.lullaby", .unknown) {
            $0["bedtimes"] = [["weekdays": ["monday"], "start": "20:00", "end": "07:00", "lullaby": true]]
        },
    ]

    private static func night(_ start: String, _ end: String, _ weekday: String? = "monday") -> JSON {
        [
            "weekdays": .array(weekday.map { [.string($0)] } ?? []), "start": .string(start), "end": .string(end),
        ]
    }

    @Test("rules that cannot be are refused by the field's name, and nothing is stored", arguments: Engine.allCases)
    func badRules(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let path = family.path + "/rules"
            try await api.send(.put, path, APIFixture.rules, as: family.guardian.token).require(200)
            let before = try await api.contents()
            for bad in Self.refused {
                var rules = APIFixture.rules
                bad.change(&rules)
                let answer = try await api.send(.put, path, rules, as: family.guardian.token)
                answer.expect(.invalidField, bad.name)
                let errors = answer.json["errors"].array
                #expect(errors == [["field": .string(bad.field), "code": .string(bad.code.rawValue)]], "\(bad.name)")
            }
            #expect(try await api.contents() == before)
        }
    }

    @Test("a time zone that does not exist is refused, and nothing is stored", arguments: Engine.allCases)
    func badZone(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let before = try await api.contents()
            for zone in ["Mars/Olympus", "", "Asia/Seoul ", "KST-25"] {
                let answer = try await api.send(
                    .patch,
                    "/v1/me",
                    ["time_zone": .string(zone)],
                    as: family.guardian.token
                )
                answer.expect(.invalidField, zone)
            }
            #expect(try await api.contents() == before)
        }
    }

    @Test("neither the child nor another family sets rules or grants minutes", arguments: Engine.allCases)
    func whose(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let park = try await api.family(Person.park, child: "서준")
            let before = try await api.contents()
            let calls: [(HTTPRequest.Method, String, JSON)] = [
                (.put, "/rules", APIFixture.rules), (.post, "/bonus", ["minutes": 10]),
            ]
            for (method, path, body) in calls {
                let child = try await api.send(method, family.path + path, body, as: family.childToken)
                child.expect(.forbidden, path)
                let stranger = try await api.send(method, family.path + path, body, as: park.guardian.token)
                stranger.expect(.notFound, path)
            }
            #expect(try await api.contents() == before)
            // With a PIN set, the guardian's own unlocked phone does not do either.
            try await api.setPIN("2580", as: family.guardian.token)
            for (method, path, body) in calls {
                let answer = try await api.send(method, family.path + path, body, as: family.guardian.token)
                answer.expect(.parentGateRequired, path)
            }
        }
    }

    // MARK: Bonus

    private static func grant(
        _ minutes: JSON,
        in family: APIFixture.Family,
        key: String? = nil,
        _ api: APIFixture
    ) async throws -> APIAnswer {
        var headers = HTTPFields()
        headers[.idempotencyKey] = key
        return try await api.send(
            .post,
            family.path + "/bonus",
            ["minutes": minutes],
            as: family.guardian.token,
            headers: headers
        )
    }

    @Test("minutes granted add up over the day, and the answer says what is left", arguments: Engine.allCases)
    func bonus(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            var rules = APIFixture.rules
            rules["minutes"] = APIFixture.every(30)
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            let first = try await Self.grant(10, in: family, api).require(201).json
            #expect(first["day"] == "2026-11-23" && first["minutes"] == 10)
            #expect(first["allowance"]["remaining_ms"] == 2_400_000)
            let second = try await Self.grant(20, in: family, api).require(201).json
            #expect(second["minutes"] == 30 && second["allowance"]["total_left_ms"] == 3_600_000)
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
            #expect(home["allowance"]["total_left_ms"] == 3_600_000)
            for wrong: JSON in [-5, 0, 10_000, 241, .number(1.5), "10", nil] {
                try await Self.grant(wrong, in: family, api).expect(.invalidField, "\(wrong)")
            }
            try await Self.grant(211, in: family, api).expect(.conflict)
            #expect(try await Self.grant(210, in: family, api).require(201).json["minutes"] == 240)
            #expect(try await api.contents().counts["bonus"] == 3)
        }
    }

    @Test("one grant repeated is one grant; many at once never pass the day's limit", arguments: Engine.allCases)
    func bonusAtOnce(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            try await Self.grant(30, in: family, key: "bonus-1", api).require(201)
            try await Self.grant(30, in: family, key: "bonus-1", api).require(201)
            // Also when the answer to the first was lost.
            try await api.database.write { try $0.run("DELETE FROM idempotency_key") }
            #expect(try await Self.grant(30, in: family, key: "bonus-1", api).require(201).json["minutes"] == 30)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...10 { group.addTask { try await Self.grant(40, in: family, api).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == Array(repeating: 201, count: 5) + Array(repeating: 409, count: 5))
        }
    }
}
