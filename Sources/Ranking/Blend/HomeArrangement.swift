/// Fills the places of a home one after the other, each with the best candidate that fits behind what stands there
/// already: not a third in a row of one topic or one channel, nor (but where it explores) a fourth of one curriculum area, and
/// no episode before the ones it builds on.
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
    private var random: SplitMix64

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
        random = SplitMix64(seed: request.seed)
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

    /// The best candidate that fits, first of another area where it is time for one; what is much like something unwanted
    /// is no such one. Where none of the pool fits, the most popular video that does; where no video of the catalogue does,
    /// variety gives way, since a full list is worth more than a varied short one.
    private mutating func best() -> Candidate? {
        var (sameArea, fallback): (Candidate?, Candidate?)
        for candidate in pool where isFree(candidate.video) {
            switch variety(candidate.video) {
            case .kept where sameArea == nil || !isUnwanted(candidate.video): return candidate
            case .kept: continue
            case .sameArea: sameArea = sameArea ?? candidate
            case .broken: fallback = fallback ?? candidate
            }
        }
        if let sameArea { return sameArea }
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

    /// One of the newest that the child has not watched: the better ones rather, and the newer ones.
    private mutating func newest() -> Candidate? {
        var few: [Candidate] = []
        for video in request.catalogue.byAge where few.count < request.settings.explorationChoice {
            guard request.catalogue.publishedAt[video] <= request.now else { continue }
            guard scorer.isNew(video) else { break }
            guard isVaried(video), isWorthExploring(video) else { continue }
            var candidate = scorer.candidate(video)
            candidate.exploring = .new
            few.append(candidate)
        }
        let (catalogue, now, settings) = (request.catalogue, request.now, request.settings)
        return drawn(from: few.sorted(by: scorer.precedes)) { video in
            settings.freshness(publishedAt: catalogue.publishedAt[video], now: now)
        }
    }

    /// One of the best candidates of the area met least. A child that watched nothing has met no area less than another.
    private mutating func balancing() -> Candidate? {
        guard request.taste != nil, let natural = best() else { return nil }
        for area in areaLoad.indices.sorted(by: { (areaLoad[$0], $0) < (areaLoad[$1], $1) }) {
            var few: [Candidate] = []
            for candidate in pool where few.count < request.settings.explorationChoice {
                guard request.catalogue.areas[candidate.video] == area, isVaried(candidate.video),
                    isWorthExploring(candidate.video)
                else { continue }
                var chosen = candidate
                chosen.exploring = .balance
                few.append(chosen)
            }
            guard let first = few.first else { continue }
            // What would stand here anyway is of that area: nothing to explore.
            return first.video == natural.video ? natural : drawn(from: few)
        }
        return nil
    }

    private mutating func isWorthExploring(_ video: Int) -> Bool {
        isFree(video) && request.watched(video) == nil && !isUnwanted(video)
    }

    private mutating func isUnwanted(_ video: Int) -> Bool {
        scorer.unwanted(video) >= request.settings.unwantedFrom
    }

    /// One of a few, best first: each with a chance by its weight over its place.
    private mutating func drawn(from few: [Candidate], weight: (Int) -> Double = { _ in 1 }) -> Candidate? {
        guard few.count > 1 else { return few.first }
        let chances = few.enumerated().map { weight($1.video) / Double($0 + 1) }
        var rest = Double(random.next() >> 11) * 0x1p-53 * chances.reduce(0, +)
        for (candidate, chance) in zip(few, chances) {
            rest -= chance
            if rest < 0 { return candidate }
        }
        return few.last
    }

    // MARK: - What fits

    private mutating func isFree(_ video: Int) -> Bool {
        guard request.isOpen[video], !isPlaced[video] else { return false }
        guard let place = request.catalogue.seriesPlaces[video] else { return true }
        return line(place.series).allows(place.position)
    }

    /// What a video behind some places does to variety.
    enum Variety {
        case kept
        /// One too many in a row of its area alone: it gives way first, since there are only a few areas.
        case sameArea
        /// One too many in a row of its topic or channel.
        case broken
    }

    private func variety(_ video: Int) -> Variety { Self.variety(video, behind: places[...], request) }

    private func isVaried(_ video: Int) -> Bool { variety(video) != .broken }

    /// Whether a video behind these places is one too many in a row.
    static func variety(_ video: Int, behind places: ArraySlice<Recommendation>, _ request: RankingRequest) -> Variety {
        func repeats<Kind: Equatable>(_ kinds: [Kind?], after run: Int) -> Bool {
            let last = places.suffix(max(run, 1))
            return kinds[video] != nil && last.count == max(run, 1)
                && last.allSatisfy { kinds[$0.video] == kinds[video] }
        }
        let (catalogue, settings) = (request.catalogue, request.settings)
        if repeats(catalogue.topics, after: settings.longestRun)
            || repeats(catalogue.channels, after: settings.longestRun)
        {
            return .broken
        }
        return repeats(catalogue.areas, after: settings.longestAreaRun) ? .sameArea : .kept
    }

    // MARK: - Placing

    private mutating func place(_ pick: Candidate) {
        places.append(Recommendation(video: pick.video, score: pick.score, reason: scorer.reason(of: pick)))
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
