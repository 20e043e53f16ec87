/// Ranks a child's home: the blend of co-watching, factors, the original core's KNN regression over labels, popularity at the
/// child's age, quality and freshness (``ScoreParts``), arranged for variety. Pure: the same input and seed give the same
/// list, on every replica.
///
///     score      = the sum of ``ScoreParts``; what a child's own watching says counts n / (n + priorPlays)
///     watched    × (1 − (1 − ρ)·2^(−days / rewatchDays))       ρ: rewatchFloor, less if left early
///     next       + seriesBoost · 2^(−days / seriesDays)        next episode of a series that was begun
///
/// For a child that watched nothing popularity leads. Equal scores: more popular first, then the lower number. The work is
/// some milliseconds without suspension at 10,000 videos.
package struct HomeRanking: Sendable {
    package let settings: Settings

    package init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// The places of a home, best first: fewer than `limit` only where the catalogue has no more to give.
    ///
    /// - Parameters:
    ///   - eligible: whether the child may see a video now; asked once per video, before anything is cut.
    ///   - exclude: not to be in the list; for the order of series they count as shown already.
    ///   - now: milliseconds UTC.
    ///   - seed: what the places for exploring are drawn by; everything else is the same for every seed.
    package func home(
        for history: ChildHistory,
        in catalogue: RankingCatalogue,
        eligible: (Int) -> Bool,
        exclude: Set<Int> = [],
        now: Int64,
        seed: UInt64 = 0,
        limit: Int
    ) -> [Recommendation] {
        let limit = min(limit, catalogue.count)
        guard limit > 0 else { return [] }
        let request = RankingRequest(
            history: history,
            catalogue: catalogue,
            eligible: eligible,
            exclude: exclude,
            now: now,
            seed: seed,
            settings: settings
        )
        var scorer = CandidateScorer(request)
        let pool = scorer.pool(limit: limit)
        var arrangement = HomeArrangement(request: request, scorer: scorer, pool: pool, limit: limit)
        return arrangement.fill()
    }

    /// What the child can go on with: the next episode of every series it began and single videos it did not finish,
    /// watched last first. Resuming a single video names that video in ``Reason/becauseYouWatched(_:)``.
    package func continuing(
        _ history: ChildHistory,
        in catalogue: RankingCatalogue,
        eligible: (Int) -> Bool,
        exclude: Set<Int> = [],
        now: Int64,
        limit: Int
    ) -> [Recommendation] {
        guard limit > 0, catalogue.count > 0 else { return [] }
        let request = RankingRequest(
            history: history,
            catalogue: catalogue,
            eligible: eligible,
            exclude: exclude,
            now: now,
            settings: settings
        )
        let next = catalogue.series.indices.compactMap { request.nextEpisode(of: $0) }.map { next in
            let reason = next.previous.map(Reason.nextInSeries) ?? .becauseYouWatched(next.video)
            return (video: next.video, at: next.lastWatchedAt, reason: reason)
        }
        let single = request.watched.filter {
            catalogue.seriesPlaces[$0.video] == nil && request.isOpen[$0.video] && $0.reach == .begun
        }
        let resumed = single.map { (video: $0.video, at: $0.lastWatchedAt, reason: Reason.becauseYouWatched($0.video)) }
        return (next + resumed)
            .filter { request.isOpen[$0.video] }
            .sorted { ($1.at, $0.video) < ($0.at, $1.video) }
            .prefix(limit)
            .map { item in
                let score = settings.rating.decay(since: item.at, now: now)
                return Recommendation(video: item.video, score: score, reason: item.reason)
            }
    }

    /// The videos nearest to one video, nearest first, equals by our own popularity; merged with those that the same
    /// children watch, where that is known. Later episodes of a series than the next one of this child are left out; without
    /// a child none is.
    package func similar(
        to video: Int,
        for history: ChildHistory? = nil,
        in catalogue: RankingCatalogue,
        eligible: (Int) -> Bool,
        exclude: Set<Int> = [],
        now: Int64,
        limit: Int
    ) -> [Recommendation] {
        guard limit > 0, let vector = catalogue.vectors[video] else { return [] }
        let request = RankingRequest(
            history: history ?? .empty,
            catalogue: catalogue,
            eligible: eligible,
            exclude: exclude,
            now: now,
            settings: settings
        )
        let lines = history.map { _ in catalogue.series.indices.map { request.line(of: $0) } }
        func isCandidate(_ other: Int) -> Bool {
            guard other != video, request.isOpen[other] else { return false }
            guard let lines, let place = catalogue.seriesPlaces[other] else { return true }
            return lines[place.series].allows(place.position)
        }
        let (limit, rank) = (min(limit, catalogue.count), request.popularity.rank)
        let nearest = NearestNeighbours(catalogue.vectors)
            .nearest(to: vector, k: 2 * limit, ties: .rank(rank), where: isCandidate)
        let companions = catalogue.companions.nearest(to: video, count: 2 * limit, where: isCandidate)
        let reason = request.isEligible[video] ? Reason.becauseYouWatched(video) : .popularAtThisAge
        guard !companions.isEmpty else {
            return nearest.prefix(limit).map {
                Recommendation(video: $0.row, score: 1 / (1 + $0.distance), reason: reason)
            }
        }
        return Companions.merged(nearest.map(\.row), companions, rank: rank).prefix(limit)
            .map { Recommendation(video: $0.video, score: $0.score, reason: reason) }
    }
}
