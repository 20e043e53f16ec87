import Testing

@testable import Ranking

@Suite("The evaluation of methods")
struct EvaluatorTests {
    private typealias Interaction = EvaluationData.Interaction

    private func training(_ known: [EvaluationData.Interaction], users: Int, items: Int, labels: SparseRows? = nil)
        -> TrainingData
    {
        let labels = labels ?? SparseRows(columnCount: items)
        return TrainingData(known, userCount: users, itemCount: items, labels: labels, positiveFrom: 3)
    }

    private func likes(_ dense: [[Double]]) -> [EvaluationData.Interaction] {
        dense.enumerated().flatMap { user, row in
            history(row).map { Interaction(user: Int32(user), item: Int32($0.video), value: 5, time: 0) }
        }
    }

    @Test("Item neighbours score as the formula says, ties at the last place kept")
    func itemNeighbours() throws {
        let cases = try BlendCases.read()
        let example = cases.itemNeighbours
        let data = training(likes(cases.liked), users: cases.liked.count, items: 12)
        let scorer = try ItemNeighboursScorer(data, k: example.k, shrink: example.shrink)
        for (user, expected) in example.scores.enumerated() {
            #expect(distance(scorer.scores(for: user), expected) < 1e-12)
        }
    }

    @Test("One user of many items makes neighbours of them all, within the memory there may be")
    func manyTies() {
        let data = training(likes([[Double](repeating: 1, count: 500)]), users: 1, items: 500)
        #expect(throws: CoWatchFit.Failure.self) {
            _ = try ItemNeighboursScorer(data, k: 20, shrink: 10, memoryLimit: 1 << 20)
        }
    }

    @Test("The original core predicts each item as a regression of its own would")
    func labelNeighbours() throws {
        let cases = try BlendCases.read()
        let data = training(likes(cases.liked), users: cases.liked.count, items: 12, labels: rows(cases.labels))
        let scorer = LabelNeighboursScorer(data, k: 3)
        let vectors = (0..<12).map { item in LabelVector(dense: cases.labels.map { $0[item] }) }
        for (user, row) in cases.liked.enumerated() {
            let watched = history(row).map(\.video)
            let regression = KNNRegression(
                points: LabelMatrix(watched.map { vectors[$0] }),
                targets: watched.map { _ in 1 },
                k: 3,
                weighting: .distance
            )
            #expect(scorer.scores(for: user) == vectors.map { regression.predict($0) ?? 0 })
        }
    }

    @Test("A random split hides a fifth of what each likes, rounded up, the same for the same seed")
    func randomSplit() {
        let known = (0..<40).flatMap { user in
            (0...(user % 12)).map {
                Interaction(user: Int32(user), item: Int32($0), value: $0 == 3 ? 1 : 4, time: 0)
            }
        }
        let split = EvaluationSplit.random(known, userCount: 41, positiveFrom: 3, seed: 42)
        let again = EvaluationSplit.random(known.reversed(), userCount: 41, positiveFrom: 3, seed: 42)
        #expect(split.hidden == again.hidden)
        #expect(split.hidden != EvaluationSplit.random(known, userCount: 41, positiveFrom: 3, seed: 43).hidden)
        for user in 0..<41 {
            let liked = known.filter { $0.user == user && $0.value >= 3 }.map(\.item)
            let hidden = split.hidden[user]
            #expect(hidden.count == (liked.count < 2 ? 0 : (liked.count + 4) / 5))
            #expect(Set(hidden).isSubset(of: liked))
            let left = split.known.filter { $0.user == user }
            #expect(left.count + hidden.count == known.count { $0.user == user })
            #expect(Set(left.map(\.item)).isDisjoint(with: hidden))
        }
    }

    @Test("The last is hidden: by time, then by item; whoever likes one keeps it")
    func lastSplit() {
        let known = [
            Interaction(user: 0, item: 5, value: 4, time: 30), Interaction(user: 0, item: 1, value: 4, time: 40),
            Interaction(user: 0, item: 2, value: 1, time: 50), Interaction(user: 1, item: 3, value: 4, time: 7),
            Interaction(user: 1, item: 4, value: 4, time: 7), Interaction(user: 2, item: 0, value: 4, time: 1),
        ]
        let split = EvaluationSplit.last(known, userCount: 3, positiveFrom: 3)
        #expect(split.hidden == [[1], [4], []])
        #expect(split.known.count == 4)
    }

    @Test("Every method, on data with every oddity, gives numbers and never more than 1")
    func oddities() throws {
        var known = likes(try BlendCases.read().liked)
        known += (0..<6).map { Interaction(user: 18, item: Int32(6 + $0), value: 0, time: 0) }
        known.append(Interaction(user: 17, item: 12, value: 2, time: 0))
        known.append(Interaction(user: 19, item: 12, value: 5, time: 0))
        for labels in [SparseRows(columnCount: 14), rows([[1, 1], []], width: 14)] {
            let data = EvaluationData(
                userNames: (0..<20).map(String.init),
                itemNames: (0..<14).map(String.init),
                interactions: known,
                labels: labels
            )
            var settings = Evaluator.Settings()
            (settings.positiveFrom, settings.depths) = (3, [1, 10, 10_000])
            let splits = settings.seeds.map { seed in
                (seed, EvaluationSplit.random(known, userCount: 20, positiveFrom: 3, seed: seed))
            }
            let evaluator = Evaluator(data: data, settings: settings) { _ in }
            let report = try evaluator.run(splits, candidates: (0..<14).map { Int32($0) })
            #expect(report.results.map(\.method) == Evaluator.Method.allCases)
            for result in report.results {
                for depth in result.runs.flatMap(\.depths) {
                    for share in [depth.ndcg, depth.recall, depth.hitRate, depth.coverage] {
                        #expect((0...1).contains(share), "\(result.method) at \(depth.depth)")
                    }
                    #expect((1...14).contains(depth.popularityRank))
                }
                // Deep enough, everything hidden is found.
                #expect(result.spread(\.recall, at: 10_000).mean == 1)
            }
            let comparison = try #require(report.comparison)
            let best = try #require(report.results.first { $0.method == comparison.best })
            let blend = try #require(report.results.last)
            let difference = blend.spread(\.ndcg, at: 1).mean - best.spread(\.ndcg, at: 1).mean
            #expect(abs(comparison.test.difference - difference) < 1e-12)
        }
    }
}
