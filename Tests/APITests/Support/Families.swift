import API
import Contract
import Domain
import Foundation
import HTTPTypes
import Testing

/// People who use Kyck in these tests.
enum Person {
    /// Minji's mother.
    static let minji = "010-2345-6789"
    /// The father of the Park family next door.
    static let park = "010-9876-5432"
    static let stranger = "010-5555-0000"
}

/// A signed-in device of a guardian.
struct SignedIn: Sendable {
    let token: String
    let refreshToken: String
    let session: String
    let guardian: String
    let isNew: Bool

    init(_ answer: APIAnswer) throws {
        token = try #require(answer.json["access_token"].string)
        refreshToken = try #require(answer.json["refresh_token"].string)
        session = try #require(answer.json["session_id"].string)
        guardian = try #require(answer.json["guardian"]["id"].string)
        isNew = answer.json["new_guardian"] == true
    }
}

extension APIFixture {
    // MARK: Signing in

    func askForCode(
        _ phone: String,
        from address: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> APIAnswer {
        try await send(.post, "/v1/otp-challenges", ["phone": .string(phone)], from: address, headers: headers)
    }

    /// Asks for a code and reads it from the message.
    func receiveCode(_ phone: String, from address: String? = nil) async throws -> (challenge: String, code: String) {
        let answer = try await askForCode(phone, from: address).require(202)
        return (try #require(answer.json["challenge_id"].string), try await lastCode(to: phone))
    }

    func lastCode(to phone: String) async throws -> String {
        await settle()
        let text = try #require(sms.messages(to: phone).last, "no message came to \(phone)")
        return try #require(text.firstMatch(of: /[0-9]{6}/).map { String($0.output) })
    }

    func redeem(
        _ challenge: String,
        _ code: String,
        device: String = "엄마 폰",
        from address: String? = nil
    ) async throws -> APIAnswer {
        try await send(
            .post,
            "/v1/sessions",
            ["challenge_id": .string(challenge), "code": .string(code), "device_name": .string(device)],
            from: address
        )
    }

    /// Signs in, first waiting as long as the number has to.
    @discardableResult
    func signIn(_ phone: String, device: String = "엄마 폰") async throws -> SignedIn {
        let (challenge, code) = try await receiveCode(phone)
        return try SignedIn(try await redeem(challenge, code, device: device).require(201))
    }

    func refresh(_ token: String, from address: String? = nil) async throws -> APIAnswer {
        try await send(.post, "/v1/sessions/refresh", ["refresh_token": .string(token)], from: address)
    }

    /// A code that is not the one.
    static func wrong(_ code: String, by step: Int = 1) -> String {
        let digits = String(((Int(code) ?? 0) + step) % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    // MARK: PIN

    func setPIN(_ pin: String, as token: String) async throws {
        try await send(.put, "/v1/me/pin", ["pin": .string(pin)], as: token).require(204)
    }

    func openGate(_ pin: String, as token: String) async throws -> APIAnswer {
        try await send(.post, "/v1/parent-gate", ["pin": .string(pin)], as: token)
    }

    // MARK: Children

    static func newChild(_ nickname: String = "민지", born: String = "2022-05") -> JSON {
        [
            "nickname": .string(nickname), "birth_month": .string(born), "avatar": "rabbit",
            "consent": ["text_version": .string(Consent.currentTextVersion)],
        ]
    }

    /// Adds a child and returns its id. Born in May 2022, it is four.
    func addChild(_ nickname: String = "민지", born: String = "2022-05", as token: String) async throws -> Child.ID {
        let answer = try await send(.post, "/v1/children", Self.newChild(nickname, born: born), as: token).require(201)
        return try #require(answer.json["id"].string.flatMap(Child.ID.init))
    }

    func childToken(_ child: Child.ID, as token: String) async throws -> String {
        let answer = try await send(.post, "/v1/children/\(child)/sessions", as: token).require(201)
        return try #require(answer.json["access_token"].string)
    }

    func setRules(
        _ child: Child.ID,
        approvedOnly: Bool = false,
        search: Bool = true,
        as token: String
    ) async throws {
        var rules = Self.noLimits
        rules["approved_only"] = .bool(approvedOnly)
        rules["search_enabled"] = .bool(search)
        try await send(.put, "/v1/children/\(child)/rules", rules, as: token).require(200)
    }

    /// A family as most tests need it: a guardian, a child of four, and the child's own token.
    func family(_ phone: String = Person.minji, child nickname: String = "민지") async throws -> Family {
        let guardian = try await signIn(phone)
        let child = try await addChild(nickname, as: guardian.token)
        return Family(guardian: guardian, child: child, childToken: try await childToken(child, as: guardian.token))
    }

    struct Family: Sendable {
        let guardian: SignedIn
        let child: Child.ID
        let childToken: String

        var path: String { "/v1/children/\(child)" }
    }

    // MARK: Watching

    func play(
        _ video: Video.ID,
        in family: Family,
        reason: Recommendation.Reason? = nil,
        as token: String? = nil
    ) async throws -> APIAnswer {
        var body: [String: JSON] = ["video_id": .string(video.description), "surface": "home"]
        if let reason { body["reason"] = .string(reason.rawValue) }
        return try await send(.post, family.path + "/plays", .object(body), as: token ?? family.childToken)
    }

    /// The address by which a film of ours plays, as a child's answer gives it out.
    func film(_ video: Video.ID, for family: Family, as token: String? = nil) async throws -> String {
        let path = family.path + "/videos/\(video)"
        let answer = try await send(.get, path, as: token ?? family.childToken).require(200)
        return try #require(answer.json["source"]["url"].string)
    }

    /// Begins a play and returns its id.
    func begin(
        _ video: Video.ID,
        in family: Family,
        reason: Recommendation.Reason? = nil
    ) async throws -> Play.ID {
        let answer = try await play(video, in: family, reason: reason).require(201)
        return try #require(answer.json["play_id"].string.flatMap(Play.ID.init))
    }

    func beats(_ play: Play.ID, _ beats: [PlayLedger.Beat], as token: String) async throws -> APIAnswer {
        let items = beats.map { beat -> JSON in
            [
                "n": .number(Double(beat.number)), "at": .string(Timestamp(beat.at).description),
                "position_ms": .number(Double(beat.position.milliseconds)),
                "played_ms": .number(Double(beat.played.milliseconds)), "state": .string(beat.state.rawValue),
            ]
        }
        return try await send(.post, "/v1/plays/\(play)/beats", ["beats": .array(items)], as: token)
    }

    /// Watches a video from its beginning for a time, in one beat, and returns the answer to it.
    @discardableResult
    func watch(
        _ video: Video.ID,
        seconds: Int64,
        state: PlayLedger.State = .paused,
        in family: Family,
        reason: Recommendation.Reason? = nil
    ) async throws -> Play.ID {
        let play = try await begin(video, in: family, reason: reason)
        clock.advance(.seconds(seconds))
        let beat = PlayLedger.Beat(
            number: 1,
            at: clock.now,
            position: .seconds(seconds),
            played: .seconds(seconds),
            state: state
        )
        try await beats(play, [beat], as: family.childToken).require(200)
        return play
    }
}
