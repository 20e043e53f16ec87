/// Kyck's blend, its settings chosen on a part of the training data.
struct BlendScorer: Scorer, CustomStringConvertible {
    private let fit: BlendFit
    private let outcome: BlendSearch.Outcome

    init(
        _ training: TrainingData,
        seed: UInt64,
        memoryLimit: Int,
        progress: @escaping @Sendable (String) -> Void
    ) throws(CoWatchFit.Failure) {
        let data = training.blendData
        var limits = BlendSearch.Limits()
        limits.memory = memoryLimit
        var search = BlendSearch(data, seed: seed, limits: limits, progress: progress)
        outcome = try search.run()
        fit = try BlendFit(data, settings: outcome.settings, memoryLimit: memoryLimit)
    }

    func scores(for user: Int) -> [Double] { fit.scores(ofChild: user) }

    var description: String {
        let chosen = outcome.settings
        guard !chosen.isPopularityOnly else { return "popularity alone" }
        return "regularisation \(chosen.coWatch.regularisation), activity \(chosen.activity), "
            + "labels \(chosen.coWatch.labelShare), weak \(chosen.weak), "
            + "factors \(chosen.factorShare) (regularisation \(chosen.factors.regularisation)), "
            + "popularity \(chosen.popularityShare), quality \(chosen.qualityShare), neighbours \(chosen.neighbourShare)"
    }
}

extension TrainingData {
    /// Below the threshold, how near a value came to it; values of 0 tell nothing.
    var blendData: BlendData {
        var met = SparseRows(columnCount: itemCount)
        for user in 0..<userCount {
            met.append(
                values.range(user).compactMap { entry in
                    let value = values.values[entry]
                    guard value < Double(positiveFrom), value > 0, positiveFrom > 0 else { return nil }
                    return (Int(values.columns[entry]), value / Double(positiveFrom))
                }
            )
        }
        return BlendData(liked: positives, met: met, labels: labels)
    }
}
