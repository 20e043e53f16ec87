import Foundation

/// Lets methods rank the same splits of the same data, and says how good each is.
package struct Evaluator: Sendable {
    package enum Method: String, Sendable, CaseIterable, Codable {
        case random
        case popularity
        /// The original core: KNN regression over label vectors.
        case knn
        case itemKNN = "item-knn"
        case ease
        case cease
        case blend
    }

    package struct Settings: Sendable {
        package var methods = Method.allCases
        /// Ascending; the first is the one the paired test is made at.
        package var depths = [10, 20]
        package var seeds: [UInt64] = [42, 43, 44]
        /// A value from which on an interaction is a positive.
        package var positiveFrom: Float = 0
        package var neighbours = 20
        package var itemNeighbours = 200
        package var shrink = 10.0
        package var easeRegularisation = 100.0
        package var cease = CoWatchFit.Settings(regularisation: 100, labelShare: 0.5)
        /// Bytes that one fit may take.
        package var memoryLimit = Int.max

        package init() {}
    }

    /// Mean and standard deviation (of the population) over the seeds.
    package struct Spread: Sendable, Equatable {
        package let mean: Double
        package let deviation: Double

        init(_ values: [Double]) {
            let count = Double(max(values.count, 1))
            let mean = values.reduce(0, +) / count
            self.mean = mean
            deviation = (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count).squareRoot()
        }
    }

    package struct Result: Sendable {
        package let method: Method
        package let depths: [Int]
        /// One per seed.
        package let runs: [RankingMetrics]
        /// Seconds to learn and to rank, all seeds together.
        package let seconds: Double
        /// What the method chose for itself, one per seed; empty where there is nothing to choose.
        package let choices: [String]

        package func spread(_ value: KeyPath<RankingMetrics.AtDepth, Double>, at depth: Int) -> Spread {
            Spread(runs.compactMap { run in run.depths.first { $0.depth == depth }?[keyPath: value] })
        }
    }

    package struct Report: Sendable {
        package let results: [Result]
        package let users: Int
        package let candidates: Int
        /// The blend against the best of the others by nDCG at the first depth, each user's mean over the seeds; nil where
        /// one of the two is missing.
        package let comparison: (best: Method, test: PairedTest)?
    }

    /// What one method lists for one user.
    package struct Listing: Sendable {
        package let seed: UInt64
        package let method: Method
        /// A number of ``EvaluationData``, as the items are.
        package let user: Int
        /// Best first, as many as the largest depth where candidates allow, with the method's own scores; one that is no
        /// number is the lowest there is.
        package let items: [(item: Int32, score: Double)]
    }

    private let data: EvaluationData
    private let settings: Settings
    private let progress: @Sendable (String) -> Void

    package init(data: EvaluationData, settings: Settings, progress: @escaping @Sendable (String) -> Void) {
        self.data = data
        self.settings = settings
        self.progress = progress
    }

    /// - Parameters:
    ///   - splits: one per seed.
    ///   - candidates: the items that may be listed; what a user likes already never is.
    ///   - listed: is told every list as soon as it is made.
    /// - Throws: `CoWatchFit.Failure`, and what `listed` throws.
    package func run(
        _ splits: [(seed: UInt64, split: EvaluationSplit)],
        candidates: [Int32],
        listed: (Listing) throws -> Void = { _ in }
    ) throws -> Report {
        var runs: [Method: [RankingMetrics]] = [:]
        var seconds: [Method: Double] = [:]
        var choices: [Method: [String]] = [:]
        var users = 0
        for (seed, split) in splits {
            let training = TrainingData(
                split.known,
                userCount: data.userCount,
                itemCount: data.itemCount,
                labels: data.labels,
                positiveFrom: settings.positiveFrom
            )
            let asked = split.hidden.indices.filter { !split.hidden[$0].isEmpty }
            users = asked.count
            let rank = Self.popularityRank(training.popularity)
            for method in settings.methods {
                progress("seed \(seed): \(method.rawValue)")
                let start = ContinuousClock.now
                let (lists, choice) = try ranked(by: method, training, for: asked, candidates, seed: seed)
                seconds[method, default: 0] += start.duration(to: .now) / .seconds(1)
                for (user, list) in zip(asked, lists) {
                    try listed(Listing(seed: seed, method: method, user: user, items: list))
                }
                let metrics = RankingMetrics(
                    lists: lists.map { $0.map(\.item) },
                    hidden: asked.map { split.hidden[$0] },
                    depths: settings.depths,
                    candidateCount: candidates.count,
                    popularityRank: rank
                )
                runs[method, default: []].append(metrics)
                if let choice { choices[method, default: []].append(choice) }
            }
        }
        let results = settings.methods.map { method in
            Result(
                method: method,
                depths: settings.depths,
                runs: runs[method] ?? [],
                seconds: seconds[method] ?? 0,
                choices: choices[method] ?? []
            )
        }
        return Report(
            results: results,
            users: users,
            candidates: candidates.count,
            comparison: Self.comparison(results, depth: settings.depths.first ?? 10)
        )
    }

    /// What a method lists for each of the users, and what it chose for itself.
    private func ranked(
        by method: Method,
        _ training: TrainingData,
        for users: [Int],
        _ candidates: [Int32],
        seed: UInt64
    ) throws(CoWatchFit.Failure) -> (lists: [[(item: Int32, score: Double)]], choice: String?) {
        let (scorer, choice) = try scorer(method, training, seed: seed)
        let depth = settings.depths.max() ?? 10
        let lists = users.map { user in
            Self.scored(scorer.scores(for: user), without: training.positives, user, candidates, depth)
        }
        return (lists, choice)
    }

    private func scorer(
        _ method: Method,
        _ training: TrainingData,
        seed: UInt64
    ) throws(CoWatchFit.Failure) -> (any Scorer, String?) {
        switch method {
        case .random: return (RandomScorer(seed: seed, itemCount: data.itemCount), nil)
        case .popularity: return (PopularityScorer(popularity: training.popularity), nil)
        case .knn: return (LabelNeighboursScorer(training, k: settings.neighbours), nil)
        case .itemKNN:
            let neighbours = try ItemNeighboursScorer(
                training,
                k: settings.itemNeighbours,
                shrink: settings.shrink,
                memoryLimit: settings.memoryLimit
            )
            return (neighbours, nil)
        case .ease:
            let plain = CoWatchFit.Settings(regularisation: settings.easeRegularisation, labelShare: 0)
            return (try CoWatchScorer(training, settings: plain, memoryLimit: settings.memoryLimit), nil)
        case .cease:
            return (try CoWatchScorer(training, settings: settings.cease, memoryLimit: settings.memoryLimit), nil)
        case .blend:
            let blend = try BlendScorer(training, seed: seed, memoryLimit: settings.memoryLimit, progress: progress)
            return (blend, blend.description)
        }
    }

    /// Per item its place among all, most liked first, equals by number, from 1.
    static func popularityRank(_ popularity: [Double]) -> [Int] {
        var rank = [Int](repeating: 0, count: popularity.count)
        let order = popularity.indices.sorted { (popularity[$1], $0) < (popularity[$0], $1) }
        for (place, item) in order.enumerated() { rank[item] = place + 1 }
        return rank
    }

    /// The best candidates a user does not like already, equals by number.
    static func list(
        _ scores: [Double],
        without positives: SparseRows,
        _ user: Int,
        _ candidates: [Int32],
        _ depth: Int
    ) -> [Int32] {
        scored(scores, without: positives, user, candidates, depth).map(\.item)
    }

    private static func scored(
        _ scores: [Double],
        without positives: SparseRows,
        _ user: Int,
        _ candidates: [Int32],
        _ depth: Int
    ) -> [(item: Int32, score: Double)] {
        var open = [Bool](repeating: true, count: scores.count)
        for entry in positives.range(user) { open[Int(positives.columns[entry])] = false }
        // The best so far, worst last.
        var best: [(item: Int32, score: Double)] = []
        for item in candidates where open[Int(item)] {
            let score = scores[Int(item)].isFinite ? scores[Int(item)] : -.greatestFiniteMagnitude
            if best.count == depth, let last = best.last, (last.score, item) >= (score, last.item) { continue }
            var (low, high) = (0, best.count)
            while low < high {
                let middle = (low + high) / 2
                let other = best[middle]
                if (other.score, item) > (score, other.item) { low = middle + 1 } else { high = middle }
            }
            best.insert((item, score), at: low)
            if best.count > depth { best.removeLast() }
        }
        return best
    }

    private static func comparison(_ results: [Result], depth: Int) -> (best: Method, test: PairedTest)? {
        let others = results.filter { $0.method != .blend }
        guard let blend = results.first(where: { $0.method == .blend }),
            let best = others.max(by: { $0.spread(\.ndcg, at: depth).mean < $1.spread(\.ndcg, at: depth).mean })
        else { return nil }
        return (best.method, PairedTest(perUser(blend), perUser(best)))
    }

    /// Every split asks the same users, so that a user's runs are no independent throws: their mean is one.
    private static func perUser(_ result: Result) -> [Double] {
        let runs = result.runs.map(\.ndcgPerUser)
        guard let first = runs.first, runs.allSatisfy({ $0.count == first.count }) else { return runs.flatMap(\.self) }
        return first.indices.map { user in runs.reduce(0) { $0 + $1[user] } / Double(runs.count) }
    }
}
