import Foundation

/// A video with its score. Why it stands in a list is asked of the few that do (``CandidateScorer/reason(of:)``).
struct Candidate: Sendable {
    let video: Int
    let score: Double
    /// Whether what the child watched says more for it than popularity does.
    let isPersonal: Bool
    /// What it is to explore; nil where it stands by its score.
    var exploring: Reason?
}

/// Chooses the videos worth rating and rates them.
struct CandidateScorer: Sendable {
    let request: RankingRequest
    private let regression: KNNRegression
    /// What the child watched, in the order of `request.watched`, then what its parent wants less of.
    let known: [Int]
    /// Their ratings: below zero for what was left early, and far below for what is not wanted.
    let ratings: [Double]
    /// What co-watching and factors say of each video.
    private let blended: [Double]
    /// The squared lengths of the known videos' vectors.
    private let squaredLengths: [Double]
    /// The taste laid out over the catalogue's labels; nil for a child without one.
    private let taste: SpreadVector?
    let share: Double
    private var aversion: Aversion
    private var scratch: LabelColumns.Scratch
    /// Next episodes of the series the child began, by video.
    let nextEpisodes: [Int: RankingRequest.NextEpisode]

    init(_ request: RankingRequest) {
        let (catalogue, settings) = (request.catalogue, request.settings)
        self.request = request
        ratings =
            request.watched.map { settings.rating(of: $0, now: request.now) }
            + request.lessOf.map { _ in settings.lessOfRating }
        known = request.watched.map(\.video) + request.lessOf
        let points = catalogue.vectors.selecting(known)
        squaredLengths = (0..<points.count).map { points[$0]?.squaredLength ?? 0 }
        aversion = Aversion(catalogue.vectors.selecting(request.lessOf))
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
            var best = NearestSelection(capacity: size)
            for video in blended.indices where isOpen[video] && blended[video] > 0 {
                best.offer(-blended[video], video)
            }
            chosen.formUnion(best.sorted().map(\.row))
        }
        let popular = request.popularity.order.lazy.filter { isOpen[$0] }
        chosen.formUnion(popular.prefix(taste == nil ? size : max(50, limit)))
        for videos in request.popularity.byArea {
            chosen.formUnion(videos.lazy.filter { isOpen[$0] }.prefix(5))
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
        let score = parts.total * (rewatchFactor(video, parts) ?? 1) + (seriesBoost(video) ?? 0)
        let isPersonal = parts.coWatch + parts.neighbours >= parts.popularity
        return Candidate(video: video, score: score, isPersonal: isPersonal)
    }

    /// A score in its parts, before watching again and series count.
    mutating func parts(of video: Int) -> ScoreParts {
        let blend = request.catalogue.blend.model.settings
        return ScoreParts(
            coWatch: share * blended[video],
            neighbours: labelPart(video),
            popularity: popularityShare * request.popularity.values[video]
                + blend.popularityShare * request.popularity.standardised[video],
            quality: request.catalogue.shared[video],
            freshness: blend.freshness
                * request.settings.freshness(publishedAt: request.catalogue.publishedAt[video], now: request.now),
            lessOf: request.settings.lessOfRating * unwanted(video)
        )
    }

    /// What popularity weighs. Where training found that nothing beats it, it leads however much the child has watched.
    var popularityShare: Double { request.catalogue.blend.model.settings.isPopularityOnly ? 1 : 1 - share }

    /// What labels weigh: as training found for the videos it knew, and otherwise as the only thing that speaks for a video.
    func neighbourShare(_ video: Int) -> Double {
        let placed = request.catalogue.blend
        guard placed.knows(video) else { return request.settings.neighbourShare }
        return placed.model.settings.isPopularityOnly ? 0 : placed.model.settings.neighbourShare
    }

    /// How like the video is to what a parent wants less of, 0…1.
    mutating func unwanted(_ video: Int) -> Double {
        request.lessOf.isEmpty ? 0 : request.catalogue.vectors.entries(video).map { aversion.likeness(of: $0) } ?? 0
    }

    /// What KNN regression predicts of a video, the nearer to the taste the more it counts.
    private mutating func labelPart(_ video: Int) -> Double {
        guard let taste, let entries = request.catalogue.vectors.entries(video),
            let prediction = regression.predict(entries, using: &scratch),
            let squared = request.catalogue.vectors.squaredDistance(of: video, to: taste)
        else { return 0 }
        return share * neighbourShare(video) * prediction / (1 + squared.squareRoot())
    }

    /// What KNN regression predicts of a video, from which neighbours, and how far the video is from the taste; nil where
    /// labels say nothing.
    mutating func regressed(_ video: Int) -> (explanation: KNNRegression.Explanation, distance: Double)? {
        guard let taste, let entries = request.catalogue.vectors.entries(video),
            let explanation = regression.explain(entries, using: &scratch),
            let squared = request.catalogue.vectors.squaredDistance(of: video, to: taste)
        else { return nil }
        return (explanation, squared.squareRoot())
    }

    /// Why a video stands where it does, with the watched video behind it.
    mutating func reason(of candidate: Candidate) -> Reason {
        if let exploring = candidate.exploring { return exploring }
        let video = candidate.video
        if let previous = nextEpisodes[video]?.previous { return .nextInSeries(previous: previous) }
        if candidate.isPersonal, let evidence = evidence(for: video) { return .becauseYouWatched(evidence) }
        return request.popularity.values[video] == 0 && isNew(video) ? .new : .popularAtThisAge
    }

    /// The watched video that speaks for one most: through who watches both where that says more, else through labels.
    private mutating func evidence(for video: Int) -> Int? {
        if share * blended[video] > labelPart(video) {
            let isEligible = request.isEligible
            let history = zip(known, ratings).map { (video: $0, rating: $1) }
                .filter { $0.rating > 0 && isEligible[$0.video] }
            let strongest = request.catalogue.blend.evidence(for: video, history).first
            if let strongest, strongest.part > 0 { return strongest.video }
        }
        guard let regressed = regressed(video), let vector = request.catalogue.vectors.entries(video) else {
            return nil
        }
        var (evidence, largest): (Int?, Double) = (nil, 0)
        for (neighbour, share) in regressed.explanation.neighbours {
            let part = share * ratings[neighbour.row]
            guard part > largest else { continue }
            let watched = known[neighbour.row]
            guard request.isEligible[watched] else { continue }
            // Only a video that shares a label with this one is a reason for it: 2·a·b = |a|² + |b|² − |a − b|².
            guard squaredLengths[neighbour.row] + vector.squaredLength - neighbour.distance * neighbour.distance > 1e-9
            else { continue }
            (evidence, largest) = (watched, part)
        }
        return evidence
    }

    /// Published within the last days, and not in the future.
    func isNew(_ video: Int) -> Bool {
        let published = request.catalogue.publishedAt[video]
        return published <= request.now && days(from: published, to: request.now) <= request.settings.newForDays
    }

    /// What is left of the score of a video watched before; nil for one that was not, and for one the child is to go on with.
    func rewatchFactor(_ video: Int, _ parts: ScoreParts) -> Double? {
        guard let watched = request.watched(video), nextEpisodes[video]?.isBegun != true, parts.total > 0 else {
            return nil
        }
        let settings = request.settings
        let floor = settings.isLeftEarly(watched) ? settings.rewatchFloorLeftEarly : settings.rewatchFloor
        return 1 - (1 - floor) * exp2(-days(from: watched.lastWatchedAt, to: request.now) / settings.rewatchDays)
    }

    /// What the next episode of a begun series gets on top; nil for any other video.
    func seriesBoost(_ video: Int) -> Double? {
        guard let next = nextEpisodes[video] else { return nil }
        let settings = request.settings
        return settings.seriesBoost * exp2(-days(from: next.lastWatchedAt, to: request.now) / settings.seriesDays)
    }
}
