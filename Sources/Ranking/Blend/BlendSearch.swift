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

    /// What the search takes beside the fit it tries.
    package static func bytes(children: Int, videos: Int) -> Int {
        BlendParts.bytes(children: children, videos: videos)
    }

    private struct Step {
        let name: String
        /// Whether it concerns the co-watch part alone, which is then judged alone.
        let isCoWatch: Bool
        let values: [(String, (inout BlendSettings) -> Void)]
    }

    /// Minutes of work for a large catalogue; a task that is cancelled ends it before the next trial.
    package mutating func run(from start: BlendSettings = BlendSettings()) throws(CoWatchFit.Failure) -> Outcome {
        var popular = start
        popular.isPopularityOnly = true
        let popularity = try parts.figures(popular)
        let defaults = try parts.figures(start)
        guard !parts.asked.isEmpty else {
            return Outcome(settings: start, figure: 0, defaults: 0, popularity: 0, children: 0)
        }
        var best = start
        for step in Self.steps(parts.data) {
            var current = best
            if step.isCoWatch { current.factorShare = 0 }
            let present = try parts.figures(current)
            var pick: (change: (inout BlendSettings) -> Void, settings: BlendSettings, mean: Double)?
            for (name, change) in step.values {
                var candidate = current
                change(&candidate)
                guard candidate != current else { continue }
                if Task.isCancelled { throw .cancelled }
                let figures = try parts.figures(candidate)
                let mean = figures.mean
                progress("\(step.name) \(name): \(mean)")
                if figures.gain(over: present) > limits.standardErrors * figures.standardError(against: present),
                    mean > pick?.mean ?? -1
                {
                    pick = (change, candidate, mean)
                }
                parts.keep(only: [current, pick?.settings].compactMap { $0 })
            }
            pick?.change(&best)
        }
        var chosen = try parts.figures(best)
        if popularity.mean > chosen.mean {
            // As it was measured: with nothing beside it that was chosen for the blend.
            best.isPopularityOnly = true
            (best.qualityShare, best.popularityShare, best.freshness) = (0, 0, 0)
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

    private static func steps(_ data: BlendData) -> [Step] {
        let hasMet = data.met.entryCount > 0
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
        if data.labels.entryCount > 0 {
            steps.append(step("neighbour share", isCoWatch: false, [0, 0.25, 0.5, 1, 2], \.neighbourShare))
        }
        if data.ages != nil {
            steps.append(step("freshness", isCoWatch: false, [0, 0.1, 0.25, 0.5, 1, 2], \.freshness))
        }
        return steps
    }
}
