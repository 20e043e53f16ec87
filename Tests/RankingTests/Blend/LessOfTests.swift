import Testing

@testable import Ranking

private let day: Int64 = 86_400_000
private let now: Int64 = 1_780_000_000_000

@Suite("Less of this")
struct LessOfTests {
    private typealias Entry = RankingCatalogue.Entry
    /// Eight songs, the more popular the lower the number, then eight films of trains that fewer watch.
    private let catalogue = RankingCatalogue(
        (0..<8).map { Entry(labels: LabelVector([(0, 1), (1, 0.5)]), popularity: [Double(100 - $0)]) }
            + (0..<8).map { Entry(labels: LabelVector([(2, 1), (3, 0.5)]), popularity: [Double(20 - $0)]) },
        kindWeights: [1, 1, 1, 1]
    )

    private func home(watched: [Int] = [], lessOf: Set<Int>, limit: Int = 16) -> [Int] {
        let watched = watched.map {
            ChildHistory.Watched(video: $0, ratio: 1, lastWatchedAt: now - 3 * day, reach: .finished)
        }
        return HomeRanking().home(
            for: ChildHistory(watched: watched, lessOf: lessOf),
            in: catalogue,
            eligible: { _ in true },
            now: now,
            limit: limit
        ).map(\.video)
    }

    @Test("It is left out, and what is like it falls behind everything else, also for a child that watched nothing")
    func coldChild() {
        #expect(home(lessOf: []) == Array(0..<16))
        #expect(home(lessOf: [3]) == Array(8..<16) + [0, 1, 2, 4, 5, 6, 7])
    }

    @Test("It stays behind everything else where areas take turns")
    func areas() {
        let catalogue = RankingCatalogue(
            (0..<8).map { Entry(labels: LabelVector([(0, 1), (1, 0.5)]), area: 1, popularity: [Double(100 - $0)]) }
                + (0..<8).map {
                    Entry(labels: LabelVector([(2, 1), (3, 0.5)]), area: 2, popularity: [Double(20 - $0)])
                },
            kindWeights: [1, 1, 1, 1]
        )
        func home(lessOf: Set<Int>) -> [Int] {
            HomeRanking().home(
                for: ChildHistory(watched: [], lessOf: lessOf),
                in: catalogue,
                eligible: { _ in true },
                now: now,
                limit: 16
            ).map(\.video)
        }
        #expect(home(lessOf: []).prefix(4).map { $0 < 8 } == [true, true, true, false])
        #expect(home(lessOf: [3]) == Array(8..<16) + [0, 1, 2, 4, 5, 6, 7])
    }

    @Test("It outweighs what the child watched")
    func outweighsWatching() throws {
        let watched = [0, 1, 2, 8, 9]
        #expect(try #require(home(watched: watched, lessOf: []).first) < 8)
        let list = home(watched: watched, lessOf: [3])
        #expect(Set(list.prefix(8)) == Set(8..<16))
        #expect(Set(list) == Set(0..<16).subtracting([3]))
    }

    @Test("What shares no label with it stays as it was")
    func unlike() {
        let songs = home(lessOf: []).filter { $0 < 8 }
        #expect(home(lessOf: [12]).filter { $0 < 8 } == songs)
    }

    @Test("What the catalogue does not know, or everything, breaks nothing")
    func strange() {
        #expect(home(lessOf: [-1, 16, 4_000]) == home(lessOf: []))
        #expect(home(lessOf: Set(0..<16)).isEmpty)
    }

    @Test("Neither is it gone on with, nor like anything")
    func otherLists() {
        let history = ChildHistory(
            watched: [0, 8].map {
                ChildHistory.Watched(video: $0, ratio: 0.5, lastWatchedAt: now, reach: .begun)
            },
            lessOf: [0]
        )
        let ranking = HomeRanking()
        let begun = ranking.continuing(history, in: catalogue, eligible: { _ in true }, now: now, limit: 9)
        #expect(begun.map(\.video) == [8])
        let similar = ranking.similar(to: 1, for: history, in: catalogue, eligible: { _ in true }, now: now, limit: 16)
        #expect(similar.count == 14 && !similar.map(\.video).contains(0))
    }

    @Test("No home holds it, and the rest of the places are filled", arguments: UInt64(0)..<80)
    func property(seed: UInt64) {
        let drawn = RandomCatalogue(seed: seed, videos: Int(seed % 60) + 3, watched: Int(seed * 7 % 30))
        var random = SplitMix64(seed: seed ^ 0x5eed)
        let lessOf = Set((0...Int(seed % 7)).map { _ in Int.random(in: -1...drawn.entries.count, using: &random) })
        let home = HomeRanking().home(
            for: ChildHistory(watched: drawn.history.watched, lessOf: lessOf),
            in: drawn.catalogue,
            eligible: { drawn.eligible[$0] },
            exclude: drawn.exclude,
            now: RandomCatalogue.now,
            limit: 20
        )
        let open = Set(drawn.open).subtracting(lessOf)
        #expect(Set(home.map(\.video)).isSubset(of: open))
        #expect(home.count == min(20, open.count))
        #expect(home.allSatisfy { $0.score.isFinite })
    }

    @Test("Likeness is the squared cosine to the nearest, and nothing where nothing is shared")
    func likeness() {
        var aversion = Aversion(
            LabelMatrix([LabelVector([(0, 3), (1, 4)]), LabelVector([(5, 1)]), .zero])
        )
        #expect(abs(aversion.likeness(of: LabelVector([(0, 3), (1, 4)]).entries) - 1) < 1e-12)
        #expect(abs(aversion.likeness(of: LabelVector([(5, 1)]).entries) - 1) < 1e-12)
        #expect(aversion.likeness(of: LabelVector([(7, 1)]).entries) == 0)
        #expect(aversion.likeness(of: LabelVector.zero.entries) == 0)
        var nothing = Aversion(LabelMatrix([]))
        #expect(nothing.likeness(of: LabelVector([(0, 1)]).entries) == 0)
        var unit = Aversion(LabelMatrix([LabelVector([(0, 0.6), (1, 0.8)])]))
        #expect(abs(unit.likeness(of: LabelVector([(0, 1)]).entries) - 0.36) < 1e-12)
    }
}
