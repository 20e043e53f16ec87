import Testing

@testable import Ranking

@Suite("How good lists are")
struct RankingMetricsTests {
    @Test("Lists and measures are those of the formulas, ties and all")
    func formulas() throws {
        let example = try BlendCases.read().measures
        let (train, candidates) = (rows(example.train), (0..<12).map { Int32($0) })
        let lists = example.scores.enumerated().map { user, scores in
            Evaluator.list(scores, without: train, user, candidates, 10)
        }
        #expect(lists == example.lists)
        let asked = example.hidden.indices.filter { !example.hidden[$0].isEmpty }
        for depth in [3, 10] {
            let metrics = RankingMetrics(
                lists: asked.map { lists[$0] },
                hidden: asked.map { example.hidden[$0] },
                depths: [depth],
                candidateCount: 12,
                popularityRank: Array(1...12)
            )
            let (ndcg, recall) = (
                try #require(example.perUser["ndcg@\(depth)"]), try #require(example.perUser["recall@\(depth)"])
            )
            #expect(distance(metrics.ndcgPerUser, ndcg) < 1e-12)
            #expect(abs(metrics.depths[0].ndcg - ndcg.reduce(0, +) / Double(ndcg.count)) < 1e-12)
            #expect(abs(metrics.depths[0].recall - recall.reduce(0, +) / Double(recall.count)) < 1e-12)
        }
    }

    @Test("Hit rate, coverage and popularity rank, by hand")
    func byHand() {
        let metrics = RankingMetrics(
            lists: [[0, 1, 2], [0, 3, 1]],
            hidden: [[2, 5], [4]],
            depths: [2, 3],
            candidateCount: 8,
            popularityRank: [1, 2, 3, 4, 5, 6, 7, 8]
        )
        #expect(metrics.depths.map(\.hitRate) == [0, 0.5])
        #expect(metrics.depths.map(\.recall) == [0, 0.25])
        #expect(metrics.depths.map(\.coverage) == [3.0 / 8, 4.0 / 8])
        #expect(metrics.depths.map(\.popularityRank) == [2, 13.0 / 6])
    }

    @Test("No users, no lists, nothing listed: zeros")
    func nothing() {
        for lists in [[], [[]]] as [[[Int32]]] {
            let metrics = RankingMetrics(
                lists: lists,
                hidden: lists.map { _ in [1] },
                depths: [10],
                candidateCount: 0,
                popularityRank: []
            )
            #expect(
                metrics.depths.map { [$0.ndcg, $0.recall, $0.hitRate, $0.coverage, $0.popularityRank] } == [
                    [0, 0, 0, 0, 0]
                ]
            )
        }
    }

    @Test("Scores that are no numbers come last, and a list may be shorter than asked")
    func strangeScores() {
        let none = rows([[0, 0, 0, 0]])
        let scores: [Double] = [.nan, 1, -.infinity, 2]
        #expect(Evaluator.list(scores, without: none, 0, [0, 1, 2, 3], 10) == [3, 1, 0, 2])
        #expect(Evaluator.list(scores, without: none, 0, [0, 1], 1) == [1])
        #expect(Evaluator.list(scores, without: none, 0, [0, 1], 0) == [])
    }

    @Test("What chance explains and what it does not")
    func paired() {
        let values = (0..<200).map { Double($0 % 7) / 7 }
        #expect(PairedTest(values, values).p == 1)
        #expect(PairedTest([], []).p == 1)
        let better = PairedTest(values.map { $0 + 0.1 }, values)
        #expect(abs(better.difference - 0.1) < 1e-12)
        #expect(better.p == 1.0 / 10_001)
        let mixed = PairedTest(values.enumerated().map { $1 + ($0.isMultiple(of: 2) ? 0.1 : -0.1) }, values)
        #expect(mixed.p > 0.5)
        #expect(PairedTest(values, values.map { $0 + 0.1 }).p == better.p)
    }
}
