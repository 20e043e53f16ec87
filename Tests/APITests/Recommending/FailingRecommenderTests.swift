import Contract
import Domain
import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@Suite("A recommender that fails")
struct FailingRecommenderTests {
    @Test("home, recommendations and similar answer without it, with what is new", arguments: Engine.allCases)
    func fails(engine: Engine) async throws {
        try await APIFixture.run(engine, recommendations: RecommenderDouble.failing) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") })
            let newest = videos.reversed().map { JSON.string($0.description) }
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            let shelves = home.json["shelves"].array
            #expect(shelves.map { $0["kind"] } == ["for_you", "new"])
            #expect(shelves[0]["videos"].array.map { $0["id"] } == newest)
            #expect(shelves[0]["videos"].array.allSatisfy { $0["reason"]["code"] == "new" })
            #expect(shelves[1]["videos"].array.map { $0["id"] } == newest)

            let path = family.path + "/recommendations?n=1&exclude=\(videos[2])"
            let list = try await api.send(.get, path, as: family.childToken).require(200)
            #expect(list.json["items"].array.map { $0["id"] } == [newest[1]])
            let similar = family.path + "/videos/\(videos[0])/similar"
            #expect(try await api.send(.get, similar, as: family.childToken).require(200).json["items"] == [])
        }
    }

    @Test("a beat counts although nothing is learnt from it", arguments: Engine.allCases)
    func beats(engine: Engine) async throws {
        try await APIFixture.run(engine, recommendations: RecommenderDouble.failing) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            try await api.watch(video, seconds: 120, state: .ended, in: family)
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json["allowance"]["watched_today_ms"] == 120_000)
        }
    }

    @Test("what a recommender offers twice or does not know is not shown so")
    func nonsense() async throws {
        let unknown = Video.ID(UUID())
        let known = Mutex<[Video.ID]>([])
        let double = RecommenderDouble {
            let known = known.withLock { $0 }
            return ([unknown] + known + known + [unknown]).map { id in
                Recommendation(video: id, reason: .balance, because: unknown)
            }
        }
        try await APIFixture.run(.sqlite, recommendations: double) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") })
            let (shown, expected) = (Array(videos[0...1]), videos[0...1].map { JSON.string($0.description) })
            let home = { try await api.send(.get, family.path + "/home", as: family.childToken).require(200) }
            #expect(try await home().json["shelves"].array.map { $0["kind"] } == ["new"])
            known.withLock { $0 = shown }
            let answer = try await home()
            #expect(!answer.text.contains(unknown.description))
            let shelves = answer.json["shelves"].array
            #expect(shelves.map { $0["kind"] } == ["continue", "for_you", "new"])
            for shelf in shelves.prefix(2) { #expect(shelf["videos"].array.map { $0["id"] } == expected) }
            for list in ["/recommendations?n=3", "/videos/\(videos[2])/similar?n=3"] {
                let items = try await api.send(.get, family.path + list, as: family.childToken).require(200)
                #expect(items.json["items"].array.map { $0["id"] } == expected, "\(list)")
            }
        }
    }
}
