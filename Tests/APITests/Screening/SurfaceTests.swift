import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import Synchronization
import TestSupport
import Testing

@Suite("No surface shows a refused video")
struct SurfaceTests {
    enum Recommender: String, CaseIterable, Sendable {
        /// Ours, which screens already.
        case engine
        /// One that offers every video there is, the refused first, each because of a refused one.
        case leaky
        case failing
    }

    /// Calls every route a child has, and its guardian's two lists of videos, and looks through everything they answer.
    private struct Walk {
        let api: APIFixture
        let family: APIFixture.Family
        let good: [Video.ID]
        /// Each with whether the catalogue does not know it at all.
        let refused: [Video.ID: Bool]
        let mixedSeries: Series.ID
        let hiddenSeries: [Series.ID]
        /// Those of the refused that the child may ask for.
        var approvable: Set<Video.ID> = []

        /// What a walk over every surface must meet of the good videos, so that an empty answer is no proof.
        func check(_ answer: APIAnswer, shows: Bool, _ route: RouteAccess) async throws {
            try answer.require(200)
            for id in refused.keys {
                #expect(!answer.text.contains(id.description), "\(route.path) shows a refused video: \(answer.text)")
            }
            if shows {
                let shown = good.contains { answer.text.contains($0.description) }
                #expect(shown, "\(route.path) shows nothing at all: \(answer.text)")
            }
            for address in Set(answer.json.strings) where address.hasPrefix("/media/") {
                let file = try await api.send(.get, address)
                let isGood = good.contains { file.text.hasPrefix($0.description) }
                #expect(file.status == 200 && isGood, "\(route.path) gives out \(address): \(file.status)")
            }
        }

        func checkRefusal(_ answer: APIAnswer, isAbsent: Bool, _ route: RouteAccess) {
            answer.expect(isAbsent ? .notFound : .notAllowed, "\(route.method) \(route.path)")
        }

        func direct(_ route: RouteAccess, _ suffix: String, good status: Int, as token: String) async throws {
            let method = try #require(HTTPRequest.Method(route.method))
            for (id, isAbsent) in refused {
                let path = family.path + suffix.replacing("{video}", with: id.description)
                checkRefusal(try await api.send(method, path, as: token), isAbsent: isAbsent, route)
            }
            for id in good {
                let path = family.path + suffix.replacing("{video}", with: id.description)
                let answer = try await api.send(method, path, as: token).require(status)
                if status == 200 { try await check(answer, shows: false, route) }
            }
        }

        func pages(_ path: String, _ route: RouteAccess, as token: String) async throws {
            var cursor = ""
            var shown: Set<String> = []
            repeat {
                let answer = try await api.send(.get, path + "?limit=3" + cursor, as: token).require(200)
                try await check(answer, shows: false, route)
                shown.formUnion(answer.json["items"].array.compactMap { $0["id"].string })
                cursor = answer.json["next_cursor"].string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(shown == Set(good.map(\.description)), "\(route.path)")
        }

        func visit(_ route: RouteAccess, as token: String) async throws {
            let path = route.path.replacing("/v1/children/{child}", with: family.path)
            switch "\(route.method) \(route.path)" {
            case "GET /v1/children/{child}":
                try await check(try await api.send(.get, path, as: token), shows: false, route)
            case "GET /v1/children/{child}/home", "GET /v1/children/{child}/favourites":
                try await check(try await api.send(.get, path, as: token), shows: true, route)
            case "GET /v1/children/{child}/recommendations":
                for query in ["", "?n=100", "?exclude=\(good[0])"] {
                    try await check(try await api.send(.get, path + query, as: token), shows: true, route)
                }
            case "GET /v1/children/{child}/videos/{video}":
                try await direct(route, "/videos/{video}", good: 200, as: token)
            case "GET /v1/children/{child}/videos/{video}/similar":
                try await direct(route, "/videos/{video}/similar", good: 200, as: token)
            case "GET /v1/children/{child}/series/{series}":
                let seen = try await api.send(.get, family.path + "/series/\(mixedSeries)", as: token)
                try await check(seen, shows: true, route)
                for series in hiddenSeries {
                    try await api.send(.get, family.path + "/series/\(series)", as: token).expect(.notFound)
                }
            case "GET /v1/children/{child}/search":
                try await check(try await api.send(.get, path + "?q=%EB%85%B8%EB%9E%98", as: token), shows: true, route)
            case "GET /v1/children/{child}/history":
                try await pages(path, route, as: token)
            case "POST /v1/children/{child}/plays":
                for (id, isAbsent) in refused {
                    checkRefusal(try await api.play(id, in: family, as: token), isAbsent: isAbsent, route)
                }
            case "GET /v1/children/{child}/requests":
                try await requests(path, route, as: token)
            case "POST /v1/children/{child}/requests":
                try await ask(path, route, as: token)
            case "PUT /v1/children/{child}/favourites/{video}":
                try await direct(route, "/favourites/{video}", good: 204, as: token)
            case "DELETE /v1/children/{child}/favourites/{video}":
                // Takes something out of sight and shows nothing.
                break
            default:
                Issue.record(
                    "\(route.method) \(route.path) is a new surface of the child's: teach this walk to check it"
                )
            }
        }

        /// Filled for this one look: what is on this list is not offered elsewhere, and that proves nothing of screening.
        func lessOf(_ path: String, _ route: RouteAccess, as token: String) async throws {
            let (child, now) = (family.child, api.clock.now)
            try await api.database.write { transaction in
                for id in good + refused.keys {
                    try transaction.run(
                        "INSERT INTO less_of (child_id, video_id, created_at) VALUES (\(child), \(id), \(now))"
                    )
                }
            }
            try await check(try await api.send(.get, path, as: token), shows: true, route)
            try await api.database.write { try $0.run("DELETE FROM less_of WHERE child_id = \(child)") }
        }

        /// Filled for this one look: everything was asked for once, and the guardian said no.
        func requests(_ path: String, _ route: RouteAccess, as token: String) async throws {
            let (child, now) = (family.child, api.clock.now)
            try await api.database.write { transaction in
                for id in good + refused.keys {
                    let request: ChildRequest.ID = api.ids.next()
                    try transaction.run(
                        """
                        INSERT INTO request (id, child_id, kind, video_id, state, created_at, decided_at)
                        VALUES (\(request), \(child), 'video', \(id), 'refused', \(now), \(now))
                        """
                    )
                }
            }
            try await check(try await api.send(.get, path, as: token), shows: true, route)
            try await api.database.write { try $0.run("DELETE FROM request WHERE child_id = \(child)") }
        }

        /// What is refused for any other reason than that it is not approved is not asked for.
        func ask(_ path: String, _ route: RouteAccess, as token: String) async throws {
            func ask(_ id: Video.ID) async throws -> APIAnswer {
                let body: JSON = ["kind": "video", "video_id": .string(id.description)]
                return try await api.send(.post, path, body, as: token)
            }
            for (id, isAbsent) in refused {
                let answer = try await ask(id)
                guard approvable.contains(id) else {
                    checkRefusal(answer, isAbsent: isAbsent, route)
                    continue
                }
                try answer.require(201)
                #expect(!answer.text.contains(id.description), "\(route.path) shows what is asked for: \(answer.text)")
            }
            for id in good { try await ask(id).expect(.conflict) }
        }

        func visitGuardians(approvedOnly: Bool) async throws {
            let token = family.guardian.token
            for route in RouteAccess.all where route.who == .guardian && route.method == "GET" {
                let path = route.path.replacing("/v1/children/{child}", with: family.path)
                switch route.path {
                case "/v1/children/{child}/approvals":
                    try await check(try await api.send(.get, path, as: token), shows: true, route)
                case "/v1/children/{child}/catalogue":
                    // In approved-only mode it holds what could be approved, which is the point of it.
                    if !approvedOnly { try await pages(path, route, as: token) }
                case "/v1/children/{child}/report":
                    // What was watched is told as it was; what is suggested is a surface.
                    let answer = try await api.send(.get, path, as: token).require(200)
                    for id in refused.keys {
                        let areas = answer.json["suggestions"].array
                        #expect(!areas.contains { $0.strings.contains(id.description) }, "the report suggests \(id)")
                    }
                case "/v1/children/{child}/report.html":
                    // It names the same videos by their titles alone.
                    try await api.send(.get, path, as: token).require(200)
                case "/v1/children/{child}/report/chart.svg", "/v1/children/{child}/report/chart.png":
                    break
                case "/v1/children/{child}/less-of":
                    try await lessOf(path, route, as: token)
                case "/v1/sessions", "/v1/me", "/v1/children", "/v1/children/{child}/rules",
                    "/v1/children/{child}/blocks":
                    break
                case "/v1/me/devices", "/v1/me/message-preferences", "/v1/boards", "/v1/boards/{board}/posts",
                    "/v1/posts/{post}", "/v1/events/current":
                    // What the team writes to guardians, and where to: no video is in it.
                    break
                default:
                    Issue.record("GET \(route.path) is a new list of the guardian's: teach this walk to check it")
                }
            }
        }

        func everything(approvedOnly: Bool = false) async throws {
            for route in RouteAccess.all where route.who == .child {
                for token in [family.childToken, family.guardian.token] { try await visit(route, as: token) }
            }
            try await visitGuardians(approvedOnly: approvedOnly)
        }
    }

    @Test(
        "whatever is wrong with a video, no surface shows it and no link opens it",
        arguments: Engine.allCases,
        Recommender.allCases
    )
    func everyRefusal(engine: Engine, recommender: Recommender) async throws {
        let known = Set(RefusedVideos.Fault.allCases.map(\.refusal)).union([.notApproved])
        #expect(known == Set(Screening.Refusal.allCases), "a new reason to refuse a video has no video here")
        let offered = Offer()
        try await APIFixture.run(engine, recommendations: recommender.source(offered)) { api in
            let family = try await api.family()
            try await api.setRules(family.child, as: family.guardian.token)
            let videos = try await Self.videos(api, family, recommender, offered)
            let walk = Walk(
                api: api,
                family: family,
                good: videos.good,
                refused: Dictionary(uniqueKeysWithValues: videos.refused.map { ($1, $0.isAbsent) }),
                mixedSeries: videos.mixedSeries,
                hiddenSeries: [videos.blockedSeries]
            )
            try await walk.everything()
        }
    }

    @Test("in approved-only mode nothing shows but what was approved", arguments: Engine.allCases, Recommender.allCases)
    func approvedOnly(engine: Engine, recommender: Recommender) async throws {
        let offered = Offer()
        try await APIFixture.run(engine, recommendations: recommender.source(offered)) { api in
            let family = try await api.family()
            let token = family.guardian.token
            let videos = try await Self.videos(api, family, recommender, offered)
            try await api.setRules(family.child, approvedOnly: true, as: token)
            let withdrawn = Array(videos.good.dropFirst())
            for id in withdrawn {
                try await api.send(.delete, family.path + "/approvals/\(id)", as: token).require(204)
            }
            let refused = videos.refused.map { ($1, $0.isAbsent) } + withdrawn.map { ($0, false) }
            let walk = Walk(
                api: api,
                family: family,
                good: [videos.good[0]],
                refused: Dictionary(uniqueKeysWithValues: refused),
                mixedSeries: videos.mixedSeries,
                hiddenSeries: [videos.blockedSeries],
                approvable: Set(withdrawn)
            )
            for route in RouteAccess.all where route.who == .child {
                // Without the one good video there is nothing else to recommend.
                if route.path.hasSuffix("/recommendations") { continue }
                try await walk.visit(route, as: family.childToken)
            }
            let list = try await api.send(.get, family.path + "/recommendations", as: family.childToken).require(200)
            #expect(list.json["items"].array.map { $0["id"].string } == [videos.good[0].description])
            try await walk.visitGuardians(approvedOnly: true)
            // The guardian's catalogue holds what can be approved, and still nothing that is refused otherwise.
            let catalogue = try await api.send(.get, family.path + "/catalogue?limit=100", as: token).require(200)
            let shown = Set(catalogue.json["items"].array.compactMap { $0["id"].string })
            #expect(shown == Set(videos.good.map(\.description)))
        }
    }

    /// The recommender that fails cannot learn either.
    private static func videos(
        _ api: APIFixture,
        _ family: APIFixture.Family,
        _ recommender: Recommender,
        _ offered: Offer
    ) async throws -> RefusedVideos {
        let videos = try await RefusedVideos(api, for: family)
        let refused = videos.refused.values.sorted()
        offered.set(
            (refused + videos.good).map { id in
                Recommendation(video: id, reason: .becauseYouWatched, because: refused[0])
            }
        )
        return videos
    }

    @Test(
        "a video is out of every surface the moment it is blocked, and back when it is not",
        arguments: Engine.allCases
    )
    func atOnce(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let block = family.path + "/blocks/video/\(video)"
            let home = { try await api.send(.get, family.path + "/home", as: family.childToken).require(200).text }
            #expect(try await home().contains(video.description))
            try await api.send(.put, block, as: family.guardian.token).require(204)
            #expect(try await !home().contains(video.description))
            try await api.play(video, in: family).expect(.notAllowed)
            try await api.send(.delete, block, as: family.guardian.token).require(204)
            try await api.play(video, in: family).require(201)
        }
    }

    @Test("a video turns stale by the clock alone", arguments: Engine.allCases)
    func turnsStale(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래") { $0.youTube = true }
            try await api.play(video, in: family).require(201)
            for _ in 1...2 { api.clock.advance(.days(15)) }
            let back = try await api.signIn(Person.minji)
            try await api.play(video, in: family, as: back.token).expect(.notAllowed)
            let home = try await api.send(.get, family.path + "/home", as: back.token).require(200)
            #expect(home.json["shelves"] == [])
        }
    }

    @Test("three families whose players fail hide a video; one family's tablet does not", arguments: Engine.allCases)
    func health(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let video = try await api.publish("노래") { $0.youTube = true }
            let hosted = try await api.publish("우리 노래")
            let family = try await api.family()
            let path = "/v1/videos/\(video)/health"
            for code in [100, 101, 150] {
                try await api.send(.post, path, ["error_code": .number(Double(code))], as: family.childToken).require(
                    202
                )
            }
            let neighbours = try await api.family(Person.park, child: "서준")
            try await api.send(.post, path, ["error_code": 150], as: neighbours.childToken).require(202)
            try await api.play(video, in: family).require(201)
            let third = try await api.signIn(Person.stranger)
            for code in [2, 5, 153] {
                try await api.send(.post, path, ["error_code": .number(Double(code))], as: third.token).require(202)
            }
            try await api.play(video, in: family).require(201)
            try await api.send(.post, path, ["error_code": 101], as: third.token).require(202)
            try await api.play(video, in: family).expect(.notAllowed)
            // A film of our own is not YouTube's: its player's numbers say nothing of it.
            for token in [family.childToken, neighbours.childToken, third.token] {
                let report = "/v1/videos/\(hosted)/health"
                try await api.send(.post, report, ["error_code": 150], as: token).require(202)
            }
            try await api.play(hosted, in: family).require(201)
            let unknown = "/v1/videos/\(api.ids.next(Video.self))/health"
            try await api.send(.post, unknown, ["error_code": 100], as: third.token).expect(.notFound)
        }
    }

    @Test("a child searches only where it may; its guardian always", arguments: Engine.allCases)
    func search(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            try await api.publish([SeedVideo("공룡 100% 노래"), SeedVideo("Dinosaur Song"), SeedVideo("곰 세 마리")])
            let search = { (text: String, token: String) in
                let query = try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                return try await api.send(.get, family.path + "/search?q=\(query)", as: token)
            }
            try await search("공룡", family.childToken).expect(.forbidden)
            #expect(try await search("공룡", family.guardian.token).require(200).json["items"].array.count == 1)
            try await api.setRules(family.child, as: family.guardian.token)
            for (text, count) in [("공룡", 1), ("DINOSAUR", 1), ("%", 1), ("_", 0), ("노래", 1), ("호랑이", 0)] {
                let found = try await search(text, family.childToken).require(200).json["items"].array.count
                #expect(found == count, "\(text)")
            }
            for bad in ["", " ", String(repeating: "가", count: 61)] {
                try await search(bad, family.childToken).expect(.invalidField, bad)
            }
        }
    }
}

/// What a double recommends, known once the catalogue is there.
private final class Offer: Sendable {
    private let offered = Mutex<[Recommendation]>([])

    func set(_ recommendations: [Recommendation]) { offered.withLock { $0 = recommendations } }
    var all: [Recommendation] { offered.withLock { $0 } }
}

extension SurfaceTests.Recommender {
    fileprivate func source(_ offer: Offer) -> (any RecommendationSource)? {
        switch self {
        case .engine: nil
        case .leaky: RecommenderDouble { offer.all }
        case .failing: RecommenderDouble.failing
        }
    }
}
