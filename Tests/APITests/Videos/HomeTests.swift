import Domain
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@Suite("The shelves of a home")
struct HomeTests {
    private static func shelf(_ kind: String, _ family: APIFixture.Family, _ api: APIFixture) async throws -> [String] {
        let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
        let shelf = home["shelves"].array.first { $0["kind"] == .string(kind) }
        return shelf?["videos"].array.compactMap { $0["id"].string } ?? []
    }

    @Test(
        "where the best is longer than the time that is left, others are offered in its place",
        arguments: Engine.allCases
    )
    func littleTime(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let loved = try await api.addLabel(.topic, "공룡")
            let short = try await api.publish((1...30).map { SeedVideo("노래 \($0)") { $0.duration = .seconds(90) } })
            let long = try await api.publish(
                (1...60).map { SeedVideo("공룡 \($0)") { ($0.duration, $0.labels) = (.minutes(6), [loved]) } }
            )
            for video in long[0...1] { try await api.watch(video, seconds: 360, state: .ended, in: family) }
            let fitting = Set(short.map(\.description))
            let best = try await Self.shelf("for_you", family, api)
            #expect(best.count == 24 && Set(best).subtracting(fitting).count > 5)

            var rules = APIFixture.noLimits
            rules["minutes"] = APIFixture.every(15)
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            let shelf = try await Self.shelf("for_you", family, api)
            #expect(shelf.count == 24 && Set(shelf).count == 24)
            #expect(Set(shelf).isSubset(of: fitting))
            #expect(try await Self.shelf("for_you", family, api) == shelf)

            let path = family.path + "/recommendations?n=10&exclude=\(shelf[0])"
            let list = try await api.send(.get, path, as: family.childToken).require(200).json["items"].array
            let offered = list.compactMap { $0["id"].string }
            #expect(offered.count == 10 && Set(offered).isSubset(of: fitting.subtracting([shelf[0]])))
        }
    }

    @Test(
        "a series is new once, with the first episode that the child has not watched through",
        arguments: Engine.allCases
    )
    func newSeries(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let series = try await api.addSeries("하나둘셋")
            let single = try await api.publish("노래").description
            let episodes = try await api.publish(
                (1...5).map { (number: Int) in SeedVideo("\(number)화") { ($0.series, $0.episode) = (series, number) } }
            )
            let names = episodes.map(\.description)
            let new = { try await Self.shelf("new", family, api) }
            #expect(try await new() == [names[0], single])
            _ = try await api.begin(episodes[0], in: family)
            #expect(try await new() == [names[0], single], "it has but opened it")
            try await api.watch(episodes[0], seconds: 30, in: family)
            #expect(try await new() == [names[0], single], "it is not through with it")
            try await api.watch(episodes[0], seconds: 120, state: .ended, in: family)
            #expect(try await new() == [names[1], single])

            let block = family.path + "/blocks/video/\(names[1])"
            try await api.send(.put, block, as: family.guardian.token).require(204)
            #expect(try await new() == [names[2], single], "what it may not see holds nothing up")
            for episode in episodes[2...] { try await api.watch(episode, seconds: 120, state: .ended, in: family) }
            #expect(try await new() == [names[4], single], "nothing is left: the last one stands for it")
        }
    }

    @Test(
        "no list shows an episode before one that comes first, whatever the recommender says",
        arguments: Engine.allCases
    )
    func turns(engine: Engine) async throws {
        let ranked = Mutex<[Video.ID]>([])
        let double = RecommenderDouble {
            ranked.withLock { $0 }.map { Recommendation(video: $0, reason: .popularAtThisAge) }
        }
        try await APIFixture.run(engine, recommendations: double) { api in
            let family = try await api.family()
            let series = try await api.addSeries("하나둘셋")
            let episodes = try await api.publish(
                (1...5).map { (number: Int) in SeedVideo("\(number)화") { ($0.series, $0.episode) = (series, number) } }
            )
            let names = episodes.map(\.description)
            ranked.withLock { $0 = [episodes[4], episodes[3]] }
            for kind in ["continue", "for_you"] {
                #expect(try await Self.shelf(kind, family, api).isEmpty, "the first three come before them")
            }
            try await api.watch(episodes[0], seconds: 120, state: .ended, in: family)
            ranked.withLock { $0 = [episodes[3], episodes[1], episodes[0], episodes[2], episodes[4]] }
            for list in ["/recommendations", "/videos/\(names[0])/similar"] {
                let answer = try await api.send(.get, family.path + list, as: family.childToken).require(200)
                let shown = answer.json["items"].array.map { $0["id"].string }
                #expect(
                    shown == [names[1], names[0], names[2]],
                    "the fourth was before its turn, and holds the fifth back"
                )
            }
            let path = family.path + "/recommendations?exclude=\(names[1]),\(names[2])"
            let rest = try await api.send(.get, path, as: family.childToken).require(200).json["items"].array
            #expect(rest.map { $0["id"].string } == [names[3], names[0], names[4]], "what is excluded counts as shown")
        }
    }

    @Test("\"more like this\" goes on in the series of what was watched", arguments: Engine.allCases)
    func similar(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let series = try await api.addSeries("하나둘셋")
            let topic = try await api.addLabel(.topic, "숫자")
            let episodes = try await api.publish(
                (1...6).map { (number: Int) in
                    SeedVideo("\(number)화") { ($0.series, $0.episode, $0.labels) = (series, number, [topic]) }
                }
            )
            for episode in episodes[...2] { try await api.watch(episode, seconds: 120, state: .ended, in: family) }
            let path = family.path + "/videos/\(episodes[2])/similar?n=10"
            let list = try await api.send(.get, path, as: family.childToken).require(200).json["items"].array
            let shown = list.compactMap { $0["id"].string }
            let coming = episodes[3...].map(\.description)
            #expect(shown.filter(coming.contains) == coming)
        }
    }

    @Test("what is there is kept where asking for more fails")
    func failsTheSecondTime() async throws {
        let answers = Mutex<[[Video.ID]?]>([])
        let double = RecommenderDouble {
            let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let answer else { throw RecommenderDouble.Failure() }
            return answer.map { Recommendation(video: $0, reason: .popularAtThisAge) }
        }
        try await APIFixture.run(.sqlite, recommendations: double) { api in
            let family = try await api.family()
            let short = try await api.publish("노래") { $0.duration = .seconds(60) }
            let long = try await api.publish((1...30).map { SeedVideo("이야기 \($0)") { $0.duration = .minutes(20) } })
            var rules = APIFixture.noLimits
            rules["minutes"] = APIFixture.every(10)
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            let best = Array(long[..<23]) + [short]
            answers.withLock { $0 = [[], best, nil] }
            #expect(try await Self.shelf("for_you", family, api) == [short.description])
            answers.withLock { $0 = [Array(best.suffix(20)), nil] }
            let list = try await api.send(.get, family.path + "/recommendations", as: family.childToken).require(200)
            #expect(list.json["items"].array.map { $0["id"].string } == [short.description])
            #expect(list.json["items"][0]["reason"]["code"] == "popular_at_this_age")
            #expect(answers.withLock { $0.isEmpty }, "it was asked twice")
        }
    }
}
