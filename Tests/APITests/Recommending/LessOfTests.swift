import Contract
import Domain
import Foundation
import HTTPTypes
import ServerKit
import TestSupport
import Testing

@Suite("Less of this, end to end")
struct LessOfTests {
    private struct World {
        let api: APIFixture
        let family: APIFixture.Family
        let songs: [Video.ID]
        let cars: [Video.ID]

        /// Six songs and six films of cars, told apart by what variety does not look at; the child has watched three songs
        /// and a car.
        init(_ api: APIFixture) async throws {
            self.api = api
            family = try await api.family()
            try await api.setRules(family.child, as: family.guardian.token)
            let labels = [try await api.addLabel(.character, "노래"), try await api.addLabel(.character, "자동차")]
            songs = try await api.publish((1...6).map { SeedVideo("노래 \($0)") { $0.labels = [labels[0]] } })
            cars = try await api.publish((1...6).map { SeedVideo("차 \($0)") { $0.labels = [labels[1]] } })
            for video in songs.prefix(3) + cars.prefix(1) {
                try await api.watch(video, seconds: 120, state: .ended, in: family)
            }
        }

        func get(_ path: String) async throws -> APIAnswer {
            try await api.send(.get, family.path + path, as: family.childToken).require(200)
        }

        func recommended() async throws -> [Video.ID] {
            try await get("/recommendations?n=100").json["items"].array.compactMap {
                $0["id"].string.flatMap(Video.ID.init)
            }
        }

        /// Which shelves of the home hold a video.
        func shelves(with video: Video.ID) async throws -> [String] {
            try await get("/home").json["shelves"].array.filter { shelf in
                shelf["videos"].array.contains { $0["id"].string == video.description }
            }.compactMap { $0["kind"].string }
        }

        func lessOf(_ method: HTTPRequest.Method, _ video: Video.ID) async throws -> APIAnswer {
            try await api.send(method, family.path + "/less-of/\(video)", as: family.guardian.token)
        }
    }

    @Test(
        "it is offered nowhere from the next request on, and what is like it falls behind",
        arguments: Engine.allCases
    )
    func atOnce(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let song = world.songs[4]
            #expect(try await world.shelves(with: song) == ["for_you", "new"])
            let before = try await world.recommended()
            #expect(world.songs.contains(try #require(before.first)))
            let similar = "/videos/\(world.songs[0])/similar?n=100"
            #expect(try await world.get(similar).text.contains(song.description))

            for _ in 1...2 { try await world.lessOf(.put, song).require(204) }
            #expect(try await world.shelves(with: song) == [])
            let after = try await world.recommended()
            #expect(Set(after) == Set(before).subtracting([song]))
            // Five songs are left; none of them stands before a car.
            #expect(Set(after.suffix(5)) == Set(world.songs).subtracting([song]))
            #expect(try await !world.get(similar).text.contains(song.description))

            // Not blocked.
            try await world.get("/videos/\(song)").require(200)
            #expect(try await world.get("/search?q=%EB%85%B8%EB%9E%98").text.contains(song.description))
            try await api.play(song, in: world.family).require(201)
            // What the child chose itself stays its own.
            let favourite = world.family.path + "/favourites/\(song)"
            try await api.send(.put, favourite, as: world.family.childToken).require(204)
            #expect(try await world.shelves(with: song) == ["favourites"])

            for _ in 1...2 { try await world.lessOf(.delete, song).require(204) }
            #expect(try await world.shelves(with: song).contains("for_you"))
            #expect(world.songs.contains(try #require(try await world.recommended().first)))
        }
    }

    @Test("a sibling's lists stay as they are", arguments: Engine.allCases)
    func siblings(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let sibling = try await api.addChild("민아", as: world.family.guardian.token)
            let path = "/v1/children/\(sibling)/recommendations?n=100"
            let list = { try await api.send(.get, path, as: world.family.guardian.token).require(200).json["items"] }
            let before = try await list()
            try await world.lessOf(.put, world.songs[0]).require(204)
            #expect(try await list() == before)
        }
    }

    @Test("without a recommender it is not offered either", arguments: Engine.allCases)
    func fallback(engine: Engine) async throws {
        try await APIFixture.run(engine, recommendations: RecommenderDouble.failing) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") })
            let path = family.path + "/less-of/\(videos[1])"
            try await api.send(.put, path, as: family.guardian.token).require(204)
            for list in ["/home", "/recommendations"] {
                let text = try await api.send(.get, family.path + list, as: family.childToken).require(200).text
                #expect(!text.contains(videos[1].description) && text.contains(videos[0].description), "\(list)")
            }
        }
    }

    @Test("the guardian sees what it chose, newest first, and nobody else does", arguments: Engine.allCases)
    func list(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            for video in world.songs.prefix(3) + [world.songs[0]] {
                api.clock.advance(.seconds(1))
                try await world.lessOf(.put, video).require(204)
            }
            let path = world.family.path + "/less-of"
            let answer = try await api.send(.get, path, as: world.family.guardian.token).require(200)
            let newest = world.songs.prefix(3).reversed().map(\.description)
            #expect(answer.json["items"].array.map { $0["id"].string } == newest)
            try await api.send(.get, path, as: world.family.childToken).expect(.forbidden)
            try await api.send(.put, path + "/\(world.cars[0])", as: world.family.childToken).expect(.forbidden)
            try await world.lessOf(.put, Video.ID(UUID())).expect(.notFound)
            try await world.lessOf(.delete, Video.ID(UUID())).require(204)
        }
    }
}
