import Foundation

/// A video with its score and the reason it would carry.
struct Candidate: Sendable {
    let video: Int
    let score: Double
    let reason: Reason
}

/// Chooses the videos worth rating and rates them.
struct CandidateScorer: Sendable {
    private let request: RankingRequest
    private let regression: KNNRegression
    /// What the child watched, in the order of `request.watched`, then what its parent wants less of.
    private let known: [Int]
    /// Their ratings: below zero for what was left early, and far below for what is not wanted.
    private let ratings: [Double]
    /// What co-watching and factors say of each video.
    private let blended: [Double]
    /// The squared lengths of the known videos' vectors.
    private let squaredLengths: [Double]
    /// The taste laid out over the catalogue's labels; nil for a child without one.
    private let taste: SpreadVector?
    private let share: Double
    private var scratch: LabelColumns.Scratch
    /// Next episodes of the series the child began, by video.
    private let nextEpisodes: [Int: RankingRequest.NextEpisode]

    init(_ request: RankingRequest) {
        let (catalogue, settings) = (request.catalogue, request.settings)
        self.request = request
        ratings =
            request.watched.map { settings.rating(of: $0, now: request.now) }
            + request.lessOf.map { _ in settings.lessOfRating }
        known = request.watched.map(\.video) + request.lessOf
        let points = catalogue.vectors.selecting(known)
        squaredLengths = (0..<points.count).map { points[$0]?.squaredLength ?? 0 }
        regression = KNNRegression(
            points: points,
            targets: ratings,
            k: settings.neighbours,
            weighting: .distance
        )
        scratch = regression.emptyScratch()
        taste = request.taste.map { SpreadVector($0, labelCount: catalogue.vectors.labelCount) }
        blended = catalogue.blend.personal(zip(known, ratings).map { (video: $0, rating: $1) })
        let count = Double(request.watched.count)
        share = count / (count + max(settings.priorPlays, 1e-9))
        let begun = Set(request.watched.compactMap { catalogue.seriesPlaces[$0.video]?.series }).sorted()
        let next = begun.compactMap { request.nextEpisode(of: $0) }.filter { request.isOpen[$0.video] }
        nextEpisodes = Dictionary(next.map { ($0.video, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The candidates, best first: the nearest to the taste, the most popular, the most popular of each curriculum area,
    /// the next episodes, and for every series among them the episode that has to come first.
    mutating func pool(limit: Int) -> [Candidate] {
        let catalogue = request.catalogue
        let isOpen = request.isOpen
        var chosen = Set<Int>()
        let size = max(request.settings.candidates, 3 * limit)
        if let taste {
            let nearest = NearestNeighbours(catalogue.vectors)
                .nearest(to: taste, k: size, ties: .rank(request.popularity.rank), where: { isOpen[$0] })
            chosen.formUnion(nearest.map(\.row))
        }
        if blended.contains(where: { $0 > 0 }) {
            let best = blended.indices.filter { isOpen[$0] && blended[$0] > 0 }
                .sorted { (blended[$1], $0) < (blended[$0], $1) }
            chosen.formUnion(best.prefix(size))
        }
        let popular = request.popularity.order.lazy.filter { isOpen[$0] }
        chosen.formUnion(popular.prefix(taste == nil ? size : max(50, limit)))
        var perArea = [Int](repeating: 0, count: catalogue.areaCount)
        for video in popular {
            guard let area = catalogue.areas[video], perArea[area] < 5 else { continue }
            perArea[area] += 1
            chosen.insert(video)
        }
        chosen.formUnion(nextEpisodes.keys)
        for series in Set(chosen.compactMap { catalogue.seriesPlaces[$0]?.series }) {
            if let head = request.line(of: series).head {
                chosen.insert(catalogue.series[series][head])
            }
        }
        return chosen.sorted().map { candidate($0) }.sorted(by: precedes)
    }

    /// Best first, and never undecided.
    func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        // Scores are sums of rounded numbers: what differs by less than 1e-9 is the same.
        let (first, second) = ((left.score * 1e9).rounded(), (right.score * 1e9).rounded())
        if first != second { return first > second }
        let ranks = request.popularity.rank
        return ranks[left.video] < ranks[right.video]
    }

    mutating func candidate(_ video: Int) -> Candidate {
        let parts = parts(of: video)
        var score = parts.total
        let next = nextEpisodes[video]
        if let watched = request.watched(video), next?.isBegun != true, score > 0 {
            score *= rewatchFactor(watched)
        }
        if let next {
            let settings = request.settings
            score += settings.seriesBoost * exp2(-days(from: next.lastWatchedAt, to: request.now) / settings.seriesDays)
        }
        let isPersonal = parts.coWatch + parts.neighbours >= parts.popularity
        return Candidate(video: video, score: score, reason: reason(video, parts.evidence, isPersonal))
    }

    /// A score in its parts, before watching again and series count.
    mutating func parts(of video: Int) -> ScoreParts {
        let settings = request.settings
        let blend = request.catalogue.blend.model.settings
        let (neighbours, likeness) = neighbours(video)
        let coWatch = share * blended[video]
        let labels = share * settings.neighbourShare * neighbours
        return ScoreParts(
            coWatch: coWatch,
            neighbours: labels,
            // Where training found that nothing beats popularity, it leads however much the child has watched.
            popularity: (blend.isPopularityOnly ? 1 : 1 - share) * request.popularity.values[video]
                + blend.popularityShare * request.popularity.standardised[video],
            quality: request.catalogue.shared[video],
            freshness: settings.freshness * freshness(video),
            evidence: evidence(for: video, coWatch > labels, likeness)
        )
    }

    /// 1 for a video published now, half that after ``HomeRanking/Settings/newForDays``.
    private func freshness(_ video: Int) -> Double {
        let published = request.catalogue.publishedAt[video]
        guard published > 0, published <= request.now else { return 0 }
        return exp2(-days(from: published, to: request.now) / request.settings.newForDays)
    }

    /// The watched video that speaks for one most: through who watches both where that says more, else through labels.
    private func evidence(for video: Int, _ isCoWatch: Bool, _ likeness: Int?) -> Int? {
        guard isCoWatch else { return likeness }
        let history = zip(known, ratings).map { (video: $0, rating: $1) }
        let strongest = request.catalogue.blend.evidence(for: video, history).first {
            $0.part > 0 && request.isEligible[$0.video]
        }
        return strongest?.video ?? likeness
    }

    /// What KNN regression predicts, the nearer to the taste the more it counts, and the watched video that says so.
    private mutating func neighbours(_ video: Int) -> (score: Double, evidence: Int?) {
        let vectors = request.catalogue.vectors
        guard let taste, let vector = vectors[video] else { return (0, nil) }
        guard
            let explanation = regression.explain(vector, using: &scratch),
            let squared = vectors.squaredDistance(of: video, to: taste)
        else { return (0, nil) }
        var (evidence, largest): (Int?, Double) = (nil, 0)
        for (neighbour, share) in explanation.neighbours {
            let part = share * ratings[neighbour.row]
            guard part > largest else { continue }
            let watched = known[neighbour.row]
            guard request.isEligible[watched] else { continue }
            // Only a video that shares a label with this one is a reason for it: 2·a·b = |a|² + |b|² − |a − b|².
            guard squaredLengths[neighbour.row] + vector.squaredLength - neighbour.distance * neighbour.distance > 1e-9
            else { continue }
            (evidence, largest) = (watched, part)
        }
        return (explanation.prediction / (1 + squared.squareRoot()), evidence)
    }

    private func reason(_ video: Int, _ evidence: Int?, _ isPersonal: Bool) -> Reason {
        if let previous = nextEpisodes[video]?.previous { return .nextInSeries(previous: previous) }
        if let evidence, isPersonal { return .becauseYouWatched(evidence) }
        return request.popularity.values[video] == 0 && isNew(video) ? .new : .popularAtThisAge
    }

    /// Published within the last days, and not in the future.
    func isNew(_ video: Int) -> Bool {
        let published = request.catalogue.publishedAt[video]
        return published <= request.now && days(from: published, to: request.now) <= request.settings.newForDays
    }

    private func rewatchFactor(_ watched: ChildHistory.Watched) -> Double {
        let settings = request.settings
        let leftEarly = watched.ratio < settings.leftEarlyBelow && !watched.isFinished
        let floor = leftEarly ? settings.rewatchFloorLeftEarly : settings.rewatchFloor
        return 1 - (1 - floor) * exp2(-days(from: watched.lastWatchedAt, to: request.now) / settings.rewatchDays)
    }
}
