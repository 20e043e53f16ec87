/// Fills the places of a home one after the other, each with the best candidate that fits behind what stands there
/// already: not a third in a row of one topic or one channel, and no episode before the ones it builds on.
struct HomeArrangement {
    private let request: RankingRequest
    private var scorer: CandidateScorer
    /// Best first.
    private var pool: [Candidate]
    private var isPooled: [Bool]
    private let limit: Int
    private var places: [Recommendation] = []
    private var isPlaced: [Bool]
    private var lines: [SeriesLine?]
    /// How much the child has met of each curriculum area, as shares of what it watched, plus the places given here.
    private var areaLoad: [Double]

    init(request: RankingRequest, scorer: CandidateScorer, pool: [Candidate], limit: Int) {
        self.request = request
        self.scorer = scorer
        self.pool = pool
        self.limit = limit
        let catalogue = request.catalogue
        isPlaced = Array(repeating: false, count: catalogue.count)
        isPooled = isPlaced
        lines = Array(repeating: nil, count: catalogue.series.count)
        areaLoad = Self.areaLoad(of: request)
        for candidate in pool {
            isPooled[candidate.video] = true
        }
    }

    mutating func fill() -> [Recommendation] {
        while places.count < limit {
            guard let pick = explored() ?? best() else { break }
            place(pick)
        }
        return places
    }

    // MARK: - Choosing

    /// The best candidate that fits. Where none of the pool does, the most popular video that does; where no video of
    /// the catalogue does, variety gives way, since a full list is worth more than a varied short one.
    private mutating func best() -> Candidate? {
        var fallback: Candidate?
        for candidate in pool where isFree(candidate.video) {
            if isVaried(candidate.video) { return candidate }
            fallback = fallback ?? candidate
        }
        if let video = request.popularity.order.first(where: { isFree($0) && isVaried($0) }) {
            return scorer.candidate(video)
        }
        if let fallback { return fallback }
        return request.popularity.order.first { isFree($0) }.map { scorer.candidate($0) }
    }

    /// The places kept for exploring; nil at the others, and where there is nothing to explore.
    private mutating func explored() -> Candidate? {
        let settings = request.settings
        guard settings.explorationPeriod > 0 else { return nil }
        switch places.count % settings.explorationPeriod {
        case settings.newPlace: return newest()
        case settings.balancePlace: return balancing()
        default: return nil
        }
    }

    private mutating func newest() -> Candidate? {
        for video in request.catalogue.byAge {
            guard request.catalogue.publishedAt[video] <= request.now else { continue }
            guard scorer.isNew(video) else { return nil }
            if isFree(video), isVaried(video), request.watched(video) == nil {
                return Candidate(video: video, score: scorer.candidate(video).score, reason: .new)
            }
        }
        return nil
    }

    /// The best candidate of the area met least. A child that watched nothing has met no area less than another.
    private mutating func balancing() -> Candidate? {
        guard request.taste != nil, let natural = best() else { return nil }
        for area in areaLoad.indices.sorted(by: { (areaLoad[$0], $0) < (areaLoad[$1], $1) }) {
            let found = pool.first {
                request.catalogue.areas[$0.video] == area && isFree($0.video) && isVaried($0.video)
                    && request.watched($0.video) == nil
            }
            guard let found else { continue }
            guard found.video != natural.video else { return natural }
            return Candidate(video: found.video, score: found.score, reason: .balance)
        }
        return nil
    }

    // MARK: - What fits

    private mutating func isFree(_ video: Int) -> Bool {
        guard request.isOpen[video], !isPlaced[video] else { return false }
        guard let place = request.catalogue.seriesPlaces[video] else { return true }
        return line(place.series).allows(place.position)
    }

    private func isVaried(_ video: Int) -> Bool {
        let run = max(request.settings.longestRun, 1)
        let last = places.suffix(run)
        guard last.count == run else { return true }
        let (topics, channels) = (request.catalogue.topics, request.catalogue.channels)
        let sameTopic = topics[video] != nil && last.allSatisfy { topics[$0.video] == topics[video] }
        let sameChannel = channels[video] != nil && last.allSatisfy { channels[$0.video] == channels[video] }
        return !sameTopic && !sameChannel
    }

    // MARK: - Placing

    private mutating func place(_ pick: Candidate) {
        places.append(Recommendation(video: pick.video, score: pick.score, reason: pick.reason))
        isPlaced[pick.video] = true
        if let area = request.catalogue.areas[pick.video] {
            areaLoad[area] += 1 / Double(limit)
        }
        guard let place = request.catalogue.seriesPlaces[pick.video] else { return }
        var line = line(place.series)
        line.place(place.position)
        lines[place.series] = line
        // The episode after this one may come now, also when it was not among the candidates.
        if let head = line.head {
            pool(request.catalogue.series[place.series][head])
        }
    }

    private mutating func pool(_ video: Int) {
        guard !isPooled[video] else { return }
        isPooled[video] = true
        let candidate = scorer.candidate(video)
        let position = pool.firstIndex { scorer.precedes(candidate, $0) } ?? pool.endIndex
        pool.insert(candidate, at: position)
    }

    private mutating func line(_ series: Int) -> SeriesLine {
        if let line = lines[series] { return line }
        let line = request.line(of: series)
        lines[series] = line
        return line
    }

    private static func areaLoad(of request: RankingRequest) -> [Double] {
        var load = [Double](repeating: 0, count: request.catalogue.areaCount)
        var total = 0.0
        for item in request.watched {
            let rating = request.settings.rating.rating(
                ratio: item.ratio,
                lastWatchedAt: item.lastWatchedAt,
                now: request.now
            )
            total += rating
            if let area = request.catalogue.areas[item.video] {
                load[area] += rating
            }
        }
        return total > 0 ? load.map { $0 / total } : load
    }
}
