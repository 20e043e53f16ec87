import Foundation

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

/// The parts of a blend for the children asked about, each fitted once for all the settings that share it, as long as the
/// search keeps them: a part is a number for every child and video.
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
    private var neighbours: [[Float]]?

    private struct FactorKey: Hashable {
        let settings: FactorFit.Settings
        let weak: Double
    }

    init(_ data: BlendData, hidden: [[Int32]], memoryLimit: Int) {
        self.data = data
        asked = hidden.indices.filter { !hidden[$0].isEmpty }
        self.memoryLimit = max(0, memoryLimit - Self.bytes(children: asked.count, videos: data.videoCount))
        self.hidden = asked.map { hidden[$0] }
        popularityRank = Evaluator.popularityRank(data.popularity)
        seen = data.entries(weak: 1)
    }

    /// What the parts that are kept at once take: of co-watching and of factors the present one, the best one so far and the
    /// one being tried, and the neighbours.
    static func bytes(children: Int, videos: Int) -> Int {
        children * videos * 7 * MemoryLayout<Float>.stride
    }

    /// Drops every part that none of `settings` asks for.
    mutating func keep(only settings: [BlendSettings]) {
        let (coWatchKeys, factorKeys) = (Set(settings.map(Self.coWatchKey)), Set(settings.map(Self.factorKey)))
        coWatch = coWatch.filter { coWatchKeys.contains($0.key) }
        factors = factors.filter { factorKeys.contains($0.key) }
    }

    mutating func figures(_ settings: BlendSettings) throws(CoWatchFit.Failure) -> BlendFigures {
        let candidates = (0..<Int32(clamping: data.videoCount)).map { $0 }
        let shared = settings.isPopularityOnly ? data.popularity : BlendFit.shared(data, settings)
        let coWatch = settings.isPopularityOnly ? nil : try coWatchScores(settings)
        let factors = settings.isPopularityOnly || settings.factorShare == 0 ? nil : factorScores(settings)
        let neighbours = settings.isPopularityOnly || settings.neighbourShare == 0 ? nil : neighbourScores()
        let ages = settings.isPopularityOnly || settings.freshness == 0 ? nil : data.ages
        let lists = asked.indices.map { place in
            var scores = shared
            if let coWatch {
                for video in scores.indices { scores[video] += Double(coWatch[place][video]) }
            }
            if let factors {
                for video in scores.indices { scores[video] += settings.factorShare * Double(factors[place][video]) }
            }
            if let neighbours {
                for video in scores.indices {
                    scores[video] += settings.neighbourShare * Double(neighbours[place][video])
                }
            }
            if let ages {
                for video in scores.indices {
                    scores[video] += settings.freshness * ages.freshness(of: video, forChild: asked[place])
                }
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

    /// What the co-watch part depends on, everything else as it is by default.
    private static func coWatchKey(_ settings: BlendSettings) -> BlendSettings {
        var key = BlendSettings()
        (key.coWatch, key.activity, key.weak) = (settings.coWatch, settings.activity, settings.weak)
        return key
    }

    private static func factorKey(_ settings: BlendSettings) -> FactorKey {
        FactorKey(settings: settings.factors, weak: settings.weak)
    }

    private mutating func coWatchScores(_ settings: BlendSettings) throws(CoWatchFit.Failure) -> [[Float]] {
        let key = Self.coWatchKey(settings)
        if let kept = coWatch[key] { return kept }
        let fit = try BlendFit.coWatch(data.entries(weak: settings.weak), data.labels, settings, memoryLimit)
        let scores = asked.map { child in
            BlendFit.standardised(fit.scores(ofChild: child)).map { Float($0) }
        }
        coWatch[key] = scores
        return scores
    }

    private mutating func factorScores(_ settings: BlendSettings) -> [[Float]] {
        let key = Self.factorKey(settings)
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

    private mutating func neighbourScores() -> [[Float]] {
        if let neighbours { return neighbours }
        let likeness = LabelLikeness(data)
        let scores = asked.map { child in likeness.scores(of: data.ratings(ofChild: child)).map { Float($0) } }
        neighbours = scores
        return scores
    }
}
