import Foundation
import Ranking
import Testing

/// What no caller should send and some caller will: every list has an answer, and every number in it is one.
@Suite("Bad input of a ranking")
struct BadInputTests {
    private static let now: Int64 = 1_780_000_000_000
    private let ranking = HomeRanking()

    /// Twelve videos: two without a label, two with the same ones, the rest with numbers that are none.
    private static let entries: [RankingCatalogue.Entry] = {
        let numbers: [Double] = [.nan, .infinity, -.infinity, -1, 0, 1e308, -1e308, .leastNonzeroMagnitude]
        let times: [Int64] = [.min, .max, -1, 0, 1, now, now + 1, now - 1]
        let strange = zip(numbers, times).enumerated().map { place, pair in
            RankingCatalogue.Entry(
                labels: LabelVector([(place % 3, pair.0), (3, 1), (-7, 1), (.max, 1)]),
                series: Int32(place % 2),
                episode: [.min, .max, 0, 1][place % 4],
                topic: place % 2 == 0 ? .max : .min,
                area: place % 2 == 0 ? .max : .min,
                publishedAt: pair.1,
                popularity: [pair.0]
            )
        }
        let plain = [LabelVector.zero, .zero, LabelVector([(0, 1)]), LabelVector([(0, 1)])]
        return plain.map { RankingCatalogue.Entry(labels: $0) } + strange
    }()

    /// Without a model, and with one that knows the first half of the videos.
    private static let catalogues: [RankingCatalogue] = {
        let settings = BlendSettings()
        let known = entries.count / 2
        let data = BlendData(
            liked: likes(children: 30, videos: known),
            met: SparseRows(columnCount: known),
            labels: SparseRows(columnCount: known)
        )
        let kinds: [Double] = [1, .nan, -1, .infinity]
        guard let fit = try? BlendFit(data, settings: settings) else { return [] }
        let model = BlendModel(fit, data: data, perVideo: known)
        let numbers = entries.indices.map { $0 < known ? $0 : [nil, -1, known, .max][$0 % 4] }
        return [
            RankingCatalogue(entries, kindWeights: kinds),
            RankingCatalogue(entries, kindWeights: kinds, blend: PlacedBlend(model, numbers: numbers)),
        ]
    }()

    private static func likes(children: Int, videos: Int) -> SparseRows {
        var rows = SparseRows(columnCount: videos)
        for child in 0..<children { rows.append([(child % videos, 1), ((child * 5 + 1) % videos, 1)]) }
        return rows
    }

    private static let histories: [ChildHistory] = {
        let numbers: [Double] = [.nan, .infinity, -.infinity, -1, 0, 1e308, 0.5]
        let times: [Int64] = [.min, .max, 0, now, now + 1, -1, now - 1]
        func watched(_ video: Int, _ place: Int) -> ChildHistory.Watched {
            ChildHistory.Watched(
                video: video,
                ratio: numbers[place % 7],
                lastWatchedAt: times[place % 5],
                reach: [.finished, .opened, .begun][place % 3]
            )
        }
        let all = (-2...(entries.count + 1)).map { watched($0, abs($0)) } + [watched(.min, 1), watched(.max, 2)]
        let unknown: Set<Int> = [-1, .min, .max, 5]
        let tastes = [
            LabelVector.zero, LabelVector([(0, .nan), (1, 1e300), (99, 1)]), LabelVector([(2, .leastNonzeroMagnitude)]),
        ]
        return [
            .empty,
            ChildHistory(watched: [watched(0, 6)]),
            ChildHistory(watched: all),
            // Each pair four times, with other numbers each time.
            ChildHistory(watched: (0..<4).flatMap { turn in entries.indices.map { watched($0, $0 + turn) } }),
            ChildHistory(watched: all, lessOf: unknown, audience: .max),
            ChildHistory(watched: [], lessOf: unknown, audience: -1),
        ] + tastes.map { ChildHistory(watched: all, taste: $0) }
    }()

    private static let limits = [0, -1, .min, 1, 5, 10_000, .max]

    @Test(
        "every list of every strange history at every strange moment is finite, complete and without repetition",
        arguments: [now, 0, -1, .min, .max],
        limits
    )
    func lists(now: Int64, limit: Int) throws {
        #expect(Self.catalogues.count == 2)
        for catalogue in Self.catalogues {
            for history in Self.histories {
                let home = ranking.home(for: history, in: catalogue, eligible: { _ in true }, now: now, limit: limit)
                let unwanted = history.lessOf.filter { catalogue.vectors[$0] != nil }.count
                #expect(home.count == min(max(limit, 0), catalogue.count - unwanted))
                let shelf = ranking.continuing(
                    history,
                    in: catalogue,
                    eligible: { _ in true },
                    now: now,
                    limit: limit
                )
                let like = Self.entries.indices.map { video in
                    ranking.similar(
                        to: video,
                        for: history,
                        in: catalogue,
                        eligible: { _ in true },
                        now: now,
                        limit: limit
                    )
                }
                for list in [home, shelf] + like {
                    #expect(list.allSatisfy { $0.score.isFinite })
                    #expect(Set(list.map(\.video)).count == list.count)
                    #expect(list.count <= max(limit, 0))
                }
            }
        }
    }

    @Test("predictions are numbers or nothing", arguments: [now, 0, .min, .max])
    func predictions(now: Int64) {
        for catalogue in Self.catalogues {
            for history in Self.histories {
                let asked = [-1, .min, .max, Self.entries.count] + Array(Self.entries.indices)
                let ratings = ranking.predictedRatings(of: asked, for: history, in: catalogue, now: now)
                #expect(ratings.count == asked.count)
                #expect(ratings.allSatisfy { $0?.isFinite ?? true })
                #expect(ratings.prefix(4).allSatisfy { $0 == nil })
            }
        }
    }

    @Test("a hundred thousand excluded videos, most of them unknown, leave the others in their order")
    func excluded() {
        for catalogue in Self.catalogues {
            let kept = Set(catalogue.vectors.count - 3..<catalogue.vectors.count)
            let exclude = Set(-50_000..<50_000).subtracting(kept)
            for history in Self.histories {
                let list = ranking.home(
                    for: history,
                    in: catalogue,
                    eligible: { _ in true },
                    exclude: exclude,
                    now: Self.now,
                    limit: 10_000
                )
                #expect(Set(list.map(\.video)) == kept.subtracting(history.lessOf))
            }
        }
    }

    @Test("no neighbours asked for are none, more than there are are all, and an all-zero vector has its distances")
    func neighbours() throws {
        let matrix = LabelMatrix([.zero, LabelVector([(0, 3)]), LabelVector([(1, 4)])])
        for k in [0, -1, Int.min] {
            #expect(NearestNeighbours(matrix).nearest(to: .zero, k: k).isEmpty)
        }
        for k in [3, 10_000, Int.max] {
            let found = NearestNeighbours(matrix).nearest(to: .zero, k: k)
            #expect(found.map(\.row) == [0, 1, 2])
            #expect(found.map(\.distance) == [0, 3, 4])
        }
        #expect(NearestNeighbours(LabelMatrix()).nearest(to: .zero, k: 10_000).isEmpty)
        var table = VectorTable<Int>(dimension: 2)
        try table.set(1, to: [0, 0], popularity: 0)
        try table.set(2, to: [3, 4], popularity: 0)
        #expect(try table.nearest(to: [0, 0], count: 0).isEmpty)
        let all = try table.nearest(to: [0, 0], count: 10_000)
        #expect(all.map(\.id) == [1, 2])
        #expect(all.map(\.distance) == [0, 5])
        // k below one predicts from the nearest.
        let regression = KNNRegression(points: matrix, targets: [1, 2, 3], k: 0, weighting: .distance)
        #expect(regression.predict(LabelVector([(1, 4)])) == 3)
        #expect(regression.predict(.zero) == 1)
    }

    @Test("rows that hold what is no number, no column, or twice the same are kept without it")
    func interactions() throws {
        var rows = SparseRows(columnCount: 3)
        rows.append([(0, .nan), (1, .infinity), (2, -.infinity), (-1, 1), (3, 1), (.max, 1), (1, 0.25), (1, 0.5)])
        rows.append([])
        rows.append([(2, 1)])
        #expect(rows.columns == [1, 2])
        #expect(rows.values == [0.5, 1])
        // A child with one video, one with none, a video nobody watched, no labels: all that is learnt is finite.
        let data = BlendData(liked: rows, met: rows, labels: SparseRows(columnCount: 3))
        let fit = try BlendFit(data, settings: BlendSettings())
        #expect((0..<3).flatMap { fit.scores(ofChild: $0) }.allSatisfy { $0.isFinite })
        let model = BlendModel(fit, data: data, perVideo: 3)
        #expect(BlendModel(encoded: try model.encoded()) == model)
        let placed = RankingCatalogue(
            Array(Self.entries.prefix(3)),
            kindWeights: [1],
            blend: PlacedBlend(model, numbers: [0, 1, 2])
        )
        for history in Self.histories {
            let home = ranking.home(for: history, in: placed, eligible: { _ in true }, now: Self.now, limit: 3)
            #expect(home.count == 3 && home.allSatisfy { $0.score.isFinite })
        }
    }

    @Test("nothing at all to learn from is an answer, too")
    func nothing() throws {
        for (children, videos) in [(0, 0), (0, 3), (3, 0), (1, 1)] {
            var rows = SparseRows(columnCount: videos)
            for _ in 0..<children { rows.append([]) }
            let data = BlendData(liked: rows, met: rows, labels: SparseRows(columnCount: videos))
            let fit = try BlendFit(data, settings: BlendSettings())
            let model = BlendModel(fit, data: data, perVideo: 500)
            #expect(model.videoCount == videos)
            #expect(model.quality.allSatisfy { $0.isFinite } && model.factors.allSatisfy { $0.isFinite })
            #expect(BlendModel(encoded: try model.encoded()) == model)
        }
    }
}
