import Testing

@testable import Ranking

private let day: Int64 = 86_400_000
private let now: Int64 = 1_780_000_000_000

@Suite("Places for exploring")
struct ExplorationTests {
    private static let seeds = UInt64(0)..<80

    private func isExploring(_ place: Int) -> Bool {
        let settings = HomeRanking.Settings()
        return [settings.newPlace, settings.balancePlace].contains(place % settings.explorationPeriod)
    }

    @Test("The same seed gives the same list; another changes nothing before a place for exploring", arguments: seeds)
    func repeatable(seed: UInt64) {
        let drawn = RandomCatalogue(seed: seed, videos: Int(seed % 60) + 40, watched: Int(seed * 7 % 30))
        let first = drawn.home(limit: 30)
        let open = Set(drawn.open)
        for other in UInt64(1)...8 {
            let home = drawn.home(limit: 30, seed: other)
            #expect(home == drawn.home(limit: 30, seed: other))
            #expect(home.allSatisfy { open.contains($0.video) })
            #expect(Set(home.map(\.video)).count == home.count && home.count == first.count)
            if let place = home.indices.first(where: { home[$0] != first[$0] }) {
                #expect(isExploring(place))
                #expect(
                    [.new, .balance].contains(home[place].reason) || [.new, .balance].contains(first[place].reason)
                )
            }
        }
    }

    @Test("Some seeds differ, in both kinds of places")
    func differ() {
        var kinds: Set<String> = []
        for seed in Self.seeds {
            let drawn = RandomCatalogue(seed: seed, videos: 90, watched: 20)
            let (one, other) = (drawn.home(limit: 10, seed: 2 * seed), drawn.home(limit: 10, seed: 2 * seed + 1))
            guard let place = one.indices.first(where: { one[$0] != other[$0] }) else { continue }
            kinds.insert("\(one[place].reason)")
        }
        #expect(kinds.isSuperset(of: ["new", "balance"]))
    }

    /// Forty popular songs, ten new videos, the first the newest, and an old one like that: which of the new ones is drawn.
    private func drawn(_ seed: UInt64, lessOf: Set<Int> = []) -> Int? {
        typealias Entry = RankingCatalogue.Entry
        let songs = (0..<40).map { Entry(labels: LabelVector([(0, 1)]), popularity: [Double(100 - $0)]) }
        let fresh = (0..<10).map { Entry(labels: LabelVector([($0 + 1, 1)]), publishedAt: now - Int64($0 + 1) * day) }
        let old = Entry(labels: LabelVector([(1, 1)]))
        let home = HomeRanking().home(
            for: ChildHistory(watched: [], lessOf: lessOf),
            in: RankingCatalogue(songs + fresh + [old], kindWeights: Array(repeating: 1, count: 11)),
            eligible: { _ in true },
            now: now,
            seed: seed,
            limit: 5
        )
        return home.last.flatMap { $0.reason == .new ? $0.video - 40 : nil }
    }

    @Test("It is one of the five newest, the better and newer more often, each now and then")
    func chances() {
        var counts: [Int: Int] = [:]
        for seed in UInt64(0)..<2_000 { counts[drawn(seed) ?? -1, default: 0] += 1 }
        #expect(Set(counts.keys) == Set(0..<5))
        let ordered = (0..<5).map { counts[$0] ?? 0 }
        #expect(ordered == ordered.sorted(by: >))
        // Chances of 2^(−days / 14) / place, add up to 2.05: 0.95 and 0.16 of them.
        #expect((850...1_020).contains(ordered[0]) && (110...210).contains(ordered[4]))
    }

    @Test("What is like something unwanted is not explored")
    func unwanted() {
        for seed in UInt64(0)..<40 { #expect((1...5).contains(drawn(seed, lessOf: [50]) ?? -1)) }
    }
}
