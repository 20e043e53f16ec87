/// One request's input, checked and laid out by video number. A class, as the catalogue is one.
final class RankingRequest: Sendable {
    struct NextEpisode: Sendable {
        let video: Int
        /// The last finished episode before it that the child may still see.
        let previous: Int?
        /// When an episode of the series was watched last; milliseconds UTC.
        let lastWatchedAt: Int64
        let isBegun: Bool
    }

    let catalogue: RankingCatalogue
    /// What is popular with children like this one.
    let popularity: Popularity
    /// What a parent wants less of, in ascending order.
    let lessOf: [Int]
    let settings: HomeRanking.Settings
    let now: Int64
    /// What the places for exploring are drawn by.
    let seed: UInt64
    /// Each video once, in ascending order; videos the catalogue does not know are gone.
    let watched: [ChildHistory.Watched]
    let taste: LabelVector?
    let isEligible: [Bool]
    /// Eligible and not excluded.
    let isOpen: [Bool]
    private let watchedPlaces: [Int32]

    init(
        history: ChildHistory,
        catalogue: RankingCatalogue,
        eligible: (Int) -> Bool,
        exclude: Set<Int>,
        now: Int64,
        seed: UInt64 = 0,
        settings: HomeRanking.Settings
    ) {
        self.catalogue = catalogue
        self.settings = settings
        self.now = now
        self.seed = seed
        popularity = catalogue.popularity(of: history.audience)
        lessOf = history.lessOf.filter { (0..<catalogue.count).contains($0) }.sorted()
        let mayBeSeen = (0..<catalogue.count).map(eligible)
        let seen = Self.once(history.watched.filter { mayBeSeen.indices.contains($0.video) })
        var places = [Int32](repeating: -1, count: catalogue.count)
        for (place, item) in seen.enumerated() {
            places[item.video] = Int32(clamping: place)
        }
        var open = mayBeSeen
        for video in exclude where open.indices.contains(video) {
            open[video] = false
        }
        for video in lessOf { open[video] = false }
        (isEligible, isOpen, watched, watchedPlaces) = (mayBeSeen, open, seen, places)
        taste = Self.taste(of: history.taste, watched: seen, catalogue: catalogue, rating: settings.rating, now: now)
    }

    func watched(_ video: Int) -> ChildHistory.Watched? {
        watchedPlaces[video] >= 0 ? watched[Int(watchedPlaces[video])] : nil
    }

    func isFinished(_ video: Int) -> Bool {
        watched(video)?.isFinished ?? false
    }

    /// The series with its unfinished episodes. What the child may not see, or has been shown, holds nothing up.
    func line(of series: Int) -> SeriesLine {
        let episodes = catalogue.series[series]
        return SeriesLine(unfinished: episodes.indices.filter { isOpen[episodes[$0]] && !isFinished(episodes[$0]) })
    }

    /// The next episode of a series the child has begun; nil where it has not, or nothing is left. What a parent wants less
    /// of is passed over, as what the child may not see.
    func nextEpisode(of series: Int) -> NextEpisode? {
        let episodes = catalogue.series[series]
        let touched = episodes.compactMap { watched($0) }.filter { $0.reach >= .begun }
        guard
            let latest = touched.map(\.lastWatchedAt).max(),
            let position = episodes.firstIndex(where: { isEligible[$0] && !isFinished($0) && !lessOf.contains($0) })
        else { return nil }
        return NextEpisode(
            video: episodes[position],
            previous: episodes[..<position].last { isFinished($0) && isEligible[$0] },
            lastWatchedAt: latest,
            isBegun: watched(episodes[position])?.reach == .begun
        )
    }

    /// A video that is listed twice counts once: the entry watched last, then the one watched more.
    private static func once(_ watched: [ChildHistory.Watched]) -> [ChildHistory.Watched] {
        var kept: [ChildHistory.Watched] = []
        let ordered = watched.sorted { left, right in
            (left.video, right.lastWatchedAt, right.ratio, right.reach)
                < (right.video, left.lastWatchedAt, left.ratio, left.reach)
        }
        for item in ordered where kept.last?.video != item.video {
            kept.append(item)
        }
        return kept
    }

    private static func taste(
        of stored: LabelVector?,
        watched: [ChildHistory.Watched],
        catalogue: RankingCatalogue,
        rating: WatchRating,
        now: Int64
    ) -> LabelVector? {
        if let stored, !stored.isZero { return stored }
        var sums = [Double](repeating: 0, count: catalogue.vectors.labelCount)
        for item in watched {
            guard let vector = catalogue.vectors[item.video] else { continue }
            let value = rating.rating(ratio: item.ratio, lastWatchedAt: item.lastWatchedAt, now: now)
            for (label, weight) in zip(vector.labels, vector.weights) {
                sums[Int(label)] += value * weight
            }
        }
        let taste = LabelVector(dense: sums).normalised()
        return taste.isZero ? nil : taste
    }
}
