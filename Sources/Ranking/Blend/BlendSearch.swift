/// Chooses a blend's settings on a part of the data kept back, one after the other.
///
/// A fifth of what each child likes is hidden, at random or the newest; parts are fitted on the rest, and each setting in
/// turn is tried at a few values. Another value than the present one is taken only where the mean over children is better by
/// more than half a standard error of the difference: what cannot be told apart stays as it was.
package struct BlendSearch: Sendable {
    package struct Limits: Sendable {
        /// Children looked at; more are drawn from.
        package var children = 2_000
        package var memory = Int.max
        /// A gain must exceed this many standard errors.
        package var standardErrors = 0.5

        package init() {}
    }

    package struct Outcome: Sendable {
        package let settings: BlendSettings
        /// Mean of nDCG@10 and Recall@20 on what was kept back: of the choice, of the defaults, of popularity alone.
        package let figure: Double
        package let defaults: Double
        package let popularity: Double
        package let children: Int
    }

    private var parts: BlendParts
    private let limits: Limits
    private let progress: @Sendable (String) -> Void

    /// - Parameter hidden: per child what was kept back of `data`; children without any are not asked about.
    package init(
        _ data: BlendData,
        hidden: [[Int32]],
        limits: Limits,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        parts = BlendParts(data, hidden: hidden, memoryLimit: limits.memory)
        self.limits = limits
        self.progress = progress
    }

    /// Keeps a fifth back at random.
    package init(
        _ data: BlendData,
        seed: UInt64,
        limits: Limits,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let (rest, hidden) = data.sample(limits.children, seed: seed).holdingOut(0.2, seed: seed)
        self.init(rest, hidden: hidden, limits: limits, progress: progress)
    }

    private struct Step {
        let name: String
        /// Whether it concerns the co-watch part alone, which is then judged alone.
        let isCoWatch: Bool
        let values: [(String, (inout BlendSettings) -> Void)]
    }

    package mutating func run(from start: BlendSettings = BlendSettings()) throws(CoWatchFit.Failure) -> Outcome {
        var popular = start
        popular.isPopularityOnly = true
        let popularity = try parts.figures(popular)
        let defaults = try parts.figures(start)
        guard !parts.asked.isEmpty else {
            return Outcome(settings: start, figure: 0, defaults: 0, popularity: 0, children: 0)
        }
        var best = start
        for step in Self.steps(hasMet: parts.data.met.entryCount > 0) {
            var current = best
            if step.isCoWatch { current.factorShare = 0 }
            let present = try parts.figures(current)
            var pick: (change: (inout BlendSettings) -> Void, mean: Double)?
            for (name, change) in step.values {
                var candidate = current
                change(&candidate)
                guard candidate != current else { continue }
                let figures = try parts.figures(candidate)
                let mean = figures.mean
                progress("\(step.name) \(name): \(mean)")
                guard figures.gain(over: present) > limits.standardErrors * figures.standardError(against: present),
                    mean > pick?.mean ?? -1
                else { continue }
                pick = (change, mean)
            }
            pick?.change(&best)
        }
        var chosen = try parts.figures(best)
        if popularity.mean > chosen.mean {
            best.isPopularityOnly = true
            chosen = popularity
        }
        return Outcome(
            settings: best,
            figure: chosen.mean,
            defaults: defaults.mean,
            popularity: popularity.mean,
            children: parts.asked.count
        )
    }

    private static func steps(hasMet: Bool) -> [Step] {
        func step(
            _ name: String,
            isCoWatch: Bool,
            _ values: [Double],
            _ path: any WritableKeyPath<BlendSettings, Double> & Sendable
        ) -> Step {
            Step(
                name: name,
                isCoWatch: isCoWatch,
                values: values.map { value in ("\(value)", { $0[keyPath: path] = value }) }
            )
        }
        let regularisation = step(
            "regularisation",
            isCoWatch: true,
            [40, 80, 150, 300, 600, 1200, 2400],
            \.coWatch.regularisation
        )
        var steps = [regularisation, step("activity", isCoWatch: true, [0, 0.5, 1], \.activity)]
        if hasMet { steps.append(step("weak", isCoWatch: true, [0, 0.3, 0.6, 0.9], \.weak)) }
        steps.append(step("label share", isCoWatch: true, [0.3, 1, 3], \.coWatch.labelShare))
        steps.append(regularisation)
        steps.append(step("factor regularisation", isCoWatch: false, [10, 30, 80], \.factors.regularisation))
        steps.append(step("factor share", isCoWatch: false, [0, 0.25, 0.5, 1], \.factorShare))
        if hasMet { steps.append(step("quality share", isCoWatch: false, [0, 0.25, 0.5, 1, 2], \.qualityShare)) }
        steps.append(step("popularity share", isCoWatch: false, [0, 0.1, 0.25, 0.5, 1], \.popularityShare))
        return steps
    }
}

/// One figure per child asked about: the mean of nDCG@10 and Recall@20.
struct BlendFigures: Sendable {
    let perChild: [Double]

    var mean: Double { perChild.reduce(0, +) / Double(max(perChild.count, 1)) }

    func gain(over other: BlendFigures) -> Double { mean - other.mean }

    func standardError(against other: BlendFigures) -> Double {
        let differences = zip(perChild, other.perChild).map { $0 - $1 }
        let count = Double(max(differences.count, 1))
        let mean = differences.reduce(0, +) / count
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        return (variance / count).squareRoot()
    }
}

/// The parts of a blend for the children asked about, each fitted once for all the settings that share it.
struct BlendParts {
    let data: BlendData
    /// The children with something kept back.
    let asked: [Int]
    private let hidden: [[Int32]]
    private let memoryLimit: Int
    private let popularityRank: [Int]
    private let seen: SparseRows
    private var coWatch: [BlendSettings: [[Float]]] = [:]
    private var factors: [FactorKey: [[Float]]] = [:]

    private struct FactorKey: Hashable {
        let settings: FactorFit.Settings
        let weak: Double
    }

    init(_ data: BlendData, hidden: [[Int32]], memoryLimit: Int) {
        self.data = data
        self.memoryLimit = memoryLimit
        asked = hidden.indices.filter { !hidden[$0].isEmpty }
        self.hidden = asked.map { hidden[$0] }
        popularityRank = Evaluator.popularityRank(data.popularity)
        seen = data.entries(weak: 1)
    }

    mutating func figures(_ settings: BlendSettings) throws(CoWatchFit.Failure) -> BlendFigures {
        let candidates = (0..<Int32(clamping: data.videoCount)).map { $0 }
        let shared = settings.isPopularityOnly ? data.popularity : BlendFit.shared(data, settings)
        let coWatch = settings.isPopularityOnly ? nil : try coWatchScores(settings)
        let factors = settings.isPopularityOnly || settings.factorShare == 0 ? nil : factorScores(settings)
        let lists = asked.indices.map { place in
            var scores = shared
            if let coWatch {
                for video in scores.indices { scores[video] += Double(coWatch[place][video]) }
            }
            if let factors {
                for video in scores.indices { scores[video] += settings.factorShare * Double(factors[place][video]) }
            }
            return Evaluator.list(scores, without: seen, asked[place], candidates, 20)
        }
        let ndcg = RankingMetrics(
            lists: lists,
            hidden: hidden,
            depths: [10],
            candidateCount: data.videoCount,
            popularityRank: popularityRank
        ).ndcgPerUser
        let recall = zip(lists, hidden).map { list, hidden in
            Double(Set(list).intersection(hidden).count) / Double(max(hidden.count, 1))
        }
        return BlendFigures(perChild: zip(ndcg, recall).map { ($0 + $1) / 2 })
    }

    private mutating func coWatchScores(_ settings: BlendSettings) throws(CoWatchFit.Failure) -> [[Float]] {
        // What the co-watch part depends on, everything else as it is by default.
        var key = BlendSettings()
        (key.coWatch, key.activity, key.weak) = (settings.coWatch, settings.activity, settings.weak)
        if let kept = coWatch[key] { return kept }
        let fit = try BlendFit.coWatch(data.entries(weak: settings.weak), data.labels, settings, memoryLimit)
        let scores = asked.map { child in
            BlendFit.standardised(fit.scores(ofChild: child)).map { Float($0) }
        }
        coWatch[key] = scores
        return scores
    }

    private mutating func factorScores(_ settings: BlendSettings) -> [[Float]] {
        let key = FactorKey(settings: settings.factors, weak: settings.weak)
        if let kept = factors[key] { return kept }
        let entries = data.entries(weak: settings.weak)
        let fit = FactorFit(children: entries, settings: settings.factors)
        let scores = asked.map { child in
            let history = entries.range(child).map { (Int(entries.columns[$0]), entries.values[$0]) }
            return BlendFit.standardised(fit.scores(of: history)).map { Float($0) }
        }
        factors[key] = scores
        return scores
    }
}
