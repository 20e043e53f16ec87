import Contract
import Domain
import Foundation
import HTTPTypes
import ServerKit
import TestSupport
import Testing

@Suite("Plays, resuming and history")
struct PlayTests {
    private static func resume(_ api: APIFixture, _ video: Video.ID, _ family: APIFixture.Family) async throws -> JSON {
        try await api.play(video, in: family).require(201).json["resume_ms"]
    }

    @Test("a video goes on where it was left, and begins anew once it has ended", arguments: Engine.allCases)
    func resumes(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            #expect(try await Self.resume(api, video, family) == 0)
            try await api.watch(video, seconds: 50, in: family)
            #expect(try await Self.resume(api, video, family) == 50_000)
            // Left within five seconds of its end, it counts as watched to the end.
            try await api.watch(video, seconds: 116, in: family)
            #expect(try await Self.resume(api, video, family) == 0)
            try await api.watch(video, seconds: 30, in: family)
            try await api.watch(video, seconds: 100, state: .ended, in: family)
            #expect(try await Self.resume(api, video, family) == 0)
        }
    }

    @Test("every child has its own place in a video", arguments: Engine.allCases)
    func ownPlaces(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let minji = try await api.family()
            let park = try await api.family(Person.park, child: "서준")
            let video = try await api.publish("노래")
            try await api.watch(video, seconds: 50, in: minji)
            #expect(try await Self.resume(api, video, park) == 0)
            #expect(
                try await api.send(.get, minji.path + "/history", as: minji.childToken).json["items"].array.count == 1
            )
        }
    }

    @Test("a repeated request with one idempotency key begins one play", arguments: Engine.allCases)
    func idempotent(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let body: JSON = ["video_id": .string(video.description), "surface": "home"]
            let headers: HTTPFields = [.idempotencyKey: "play-1"]
            let path = family.path + "/plays"
            let first = try await api.send(.post, path, body, as: family.childToken, headers: headers).require(201)
            let again = try await api.send(.post, path, body, as: family.childToken, headers: headers).require(201)
            #expect(first.data == again.data)
            #expect(try await api.contents().counts["play"] == 1)
            let other: JSON = ["video_id": .string(video.description), "surface": "search"]
            let answer = try await api.send(.post, path, other, as: family.childToken, headers: headers)
            answer.expect(.idempotencyKeyReused)
        }
    }

    @Test("the history is newest first and pages without gap or repetition", arguments: Engine.allCases)
    func history(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...7).map { SeedVideo("노래 \($0)") })
            for video in videos { try await api.watch(video, seconds: 10, in: family) }
            // The first is watched once more; two are begun in the same millisecond.
            try await api.watch(videos[0], seconds: 10, in: family)
            for video in videos[2...3] { try await api.play(video, in: family).require(201) }
            var pages: [[String]] = []
            var cursor: String? = ""
            while let place = cursor {
                let path = family.path + "/history?limit=3" + (place.isEmpty ? "" : "&cursor=\(place)")
                let page = try await api.send(.get, path, as: family.childToken).require(200).json
                pages.append(page["items"].array.compactMap { $0["id"].string })
                cursor = page["next_cursor"].string
            }
            #expect(pages.map(\.count) == [3, 3, 1])
            let order = pages.flatMap { $0 }
            let expected = [videos[6], videos[5], videos[4], videos[1]].map(\.description)
            // Those begun last in one millisecond come in the order of their ids, then the one watched again.
            #expect(Set(order.prefix(3)) == Set([videos[2], videos[3], videos[0]].map(\.description)))
            #expect(Array(order.dropFirst(3)) == expected)
            for bad in ["cursor=abc", "limit=0", "limit=101", "limit=x", "cursor=\(pages[0][0])"] {
                let answer = try await api.send(.get, family.path + "/history?" + bad, as: family.childToken)
                answer.expect(.invalidField, bad)
            }
        }
    }

    @Test("favourites come newest first and go away", arguments: Engine.allCases)
    func favourites(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") })
            for video in videos + [videos[0]] {
                api.clock.advance(.seconds(1))
                let path = family.path + "/favourites/\(video)"
                try await api.send(.put, path, as: family.childToken).require(204)
            }
            let list = {
                try await api.send(.get, family.path + "/favourites", as: family.childToken).json["items"].array
            }
            #expect(try await list().map { $0["id"].string } == videos.reversed().map(\.description))
            for _ in 1...2 {
                let path = family.path + "/favourites/\(videos[2])"
                try await api.send(.delete, path, as: family.childToken).require(204)
            }
            #expect(try await list().map { $0["id"].string } == [videos[1], videos[0]].map(\.description))
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json["shelves"].array.contains { $0["kind"] == "favourites" && $0["videos"].array.count == 2 })
        }
    }

    @Test("after an episode the home goes on with the next, and says why", arguments: Engine.allCases)
    func nextEpisode(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let series = try await api.addSeries("토토의 하루")
            let topic = try await api.addLabel(.topic, "동물")
            let episodes = try await api.publish(
                (1...3).map { number in
                    SeedVideo("토토 \(number)") {
                        ($0.series, $0.episode) = (series, number)
                        $0.labels = [topic]
                    }
                }
            )
            try await api.publish([SeedVideo("숫자 노래"), SeedVideo("색깔 놀이")])
            let home = { try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json }
            let before = try await home()["shelves"].array
            #expect(!before.contains { $0["kind"] == "continue" })
            try await api.watch(episodes[0], seconds: 120, state: .ended, in: family)
            let after = try await home()["shelves"].array
            let first = try #require(after.first { $0["kind"] == "continue" })["videos"][0]
            #expect(first["id"].string == episodes[1].description)
            #expect(first["reason"]["code"] == "next_in_series")
            #expect(first["reason"]["video_id"].string == episodes[0].description)
            #expect(first["series"] == ["id": .string(series.description), "title": "토토의 하루", "episode": 2])
            // What was blocked is no reason either.
            try await api.send(
                .put,
                family.path + "/blocks/video/\(episodes[0])",
                as: family.guardian.token
            ).require(204)
            let blocked = try await home()
            #expect(!String(decoding: try blocked.data, as: UTF8.self).contains(episodes[0].description))
        }
    }

    @Test("a video published this second is in the next home", arguments: Engine.allCases)
    func publishedNow(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let home = { try await api.send(.get, family.path + "/home", as: family.childToken).require(200).text }
            _ = try await home()
            let video = try await api.publish("새 노래")
            #expect(try await home().contains(video.description))
        }
    }
}
