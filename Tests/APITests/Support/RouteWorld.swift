import API
import Contract
import Domain
import Foundation
import HTTPTypes
import Testing

/// Two families and a catalogue, and for every route of `RouteAccess` a call that Minji's mother may make.
struct RouteWorld: Sendable {
    static let pin = "2580"

    let family: APIFixture.Family
    let siblingToken: String
    let park: APIFixture.Family
    let video: Video.ID
    let series: Series.ID
    /// On no video: blocking it takes nothing away.
    let label: Label.ID
    let play: Play.ID
    let otherSession: String
    /// For more time; it waits.
    let request: String
    let device: String
    let post: Post.ID
    let event: Event.ID
    /// The address of a film, as an answer gives it out.
    let film: String

    init(_ api: APIFixture) async throws {
        series = try await api.addSeries("토토의 하루")
        label = try await api.addLabel(.topic, "공룡")
        let topic = try await api.addLabel(.topic, "동물")
        let series = series
        video = try await api.publish("토토의 노래") {
            $0.series = series
            $0.episode = 1
            $0.labels = [topic]
        }
        let hosted = try await api.publish("숫자 노래") { $0.labels = [topic] }
        let tablet = try await api.signIn(Person.minji, device: "태블릿")
        api.clock.advance(OTPChallenge.resendDelay)
        family = try await api.family()
        park = try await api.family(Person.park, child: "서준")
        let sibling = try await api.addChild("민아", as: family.guardian.token)
        siblingToken = try await api.childToken(sibling, as: family.guardian.token)
        try await api.setRules(family.child, as: family.guardian.token)
        play = try await api.begin(video, in: family)
        film = try await api.film(hosted, for: family)
        otherSession = tablet.session
        let asked = try await api.send(.post, family.path + "/requests", ["kind": "time"], as: family.childToken)
        request = try #require(try asked.require(201).json["id"].string)
        let registered = try await api.send(
            .post,
            "/v1/me/devices",
            APIFixture.newDevice(Person.minji),
            as: family.guardian.token
        ).require(201)
        device = try #require(registered.json["id"].string)
        post = try await api.addPost("알림")
        event = try await api.addEvent("가을 이야기")
        now = api.clock.now
    }

    private let now: Instant

    struct Call: Sendable {
        let method: HTTPRequest.Method
        let path: String
        let body: JSON?
    }

    /// - Throws: for a route that this does not know: a new route must be made known here.
    func call(_ route: RouteAccess) throws -> Call {
        let query =
            switch route.path {
            case "/v1/children/{child}/search": "?q=%EB%85%B8%EB%9E%98"
            default: ""
            }
        return Call(
            method: try #require(HTTPRequest.Method(route.method)),
            path: try path(route) + query,
            body: try body(route)
        )
    }

    private func path(_ route: RouteAccess) throws -> String {
        let path = route.path
            .replacing("{child}", with: family.child.description)
            .replacing("{video}", with: video.description)
            .replacing("{series}", with: series.description)
            .replacing("{play}", with: play.description)
            .replacing("{session}", with: otherSession)
            .replacing("{request}", with: request)
            .replacing("{device}", with: device)
            .replacing("{board}", with: "notices")
            .replacing("{post}", with: post.description)
            .replacing("{event}", with: event.description)
            .replacing("{kind}", with: "label")
            .replacing("{target}", with: label.description)
            .replacing("/media/**", with: film)
        try #require(!path.contains("{") && !path.contains("*"), "the tests do not know what to put into \(path)")
        return path
    }

    /// A good body; nil for a route that takes none.
    func body(_ route: RouteAccess) throws -> JSON? {
        if ["GET", "DELETE"].contains(route.method) { return nil }
        switch "\(route.method) \(route.path)" {
        case "POST /v1/otp-challenges": return ["phone": .string(Person.stranger)]
        case "POST /v1/sessions":
            return ["challenge_id": .string(play.description), "code": "123456", "device_name": "폰"]
        case "POST /v1/sessions/refresh": return ["refresh_token": .string(String(repeating: "A", count: 43))]
        case "PATCH /v1/me": return ["language": "en", "time_zone": "Asia/Tokyo"]
        case "POST /v1/me/devices": return APIFixture.newDevice(Person.stranger)
        case "PUT /v1/me/message-preferences": return APIFixture.wishes
        case "PUT /v1/events/{event}/dismissal": return ["until": .string(Timestamp(now + .days(1)).description)]
        case "PUT /v1/me/pin", "POST /v1/parent-gate": return ["pin": .string(Self.pin)]
        case "POST /v1/children": return APIFixture.newChild("민서")
        case "PATCH /v1/children/{child}": return ["nickname": "토끼", "birth_month": "2022-06", "avatar": "fox"]
        case "PUT /v1/children/{child}/rules":
            return APIFixture.rules
        case "POST /v1/children/{child}/bonus": return ["minutes": 5]
        case "POST /v1/children/{child}/requests": return ["kind": "time"]
        case "POST /v1/children/{child}/requests/{request}/decision": return ["granted": true, "minutes": 5]
        case "POST /v1/children/{child}/plays":
            return ["video_id": .string(video.description), "surface": "home"]
        case "POST /v1/plays/{play}/beats":
            let beat: JSON = [
                "n": 1, "at": .string(Timestamp(now).description), "position_ms": 0, "played_ms": 0, "state": "playing",
            ]
            return ["beats": [beat]]
        case "POST /v1/videos/{video}/health": return ["error_code": 150]
        case "POST /v1/me/export", "POST /v1/children/{child}/sessions",
            "PUT /v1/children/{child}/blocks/{kind}/{target}", "PUT /v1/children/{child}/approvals/{video}",
            "PUT /v1/children/{child}/less-of/{video}", "PUT /v1/children/{child}/favourites/{video}":
            return nil
        default:
            Issue.record("the tests know no body for \(route.method) \(route.path)")
            throw UnknownRoute(route: "\(route.method) \(route.path)")
        }
    }

    /// A token that opens the gate too, where a PIN is set: the one of `pin`. After the request to delete the account
    /// its sessions are over, and the guardian signs in anew.
    func guardianToken(_ api: APIFixture) async throws -> String {
        var token = family.guardian.token
        let me = try await api.send(.get, "/v1/me", as: token)
        if me.status != 200 { token = try await api.signInElsewhere(Person.minji).token }
        return try await api.openGate(Self.pin, as: token).json["access_token"].string ?? token
    }

    struct UnknownRoute: Error {
        let route: String
    }

    /// What takes something away comes after what needs it.
    static func order(_ route: RouteAccess) -> Int {
        switch "\(route.method) \(route.path)" {
        // With a PIN every further call has to pass the gate first.
        case "PUT /v1/me/pin": 2
        case "POST /v1/parent-gate": 3
        case "DELETE /v1/children/{child}": 4
        case "DELETE /v1/me": 5
        case "DELETE /v1/me/deletion": 6
        default: route.method == "DELETE" ? 1 : 0
        }
    }
}
