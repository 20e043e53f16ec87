import API
import Contract
import Domain
import HTTPTypes
import SQL
import ServerKit
import Storage
import Testing

extension APIFixture {
    /// Three videos, the first of them from YouTube, with a topic and a curriculum area.
    func publishForBusyFamilies() async throws -> [Video.ID] {
        _ = try await addEvent("가을 이야기")
        let labels = [try await addLabel(.topic, "숫자"), try await addLabel(.area, CurriculumArea.nature.rawValue)]
        return try await publish([
            SeedVideo("숫자 노래") { ($0.youTube, $0.labels) = (true, labels) }, SeedVideo("색깔 놀이"), SeedVideo("동물 소리"),
        ])
    }

    /// A family that has left something in every table a family can leave something in.
    func busyFamily(_ phone: String, _ nickname: String, _ videos: [Video.ID]) async throws -> Family {
        let key: HTTPFields = [.idempotencyKey: "key-\(phone)"]
        try await askForCode(phone, headers: key).require(202)
        clock.advance(.minutes(1))
        let guardian = try await signIn(phone, device: "\(nickname)네 폰")
        let answer = try await send(
            .post,
            "/v1/children",
            Self.newChild(nickname),
            as: guardian.token,
            headers: key
        ).require(201)
        let child = try #require(answer.json["id"].string.flatMap(Child.ID.init))
        let token = try await childToken(child, as: guardian.token)
        let family = Family(guardian: guardian, child: child, childToken: token)
        try await send(.put, family.path + "/favourites/\(videos[0])", as: token).require(204)
        try await send(.put, family.path + "/approvals/\(videos[1])", as: guardian.token).require(204)
        try await send(.put, family.path + "/blocks/video/\(videos[2])", as: guardian.token).require(204)
        try await send(.put, family.path + "/less-of/\(videos[1])", as: guardian.token).require(204)
        try await watch(videos[0], seconds: 100, in: family, reason: .popularAtThisAge)
        // As if a report had been opened of a week with more in it than this minute and a half.
        let now = clock.now
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO advice (child_id, week, rule, given_at)
                VALUES (\(child), \(Day(of: now)), 'short-sittings', \(now))
                """
            )
        }
        try await send(.post, "/v1/videos/\(videos[0])/health", ["error_code": 150], as: token).require(202)
        try await askAndGrant(videos[0], in: family)
        try await send(.post, "/v1/me/devices", Self.newDevice(phone), as: guardian.token).require(201)
        try await send(.put, "/v1/me/message-preferences", Self.wishes, as: guardian.token).require(200)
        try await tell(guardian, "리포트")
        let event = try #require(
            try await send(.get, "/v1/events/current", as: guardian.token).require(200).json["items"][0]["id"].string
        )
        let until: JSON = .string(Timestamp(clock.now + .days(1)).description)
        try await send(.put, "/v1/events/\(event)/dismissal", ["until": until], as: guardian.token).require(204)
        return family
    }

    /// Rules, more time that is granted, and a video that waits.
    private func askAndGrant(_ video: Video.ID, in family: Family) async throws {
        let guardian = family.guardian.token
        var rules = Self.rules
        rules["approved_only"] = true
        try await send(.put, family.path + "/rules", rules, as: guardian).require(200)
        let wish: JSON = ["kind": "video", "video_id": .string(video.description)]
        try await send(.post, family.path + "/requests", wish, as: family.childToken).require(201)
        try await send(.put, family.path + "/rules", Self.rules, as: guardian).require(200)
        let asked = try await send(.post, family.path + "/requests", ["kind": "time"], as: family.childToken).require(
            201
        )
        let path = family.path + "/requests/\(asked.json["id"].string ?? "")/decision"
        try await send(.post, path, ["granted": true, "minutes": 10], as: guardian).require(200)
    }

    /// Ten hours a day, no limit for learning, and a night's sleep.
    static let rules: JSON = [
        "approved_only": false, "search_enabled": true, "autoplay_cap": 2,
        "minutes": every(600), "learning": every(nil), "fun": every(300),
        "bedtimes": [["weekdays": ["monday", "sunday"], "start": "21:30", "end": "06:30"]],
        "may_offer_what_cannot_finish": false,
    ]

    /// No time is limited.
    static let noLimits: JSON = [
        "approved_only": false, "search_enabled": true, "autoplay_cap": 2,
        "minutes": every(nil), "learning": every(nil), "fun": every(nil), "bedtimes": [],
        "may_offer_what_cannot_finish": false,
    ]

    /// The same on every day of the week.
    static func every(_ minutes: Int64?) -> JSON {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let value = minutes.map { JSON.number(Double($0)) } ?? .null
        return .object(Dictionary(uniqueKeysWithValues: days.map { ($0, value) }))
    }

    /// English says that it is.
    private static func text(_ korean: String) -> Wording {
        Wording(korean: korean, english: "English: \(korean)")
    }

    /// On the board for notices.
    func addPost(_ title: String, from start: Instant? = nil, until end: Instant? = nil) async throws -> Post.ID {
        let period = try #require(NoticePeriod(start: start ?? clock.now, end: end))
        let (title, body) = (Self.text(title), Self.text("본문"))
        let post = Post(id: ids.next(), board: "notices", title: title, body: body, period: period)
        #expect(try await services.stores.notices.add(post, now: clock.now) == 0)
        return post.id
    }

    func addEvent(_ title: String) async throws -> Event.ID {
        let period = try #require(NoticePeriod(start: clock.now, end: nil))
        let (title, body) = (Self.text(title), Self.text("본문"))
        let event = Event(id: ids.next(), title: title, body: body, path: "/report", period: period)
        #expect(try await services.stores.notices.add(event, now: clock.now) == 0)
        return event.id
    }

    /// A native app on a phone.
    static func newDevice(_ token: String) -> JSON {
        ["kind": "firebase", "token": .string("token-of-\(token)")]
    }

    static let wishes: JSON = [
        "weekly_report": true, "request_waiting": true, "board_notice": false, "event": true,
        "quiet_hours": ["start": "20:30", "end": "07:30"],
    ]

    /// Puts a message to a guardian into the outbox.
    func tell(_ guardian: SignedIn, _ title: String) async throws {
        let message = Message(id: ids.next(), kind: .weeklyReport, title: title, body: "준비되었어요.", path: "/report")
        let id = try #require(Guardian.ID(guardian.guardian))
        #expect(try await services.stores.outbox.enqueue(message, to: id, cause: title, now: clock.now))
    }
}
