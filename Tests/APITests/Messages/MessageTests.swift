import API
import Contract
import Domain
import HTTPTypes
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("Devices and message preferences")
struct MessageTests {
    private static let subscription: JSON = [
        "kind": "web", "endpoint": "https://web.push.apple.com/QGuQyavXutnMH",
        "keys": [
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        ],
    ]

    private func due(_ api: APIFixture, at now: Instant? = nil) async throws -> [OutboxStore.Due] {
        let now = now ?? api.clock.now
        return try await api.services.stores.outbox.take(limit: 100, lease: .minutes(5), taker: "t", now: now).due
    }

    @Test("A device is registered once, however often, and listed until it is removed", arguments: Engine.allCases)
    func register(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            let phone = try await api.send(.post, "/v1/me/devices", APIFixture.newDevice("a"), as: mother.token)
                .require(201).json
            #expect(phone["kind"] == "firebase" && phone["name"] == "엄마 폰")
            #expect(phone["created_at"] == phone["seen_at"])
            api.clock.advance(.minutes(3))
            let again = try await api.send(.post, "/v1/me/devices", APIFixture.newDevice("a"), as: mother.token)
                .require(200).json
            #expect(again["id"] == phone["id"] && again["seen_at"] != phone["seen_at"])
            let browser = try await api.send(.post, "/v1/me/devices", Self.subscription, as: mother.token)
                .require(201).json
            let list = try await api.send(.get, "/v1/me/devices", as: mother.token).require(200)
            #expect(list.json["items"] == [browser, again])
            #expect(list.json["web_push_key"] == .null && list.text.contains("web_push_key"))
            #expect(!list.text.contains("token-of") && !list.text.contains("push.apple.com"))

            let path = "/v1/me/devices/\(try #require(phone["id"].string))"
            let father = try await api.signIn(Person.park)
            try await api.send(.delete, path, as: father.token).expect(.notFound)
            try await api.send(.delete, path, as: mother.token).require(204)
            try await api.send(.delete, path, as: mother.token).expect(.notFound)
            try await api.send(.delete, "/v1/me/devices/x", as: mother.token).expect(.notFound)
            #expect(try await api.send(.get, "/v1/me/devices", as: mother.token).json["items"] == [browser])
        }
    }

    @Test("What is kept of an address does not show it, and opens to what was sent", arguments: Engine.allCases)
    func sealed(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            try await api.send(.post, "/v1/me/devices", APIFixture.newDevice("a"), as: mother.token).require(201)
            try await api.send(.post, "/v1/me/devices", Self.subscription, as: mother.token).require(201)
            try await api.tell(mother, "리포트")
            let due = try await due(api)
            #expect(due.count == 2)
            for one in due {
                let text = String(decoding: one.address.cipher + one.address.lookup, as: UTF8.self)
                #expect(!text.contains("token-of") && !text.contains("apple"))
            }
            let opened = try due.map { try api.services.secrets.pushes.open($0.address) }
            #expect(opened.contains(.firebase(token: "token-of-a")))
            let web = opened.contains { address in
                guard case .web(let subscription) = address else { return false }
                return subscription.endpoint == "https://web.push.apple.com/QGuQyavXutnMH"
            }
            #expect(web)
            // A cipher text in another row is worth nothing.
            let mixed = SealedAddress(
                lookup: due[0].address.lookup,
                cipher: due[1].address.cipher,
                keyID: due[0].address.keyID
            )
            #expect(throws: PushVault.Failure.damaged) { try api.services.secrets.pushes.open(mixed) }
        }
    }

    @Test("What no device of ours is reached by is refused, and nothing of it is kept", arguments: Engine.allCases)
    func refused(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            func send(_ body: JSON) async throws -> APIAnswer {
                try await api.send(.post, "/v1/me/devices", body, as: mother.token)
            }
            for (endpoint, reason) in [
                ("http://web.push.apple.com/a", "malformed"), ("https://127.0.0.1/a", "malformed"),
                ("https://[::1]/a", "malformed"), ("https://10.0.0.1/a", "malformed"),
                ("https://0x7f000001/a", "malformed"),
                ("https://169.254.169.254/latest/meta-data", "malformed"), ("https://localhost/a", "not_one_of"),
                ("https://example.org/a", "not_one_of"), ("https://web.push.apple.com:8443/a", "malformed"),
                ("https://web.push.apple.com.example.org/a", "not_one_of"), ("", "malformed"),
            ] {
                var body = Self.subscription
                body["endpoint"] = .string(endpoint)
                let answer = try await send(body)
                answer.expect(.invalidField, endpoint)
                #expect(
                    answer.json["errors"][0]["field"] == "endpoint"
                        && answer.json["errors"][0]["code"] == .string(reason)
                )
            }
            var noKeys = Self.subscription
            noKeys["keys"] = ["p256dh": "AAAA", "auth": "AAAA"]
            try await send(noKeys).expect(.invalidField)
            noKeys["keys"] = ["p256dh": "AAAA", "auth": "AAAA", "more": "x"]
            try await send(noKeys).expect(.invalidField)
            try await send(["kind": "firebase"]).expect(.invalidField)
            try await send(["kind": "web", "token": "x"]).expect(.invalidField)
            try await send(["kind": "pigeon", "token": "x"]).expect(.invalidField)
            try await send(["kind": "firebase", "token": "", "endpoint": "x"]).expect(.invalidField)
            try await send(["kind": "firebase", "token": "한글"]).expect(.invalidField)
            #expect(try await api.send(.get, "/v1/me/devices", as: mother.token).json["items"] == [])
        }
    }

    @Test("A device that signs out is not pushed to any more", arguments: Engine.allCases)
    func signOut(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            try await api.send(.post, "/v1/me/devices", APIFixture.newDevice("a"), as: mother.token).require(201)
            try await api.tell(mother, "리포트")
            #expect(try await due(api).count == 1)
            try await api.send(.delete, "/v1/sessions/\(mother.session)", as: mother.token).require(204)
            try await api.tell(mother, "또 리포트")
            #expect(try await due(api, at: api.clock.now + .minutes(6)).isEmpty)
        }
    }

    @Test("Preferences are the usual ones until they are said, and then as they were said", arguments: Engine.allCases)
    func preferences(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            let path = "/v1/me/message-preferences"
            let usual: JSON = [
                "weekly_report": true, "request_waiting": true, "board_notice": true, "event": true,
                "quiet_hours": ["start": "21:00", "end": "08:00"],
            ]
            #expect(try await api.send(.get, path, as: mother.token).require(200).json == usual)
            #expect(
                try await api.send(.put, path, APIFixture.wishes, as: mother.token).require(200).json
                    == APIFixture.wishes
            )
            #expect(try await api.send(.get, path, as: mother.token).require(200).json == APIFixture.wishes)
            var always = APIFixture.wishes
            always["quiet_hours"] = .null
            #expect(try await api.send(.put, path, always, as: mother.token).require(200).json == always)
            #expect(try await api.send(.get, path, as: mother.token).require(200).json == always)
            for hours: JSON in [
                ["start": "25:00", "end": "08:00"], ["start": "21:00", "end": "24:00"],
                ["start": "9:00", "end": "08:00"],
                ["start": "21:00", "end": "21:00"], ["start": "21:00"], ["start": "21:00", "end": "08:00", "x": 1], 8,
            ] {
                var body = APIFixture.wishes
                body["quiet_hours"] = hours
                try await api.send(.put, path, body, as: mother.token).expect(.invalidField, "\(hours)")
            }
            #expect(try await api.send(.get, path, as: mother.token).require(200).json == always)
        }
    }

    @Test("A child that asks makes its guardian's devices ring, once an hour", arguments: Engine.allCases)
    func requestWaiting(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            try await api.send(.post, "/v1/me/devices", APIFixture.newDevice("a"), as: family.guardian.token)
                .require(201)
            try await api.send(.patch, "/v1/me", ["language": "en"], as: family.guardian.token).require(200)
            let video = try await api.publish("토토의 노래")
            var rules = APIFixture.rules
            rules["approved_only"] = true
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            let wishes: [JSON] = [["kind": "time"], ["kind": "video", "video_id": .string(video.description)]]
            for (wish, status) in [(wishes[0], 201), (wishes[0], 200), (wishes[1], 201)] {
                try await api.send(.post, family.path + "/requests", wish, as: family.childToken).require(status)
            }
            let told = try #require(try await due(api).map(\.message).first)
            #expect(told.kind == .requestWaiting && told.title == "A request is waiting" && told.path == "/requests")
            #expect(!"\(told.title) \(told.body)".contains("민지"))
            #expect(try await due(api, at: api.clock.now + .minutes(6)).count == 1)
            let listed = try await api.send(.get, family.path + "/requests", as: family.guardian.token).require(200)
            let decision: JSON = ["granted": true, "minutes": 10]
            let time = try #require(listed.json["items"].array.first { $0["kind"] == "time" }?["id"].string)
            try await api.send(
                .post,
                family.path + "/requests/\(time)/decision",
                decision,
                as: family.guardian.token
            ).require(200)
            api.clock.advance(.hours(1))
            let token = try await api.signInElsewhere(Person.minji).token
            let child = try await api.childToken(family.child, as: token)
            try await api.send(.post, family.path + "/requests", wishes[0], as: child).require(201)
            #expect(Set(try await due(api).map(\.message.id)).count == 2)
        }
    }
}
