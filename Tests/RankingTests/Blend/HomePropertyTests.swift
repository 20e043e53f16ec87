import Ranking
import Testing

@Suite("Every home keeps the rules")
struct HomePropertyTests {
    private static let seeds = UInt64(0)..<80

    private func example(_ seed: UInt64) -> (RandomCatalogue, [Recommendation]) {
        let drawn = RandomCatalogue(seed: seed, videos: Int(seed % 60) + 3, watched: Int(seed * 7 % 30))
        return (drawn, drawn.home(limit: Int(seed % 26) + 1))
    }

    @Test("Only what may be shown, each once, as many as asked for", arguments: seeds)
    func full(seed: UInt64) {
        let (drawn, home) = example(seed)
        let open = Set(drawn.open)
        #expect(home.allSatisfy { open.contains($0.video) })
        #expect(Set(home.map(\.video)).count == home.count)
        #expect(home.count == min(Int(seed % 26) + 1, open.count))
    }

    @Test("Scores are numbers, and a reason names only a video the child may see and has watched", arguments: seeds)
    func reasons(seed: UInt64) {
        let (drawn, home) = example(seed)
        let watched = Set(drawn.history.watched.map(\.video))
        for item in home {
            #expect(item.score.isFinite)
            switch item.reason {
            case .becauseYouWatched(let video):
                #expect(drawn.eligible[video] && watched.contains(video))
            case .nextInSeries(let previous):
                #expect(drawn.eligible[previous] && drawn.isFinished(previous))
                #expect(drawn.entries[previous].series == drawn.entries[item.video].series)
                #expect(drawn.entries[previous].episode <= drawn.entries[item.video].episode)
            case .new:
                #expect(drawn.entries[item.video].publishedAt <= RandomCatalogue.now)
                #expect(drawn.entries[item.video].publishedAt >= RandomCatalogue.now - 14 * RandomCatalogue.day)
            case .balance:
                #expect(!watched.contains(item.video))
            case .popularAtThisAge:
                break
            }
        }
    }

    @Test("No episode stands before the unfinished ones it follows", arguments: seeds)
    func series(seed: UInt64) {
        let (drawn, home) = example(seed)
        for (place, item) in home.enumerated() {
            let before = Set(home[..<place].map(\.video))
            #expect(drawn.unfinishedBefore(item.video).allSatisfy(before.contains))
        }
    }

    @Test("Never a third in a row of one topic or channel, unless nothing else was left", arguments: seeds)
    func variety(seed: UInt64) {
        let (drawn, home) = example(seed)
        for place in home.indices.dropFirst(2) {
            let last = [home[place - 2].video, home[place - 1].video]
            func makesThree(_ video: Int) -> Bool {
                [\RankingCatalogue.Entry.topic, \.channel].contains { kind in
                    let value = drawn.entries[video][keyPath: kind]
                    return value != nil && last.allSatisfy { drawn.entries[$0][keyPath: kind] == value }
                }
            }
            guard makesThree(home[place].video) else { continue }
            let before = Set(home[..<place].map(\.video))
            let others = drawn.open.filter {
                !before.contains($0) && !makesThree($0) && drawn.unfinishedBefore($0).allSatisfy(before.contains)
            }
            #expect(others.isEmpty)
        }
    }

    @Test("Never a fourth in a row of one area, but where something new or least met is tried", arguments: seeds)
    func areas(seed: UInt64) {
        let (drawn, home) = example(seed)
        func repeats<Kind: Equatable>(_ kind: KeyPath<RankingCatalogue.Entry, Kind?>, _ video: Int, _ last: [Int])
            -> Bool
        {
            let value = drawn.entries[video][keyPath: kind]
            return value != nil && last.allSatisfy { drawn.entries[$0][keyPath: kind] == value }
        }
        for place in home.indices.dropFirst(3) where home[place].reason != .new && home[place].reason != .balance {
            let last = home[(place - 3)..<place].map(\.video)
            guard repeats(\.area, home[place].video, last) else { continue }
            let before = Set(home[..<place].map(\.video))
            let others = drawn.open.filter { video in
                !before.contains(video) && drawn.unfinishedBefore(video).allSatisfy(before.contains)
                    && !repeats(\.area, video, last) && !repeats(\.topic, video, Array(last.suffix(2)))
                    && !repeats(\.channel, video, Array(last.suffix(2)))
            }
            #expect(others.isEmpty)
        }
    }

    @Test("The same input gives the same list, whatever order the history comes in", arguments: seeds)
    func determinism(seed: UInt64) {
        let (drawn, home) = example(seed)
        let again = RandomCatalogue(seed: seed, videos: Int(seed % 60) + 3, watched: Int(seed * 7 % 30))
        #expect(again.home(limit: Int(seed % 26) + 1) == home)
        var random = SplitMix64(seed: seed)
        let shuffled = HomeRanking().home(
            for: ChildHistory(watched: drawn.history.watched.shuffled(using: &random)),
            in: drawn.catalogue,
            eligible: { drawn.eligible[$0] },
            exclude: drawn.exclude,
            now: RandomCatalogue.now,
            limit: Int(seed % 26) + 1
        )
        #expect(shuffled == home)
    }

    @Test("Going on and more like this keep to what may be shown and spoil nothing", arguments: seeds)
    func otherLists(seed: UInt64) {
        let (drawn, _) = example(seed)
        let (open, ranking) = (Set(drawn.open), HomeRanking())
        let continuing = ranking.continuing(
            drawn.history,
            in: drawn.catalogue,
            eligible: { drawn.eligible[$0] },
            exclude: drawn.exclude,
            now: RandomCatalogue.now,
            limit: 20
        )
        let similar = ranking.similar(
            to: 0,
            for: drawn.history,
            in: drawn.catalogue,
            eligible: { drawn.eligible[$0] },
            exclude: drawn.exclude,
            now: RandomCatalogue.now,
            limit: 10
        )
        for item in continuing + similar {
            #expect(open.contains(item.video) && item.score.isFinite)
            #expect(drawn.unfinishedBefore(item.video).isEmpty)
        }
        #expect(!similar.contains { $0.video == 0 })
        #expect(!continuing.contains { drawn.isFinished($0.video) })
    }
}
