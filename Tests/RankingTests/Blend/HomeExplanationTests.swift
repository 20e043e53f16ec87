import Ranking
import Testing

@Suite("The explanation of a place")
struct HomeExplanationTests {
    private static let seeds = UInt64(0)..<60

    /// A home of a random child, over a catalogue that a model knows most of; every third without a model.
    private struct Example {
        let drawn: RandomCatalogue
        let catalogue: RankingCatalogue
        let history: ChildHistory
        let limit: Int
        let home: [Recommendation]

        init(_ seed: UInt64) throws {
            drawn = RandomCatalogue(seed: seed, videos: Int(seed % 50) + 12, watched: Int(seed * 7 % 30))
            var random = SplitMix64(seed: seed)
            let videos = drawn.entries.count
            var (liked, met) = (SparseRows(columnCount: videos), SparseRows(columnCount: videos))
            for _ in 0..<25 {
                let some = (0..<videos).shuffled(using: &random)
                liked.append(some.prefix(4).map { ($0, 1) })
                met.append(some.dropFirst(4).prefix(2).map { ($0, 0.4) })
            }
            let data = BlendData(liked: liked, met: met, labels: SparseRows(columnCount: videos))
            var settings = BlendSettings()
            settings.isPopularityOnly = seed % 7 == 6
            (settings.popularityShare, settings.qualityShare) = (0.25, 0.5)
            settings.neighbourShare = Double(seed % 3) / 2
            settings.factors.dimension = 4
            let model = BlendModel(try BlendFit(data, settings: settings), data: data, perVideo: videos)
            let numbers = (0..<videos).map { Int.random(in: 0..<6, using: &random) > 0 ? $0 : nil }
            catalogue = RankingCatalogue(
                drawn.entries,
                kindWeights: (0..<40).map { [1, 0.5, 2][$0 % 3] },
                blend: seed % 3 == 0 ? nil : PlacedBlend(model, numbers: numbers)
            )
            let unwanted = (0..<Int(seed % 4)).map { _ in Int.random(in: 0..<videos, using: &random) }
            history = ChildHistory(watched: drawn.history.watched, lessOf: Set(unwanted))
            limit = Int(seed % 26) + 1
            let (eligible, now) = (drawn.eligible, RandomCatalogue.now)
            home = HomeRanking().home(
                for: history,
                in: catalogue,
                eligible: { eligible[$0] },
                exclude: drawn.exclude,
                now: now,
                limit: limit
            )
        }

        func explanation(of video: Int) -> HomeExplanation? {
            HomeRanking().explanation(
                of: video,
                for: history,
                in: catalogue,
                eligible: { drawn.eligible[$0] },
                exclude: drawn.exclude,
                now: RandomCatalogue.now,
                limit: limit
            )
        }
    }

    @Test(
        "The parts add up to the score that the home gives, and the place and the reason are the home's",
        arguments: seeds
    )
    func places(seed: UInt64) throws {
        let example = try Example(seed)
        for (index, item) in example.home.enumerated() {
            let explained = try #require(example.explanation(of: item.video))
            #expect(explained.place?.number == index + 1)
            #expect(explained.place?.reason == item.reason)
            #expect(explained.absence == nil)
            #expect(explained.score == item.score)
            let parts = explained.parts
            let sum =
                parts.coWatch + parts.neighbours + parts.popularity + parts.quality + parts.freshness + parts.lessOf
            #expect(abs(sum * (explained.rewatchFactor ?? 1) + (explained.seriesBoost ?? 0) - item.score) < 1e-12)
        }
    }

    @Test("Each part is what its own numbers make", arguments: seeds)
    func parts(seed: UInt64) throws {
        let example = try Example(seed)
        for video in example.drawn.entries.indices {
            let explained = try #require(example.explanation(of: video))
            let (parts, share) = (explained.parts, explained.share)
            let watched = Double(explained.watchedCount)
            #expect(share == watched / (watched + explained.priorPlays))
            #expect(abs(parts.coWatch - share * (explained.learnt?.total ?? 0)) < 1e-12)
            let labels = explained.labels.map { $0.weight * $0.total } ?? 0
            #expect(abs(parts.neighbours - share * labels) < 1e-12)
            let popularity = explained.popularity
            let popular = popularity.weight * popularity.value + popularity.standardisedWeight * popularity.standardised
            #expect(abs(parts.popularity - popular) < 1e-12)
            #expect(abs(parts.freshness - explained.freshness.value * explained.freshness.weight) < 1e-12)
            if let labels = explained.labels {
                #expect(abs(labels.neighbours.reduce(0) { $0 + $1.share } - 1) < 1e-12)
                #expect(abs(labels.neighbours.reduce(0) { $0 + $1.share * $1.rating } - labels.prediction) < 1e-12)
                #expect(labels.neighbours.map(\.distance) == labels.neighbours.map(\.distance).sorted())
            }
            if let learnt = explained.learnt {
                let sum = explained.known.reduce(0) { $0 + $1.rating * $1.coWatchWeight }
                #expect(abs(sum - learnt.coWatch) < 1e-9)
            }
            for known in explained.known {
                guard let ratio = known.ratio, let decay = known.decay else {
                    #expect(known.rating == HomeRanking.Settings().lessOfRating)
                    continue
                }
                let strength = known.isLeftEarly ? -0.2 : WatchRating().strength(ratio: ratio)
                #expect(abs(known.rating - strength * decay) < 1e-12)
            }
        }
    }

    @Test("What is not in the home has a reason for it, and the reason is true", arguments: seeds)
    func absences(seed: UInt64) throws {
        let example = try Example(seed)
        let shown = Set(example.home.map(\.video))
        for video in example.drawn.entries.indices where !shown.contains(video) {
            let explained = try #require(example.explanation(of: video))
            #expect(explained.place == nil)
            switch explained.absence {
            case nil: #expect(!example.drawn.eligible[video])
            case .unwanted: #expect(example.history.lessOf.contains(video))
            case .elsewhere: #expect(example.drawn.exclude.contains(video))
            case .waitsFor(let episode):
                #expect(!shown.contains(episode) && !example.drawn.isFinished(episode))
                #expect(example.drawn.entries[episode].series == example.drawn.entries[video].series)
                #expect(example.drawn.entries[episode].episode <= example.drawn.entries[video].episode)
            case .noCandidate: #expect(explained.rank == nil)
            case .variety(let places): #expect((1...example.home.count).contains(places))
            case .outscored: #expect(explained.rank != nil)
            }
        }
    }

    @Test("There is none of what is not in the catalogue")
    func unknown() throws {
        let example = try Example(1)
        for video in [-1, example.drawn.entries.count, .min, .max] {
            #expect(example.explanation(of: video) == nil)
        }
    }
}
