import Ranking
import Testing

private let day: Int64 = 86_400_000
private let now: Int64 = 1_780_000_000_000

@Suite("A child's home")
struct HomeRankingTests {
    private typealias Entry = RankingCatalogue.Entry
    private let ranking = HomeRanking()

    private func home(
        _ entries: [RankingCatalogue.Entry],
        watched: [ChildHistory.Watched] = [],
        taste: LabelVector? = nil,
        exclude: Set<Int> = [],
        limit: Int = 20
    ) -> [Recommendation] {
        ranking.home(
            for: ChildHistory(watched: watched, taste: taste),
            in: RankingCatalogue(entries, kindWeights: Array(repeating: 1, count: 8)),
            eligible: { _ in true },
            exclude: exclude,
            now: now,
            limit: limit
        )
    }

    private func finished(_ video: Int, daysAgo: Int64 = 1, ratio: Double = 1) -> ChildHistory.Watched {
        ChildHistory.Watched(video: video, ratio: ratio, lastWatchedAt: now - daysAgo * day, reach: .finished)
    }

    @Test("An empty catalogue, or no places, gives an empty home")
    func empty() {
        #expect(home([]).isEmpty)
        #expect(home([], watched: [finished(0)]).isEmpty)
        #expect(home([Entry(labels: .zero)], limit: 0).isEmpty)
        #expect(home([Entry(labels: .zero)], limit: -3).isEmpty)
    }

    @Test("A child that watched nothing gets what is popular")
    func cold() {
        let entries = [3.0, 9, 0, 5].map { Entry(labels: LabelVector([(0, 1)]), popularity: [$0]) }
        let list = home(entries)
        #expect(list.map(\.video) == [1, 3, 0, 2])
        #expect(list.allSatisfy { $0.reason == .popularAtThisAge })
    }

    @Test("A stored taste alone, without a history, does not break the ranking")
    func tasteOnly() {
        let entries = [3.0, 9, 0, 5].map { Entry(labels: LabelVector([(0, 1)]), popularity: [$0]) }
        #expect(home(entries, taste: LabelVector([(0, 1)])).map(\.video) == [1, 3, 0, 2])
    }

    @Test("What is like the watched comes before what is not, and says so")
    func personal() {
        let songs = (0..<4).map { _ in Entry(labels: LabelVector([(0, 1), (1, 0.5)])) }
        let trains = (0..<4).map { _ in Entry(labels: LabelVector([(2, 1), (3, 0.5)])) }
        let list = home(songs + trains, watched: [finished(0), finished(1)])
        #expect(list.prefix(2).map(\.video) == [2, 3])
        #expect(list.prefix(2).allSatisfy { $0.reason == .becauseYouWatched(0) })
        #expect(list.first { $0.video == 5 }?.reason == .popularAtThisAge, "it shares no label with what was watched")
    }

    @Test("Equal scores go by our own popularity, then by number")
    func tieBreak() {
        let entries = [0.0, 1, 4, 1].map { Entry(labels: LabelVector([(0, 1)]), popularity: [$0]) }
        #expect(home(entries, watched: [finished(0)]).map(\.video) == [2, 1, 3, 0])
    }

    @Test("The next episode comes first and names the one before; later ones follow in order")
    func nextInSeries() {
        let episodes = (0..<4).map { Entry(labels: LabelVector([(0, 1)]), series: 5, episode: Int32($0)) }
        let list = home(episodes.reversed() + [Entry(labels: LabelVector([(1, 1)]))], watched: [finished(3)])
        #expect(list.first == Recommendation(video: 2, score: list[0].score, reason: .nextInSeries(previous: 3)))
        #expect(list.map(\.video).filter { $0 < 3 } == [2, 1, 0])
    }

    @Test("An excluded episode counts as shown: the one after it may come")
    func excludedEpisode() {
        let episodes = (0..<3).map { Entry(labels: LabelVector([(0, 1)]), series: 5, episode: Int32($0)) }
        #expect(home(episodes, exclude: [0]).map(\.video) == [1, 2])
    }

    @Test("A watched video comes back with time, not never")
    func watchedAgain() throws {
        let entries = (0..<3).map { _ in Entry(labels: LabelVector([(0, 1)])) }
        let justNow = try #require(home(entries, watched: [finished(0, daysAgo: 0)]).first { $0.video == 0 })
        let lastMonth = try #require(home(entries, watched: [finished(0, daysAgo: 10)]).first { $0.video == 0 })
        #expect(justNow.score < lastMonth.score)
    }

    @Test("A video left early comes back later than one watched through")
    func leftEarly() throws {
        let entries = (0..<3).map { _ in Entry(labels: LabelVector([(0, 1)]), popularity: [1]) }
        let left = ChildHistory.Watched(video: 0, ratio: 0.1, lastWatchedAt: now, reach: .begun)
        let early = try #require(home(entries, watched: [left]).first { $0.video == 0 })
        let through = try #require(home(entries, watched: [finished(0, daysAgo: 0)]).first { $0.video == 0 })
        #expect(early.score < through.score)
    }

    @Test("New videos and areas met least get their places")
    func exploration() {
        let songs = (0..<30).map { number in
            Entry(labels: LabelVector([(0, 1)]), area: [1, 3][number % 2], popularity: [Double(100 - number)])
        }
        let moves = (0..<3).map { _ in Entry(labels: LabelVector([(1, 1)]), area: 2) }
        let fresh = Entry(labels: LabelVector([(2, 1)]), publishedAt: now - day)
        let list = home(songs + moves + [fresh], watched: [finished(0), finished(1)], limit: 10)
        #expect(list[4].video == 33 && list[4].reason == .new)
        #expect((30...32).contains(list[8].video) && list[8].reason == .balance)
        #expect(list.count { $0.reason == .new || $0.reason == .balance } == 2)
    }

    @Test("One topic does not fill a home while there are others, however well it fits")
    func variety() {
        let songs = (0..<12).map { _ in Entry(labels: LabelVector([(0, 1)]), topic: 1) }
        let others = (0..<5).map { Entry(labels: LabelVector([(1, 1)]), topic: Int32($0) + 2) }
        let list = home(songs + others, watched: [finished(0)], limit: 12)
        let isSong = list.map { $0.video < 12 }
        #expect(isSong == [true, true, false, true, true, false, true, true, false, true, true, false])
    }

    @Test("One area does not fill a home while there are others, and gives way before topics do")
    func areas() {
        let songs = (0..<12).map { _ in Entry(labels: LabelVector([(0, 1)]), area: 1) }
        let others = (0..<3).map { Entry(labels: LabelVector([(1, 1)]), topic: 1, area: $0 < 2 ? 2 : 1) }
        let list = home(songs + others, watched: [finished(0)], limit: 12)
        #expect(list.map { $0.video < 12 }.prefix(9) == [true, true, true, false, true, true, true, false, true])
        #expect(list.count == 12, "nothing else is left: the area comes again")
    }

    @Test("Going on: the series and single videos watched last come first")
    func continuing() {
        let entries =
            (0..<3).map { Entry(labels: .zero, series: 1, episode: Int32($0)) }
            + [Entry(labels: .zero), Entry(labels: .zero), Entry(labels: .zero)]
        let watched = [
            finished(0, daysAgo: 3),
            ChildHistory.Watched(video: 3, ratio: 0.5, lastWatchedAt: now - day, reach: .begun),
            ChildHistory.Watched(video: 4, ratio: 0.01, lastWatchedAt: now, reach: .opened),
            finished(5, daysAgo: 0),
        ]
        let list = ranking.continuing(
            ChildHistory(watched: watched),
            in: RankingCatalogue(entries, kindWeights: []),
            eligible: { _ in true },
            now: now,
            limit: 9
        )
        #expect(list.map(\.video) == [3, 1])
        #expect(list.map(\.reason) == [.becauseYouWatched(3), .nextInSeries(previous: 0)])
    }

    @Test("More like this: the nearest first, equals by popularity, never the video itself")
    func similar() {
        let entries = [
            Entry(labels: LabelVector([(0, 1)])),
            Entry(labels: LabelVector([(0, 1), (1, 1)]), popularity: [9]),
            Entry(labels: LabelVector([(0, 0.5)]), popularity: [1]),
            Entry(labels: LabelVector([(0, 0.25)]), popularity: [4]),
            Entry(labels: LabelVector([(2, 1)]), popularity: [50]),
        ]
        let list = ranking.similar(
            to: 0,
            in: RankingCatalogue(entries, kindWeights: [1, 1, 1]),
            eligible: { _ in true },
            now: now,
            limit: 3
        )
        #expect(list.map(\.video) == [3, 2, 1])
        #expect(list.allSatisfy { $0.reason == .becauseYouWatched(0) })
    }
}
