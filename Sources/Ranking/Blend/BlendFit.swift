import Foundation

/// A fitted blend: the parts, brought to mean 0 and deviation 1 over all videos, weighed and added, and what the original core
/// says. Freshness is a matter of the moment: it comes in where a request is answered.
///
///     score = z(co-watch) + f·z(factors) + p·z(popularity) + q·z(quality) + κ·ŷ / (1 + |v − taste|)
package struct BlendFit: Sendable {
    package let settings: BlendSettings
    package let coWatch: CoWatchFit?
    package let factors: FactorFit?
    private let data: BlendData
    private let entries: SparseRows
    /// p·z(popularity) + q·z(quality).
    private let shared: [Double]
    private let likeness: LabelLikeness?

    package init(
        _ data: BlendData,
        settings: BlendSettings,
        memoryLimit: Int = .max
    ) throws(CoWatchFit.Failure) {
        self.data = data
        self.settings = settings
        let entries = data.entries(weak: settings.weak)
        self.entries = entries
        if settings.isPopularityOnly {
            (coWatch, factors, shared, likeness) = (nil, nil, data.popularity, nil)
            return
        }
        coWatch = try Self.coWatch(entries, data.labels, settings, memoryLimit)
        factors = settings.factorShare > 0 ? FactorFit(children: entries, settings: settings.factors) : nil
        shared = Self.shared(data, settings)
        likeness = settings.neighbourShare > 0 ? LabelLikeness(data) : nil
    }

    static func coWatch(
        _ entries: SparseRows,
        _ labels: SparseRows,
        _ settings: BlendSettings,
        _ memoryLimit: Int
    ) throws(CoWatchFit.Failure) -> CoWatchFit {
        try CoWatchFit(
            children: entries.scaled(byRow: activityFactors(entries, settings.activity)),
            labels: labels.rowCount > 0 ? labels : nil,
            settings: settings.coWatch,
            memoryLimit: memoryLimit
        )
    }

    /// (activity / its geometric mean)^(−ρ / 2) for each row; a row counts at least 1.
    static func activityFactors(_ rows: SparseRows, _ exponent: Double) -> [Double] {
        let activity = (0..<rows.rowCount).map { row in
            max(rows.range(row).reduce(0) { $0 + rows.values[$1] }, 1)
        }
        let mean = exp(activity.map { log($0) }.reduce(0, +) / Double(max(activity.count, 1)))
        return activity.map { pow($0 / mean, -exponent / 2) }
    }

    static func shared(_ data: BlendData, _ settings: BlendSettings) -> [Double] {
        var shared = [Double](repeating: 0, count: data.videoCount)
        if settings.popularityShare > 0 { add(standardised(data.popularity), settings.popularityShare, to: &shared) }
        if settings.qualityShare > 0 { add(standardised(data.quality()), settings.qualityShare, to: &shared) }
        return shared
    }

    /// Mean 0 and deviation 1; all zero where all are alike.
    static func standardised(_ values: [Double]) -> [Double] {
        let count = Double(max(values.count, 1))
        let mean = values.reduce(0, +) / count
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot() + 1e-12
        return values.map { ($0 - mean) / deviation }
    }

    static func add(_ values: [Double], _ factor: Double, to sums: inout [Double]) {
        for index in sums.indices { sums[index] += factor * values[index] }
    }

    /// The scores of a child that was fitted; what it met without liking comes last.
    package func scores(ofChild child: Int) -> [Double] {
        var scores = shared
        if let coWatch { Self.add(Self.standardised(coWatch.scores(ofChild: child)), 1, to: &scores) }
        if let factors {
            let history = entries.range(child).map { (Int(entries.columns[$0]), entries.values[$0]) }
            Self.add(Self.standardised(factors.scores(of: history)), settings.factorShare, to: &scores)
        }
        if let likeness {
            Self.add(likeness.scores(of: data.ratings(ofChild: child)), settings.neighbourShare, to: &scores)
        }
        for entry in data.met.range(child) { scores[Int(data.met.columns[entry])] -= 1e6 }
        return scores
    }
}
