import Foundation
import Testing

@testable import Ranking

@Suite("Choosing a blend's settings")
struct BlendSearchTests {
    /// A video a day and children of every day; each watched anything before, and then something of the last three days.
    @Test("Where children watch what is new, freshness comes to weigh more than by default")
    func freshness() throws {
        var random = SplitMix64(seed: 5)
        let (day, videos) = (Int64(86_400_000), 120)
        var (liked, hidden): (SparseRows, [[Int32]]) = (SparseRows(columnCount: videos), [])
        var askedAt: [Int64] = []
        for _ in 0..<150 {
            let today = Int.random(in: 20..<videos, using: &random)
            liked.append(Set((0..<5).map { _ in Int.random(in: 0..<(today - 3), using: &random) }).map { ($0, 1) })
            hidden.append(((today - 2)...today).map { Int32($0) })
            askedAt.append(Int64(today) * day + day / 2)
        }
        let plain = BlendData(liked: liked, met: liked, labels: SparseRows(columnCount: videos)).withNothingMet()
        let ages = BlendData.Ages(publishedAt: (0..<videos).map { Int64($0) * day }, askedAt: askedAt)
        let aged = BlendData(liked: liked, met: plain.met, labels: plain.labels, ages: ages)
        var search = BlendSearch(aged, hidden: hidden, limits: BlendSearch.Limits())
        let outcome = try search.run(from: .small)
        #expect(outcome.settings.freshness > BlendSettings().freshness)
        #expect(outcome.figure > outcome.defaults)
        var ageless = BlendSearch(plain, hidden: hidden, limits: BlendSearch.Limits())
        #expect(try ageless.run(from: .small).settings.freshness == BlendSettings().freshness)
    }

    @Test("Where popularity alone is best, it is alone: nothing is left of what was tried beside it")
    func popularityAlone() throws {
        var found = 0
        for seed in UInt64(0)..<40 {
            var random = SplitMix64(seed: seed)
            // Everybody watches what everybody watches, and nobody has a taste of its own.
            let (liked, met) = (0..<30).reduce(into: ([[Double]](), [[Double]]())) { lists, _ in
                lists.0.append((0..<16).map { Double.random(in: 0..<1, using: &random) < 1 / Double($0 + 1) ? 1 : 0 })
                lists.1.append((0..<16).map { _ in Double.random(in: 0..<1, using: &random) < 0.1 ? 0.4 : 0 })
            }
            let data = BlendData(liked: rows(liked), met: rows(met), labels: SparseRows(columnCount: 16))
            var search = BlendSearch(data, seed: seed, limits: BlendSearch.Limits())
            let outcome = try search.run(from: .small)
            guard outcome.settings.isPopularityOnly else { continue }
            found += 1
            let settings = outcome.settings
            #expect([settings.qualityShare, settings.popularityShare, settings.freshness] == [0, 0, 0])
            #expect(outcome.figure == outcome.popularity)
        }
        #expect(found > 0)
    }

    @Test("A search whose task is cancelled tries nothing more")
    func cancelled() async {
        let search = Task { () throws -> BlendSearch.Outcome in
            let cases = try BlendCases.read()
            let data = cases.data(met: try #require(cases.blends["met"]).met)
            var search = BlendSearch(data, seed: 1, limits: BlendSearch.Limits()) { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
            return try search.run(from: .small)
        }
        await #expect(throws: CoWatchFit.Failure.cancelled) { try await search.value }
    }

    /// Children like two pairs of labels and leave what mixes them. Label by label the two are alike, the original core tells
    /// them apart.
    @Test("The original core adds what it knows of the labels, by its share")
    func neighbours() throws {
        var random = SplitMix64(seed: 6)
        let (labelCount, copies) = (8, 6)
        let pairs = (0..<labelCount).flatMap { first in (first + 1..<labelCount).map { (first, $0) } }
        let carried = pairs.flatMap { pair in Array(repeating: [pair.0, pair.1], count: copies) }
        func videos(_ first: Int, _ second: Int) -> [Int] {
            carried.indices.filter { carried[$0] == [first, second].sorted() }.shuffled(using: &random)
        }
        var (liked, met) = (SparseRows(columnCount: carried.count), SparseRows(columnCount: carried.count))
        var hidden: [[Int32]] = []
        for _ in 0..<40 {
            let own = Array(0..<labelCount).shuffled(using: &random)
            let (one, other) = (videos(own[0], own[1]), videos(own[2], own[3]))
            liked.append((one.prefix(2) + other.prefix(2)).map { ($0, 1) })
            met.append((videos(own[0], own[2]).prefix(2) + videos(own[1], own[3]).prefix(2)).map { ($0, 0.2) })
            hidden.append((one.dropFirst(2).prefix(2) + other.dropFirst(2).prefix(2)).map { Int32($0) })
        }
        let labels = rows((0..<labelCount).map { label in carried.map { $0.contains(label) ? 1 : 0 } })
        let data = BlendData(liked: liked, met: met, labels: labels)
        var (without, with) = (BlendSettings.small, BlendSettings.small)
        (without.factorShare, with.factorShare) = (0, 0)
        with.neighbourShare = 2
        var parts = BlendParts(data, hidden: hidden, memoryLimit: .max)
        #expect(try parts.figures(with).mean > parts.figures(without).mean)

        let (plain, fit) = (try BlendFit(data, settings: without), try BlendFit(data, settings: with))
        let likeness = LabelLikeness(data).scores(of: data.ratings(ofChild: 0))
        let expected = zip(plain.scores(ofChild: 0), likeness).map { $0 + 2 * $1 }
        #expect(distance(fit.scores(ofChild: 0), expected) < 1e-9)
    }

    @Test("What labels say in training is what they say in a request")
    func likeness() throws {
        let labels = rows([[1, 1, 0, 0, 0], [0, 1, 1, 0, 1], [0, 0, 0.5, 1, 0]])
        let data = BlendData(
            liked: rows([[1, 0, 1, 0, 0]]),
            met: rows([[0, 0, 0, 0.8, 0]]),
            labels: labels
        )
        let entries = (0..<5).map { video in
            let carriers = labels.transposed()
            return RankingCatalogue.Entry(
                labels: LabelVector(carriers.range(video).map { (Int(carriers.columns[$0]), carriers.values[$0]) })
            )
        }
        let catalogue = RankingCatalogue(entries, kindWeights: [1, 1, 1])
        // Watched now: nothing has decayed.
        let history = ChildHistory(
            watched: [(0, 1.0), (2, 1.0), (3, 0.4)].map {
                ChildHistory.Watched(video: $0, ratio: $1, lastWatchedAt: 0, reach: $1 > 0.9 ? .finished : .begun)
            }
        )
        let request = RankingRequest(
            history: history,
            catalogue: catalogue,
            eligible: { _ in true },
            exclude: [],
            now: 0,
            settings: HomeRanking.Settings()
        )
        let ratings = data.ratings(ofChild: 0).sorted { $0.video < $1.video }
        #expect(ratings.map(\.video) == [0, 2, 3])
        #expect(ratings.map(\.rating) == request.watched.map { request.settings.rating(of: $0, now: 0) })
        let scores = LabelLikeness(data).scores(of: ratings)
        // The share of 3 watched among 5 more is the request's own.
        var scorer = CandidateScorer(request)
        for video in [1, 4] {
            #expect(scores[video] > 0)
            #expect(abs(scores[video] * (3.0 / 8) - scorer.parts(of: video).neighbours) < 1e-12)
        }
        let leftEarly = BlendData(liked: data.liked, met: rows([[0, 0, 0, 0.4, 0]]), labels: labels).ratings(ofChild: 0)
        #expect(leftEarly.first { $0.video == 3 }?.rating == HomeRanking.Settings().leftEarlyRating)
    }

    @Test("No more parts are kept than the search says it takes, and the memory they take is asked for")
    func memory() throws {
        let cases = try BlendCases.read()
        let data = cases.data(met: try #require(cases.blends["met"]).met)
        let needed = CoWatchFit.bytes(
            rows: data.childCount + data.labels.rowCount,
            columns: data.videoCount,
            entries: data.entries(weak: 1).entryCount + data.labels.entryCount
        )
        var limits = BlendSearch.Limits()
        limits.memory = needed
        var search = BlendSearch(data, seed: 7, limits: limits)
        #expect(throws: CoWatchFit.Failure.self) { try search.run(from: .small) }
        limits.memory = needed + BlendSearch.bytes(children: data.childCount, videos: data.videoCount)
        var roomy = BlendSearch(data, seed: 7, limits: limits)
        #expect(try roomy.run(from: .small).children > 0)
    }
}

extension BlendSettings {
    fileprivate static var small: BlendSettings {
        var settings = BlendSettings()
        settings.factors.dimension = 4
        return settings
    }
}

extension BlendData {
    fileprivate func withNothingMet() -> BlendData {
        var none = SparseRows(columnCount: videoCount)
        for _ in 0..<childCount { none.append([]) }
        return BlendData(liked: liked, met: none, labels: labels, ages: ages)
    }
}
