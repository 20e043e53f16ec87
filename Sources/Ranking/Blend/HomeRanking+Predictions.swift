extension HomeRanking {
    /// The original core by itself: what a child would rate videos, from the videos nearest to each among what it watched
    /// (``KNNRegression``). Popularity, co-watching and what the child may see play no part.
    ///
    /// - Returns: one number for each video asked for, in that order; nil where the child has watched nothing that is in the
    ///   catalogue, or there is no such video.
    package func predictedRatings(
        of videos: [Int],
        for history: ChildHistory,
        in catalogue: RankingCatalogue,
        now: Int64
    ) -> [Double?] {
        let watched = history.watched.filter { catalogue.vectors.holds($0.video) }
        guard !watched.isEmpty else { return videos.map { _ in nil } }
        let lessOf = history.lessOf.filter { catalogue.vectors.holds($0) }.sorted()
        let regression = KNNRegression(
            points: catalogue.vectors.selecting(watched.map(\.video) + lessOf),
            targets: watched.map { settings.rating(of: $0, now: now) } + lessOf.map { _ in settings.lessOfRating },
            k: settings.neighbours,
            weighting: .distance
        )
        let vectors = videos.map { catalogue.vectors[$0] }
        var predictions = regression.predict(vectors.compactMap(\.self)).makeIterator()
        return vectors.map { $0 == nil ? nil : predictions.next() ?? nil }
    }
}

extension HomeRanking.Settings {
    /// What the child's watching says about a video; below zero for one it left early.
    func rating(of item: ChildHistory.Watched, now: Int64) -> Double {
        let decay = rating.decay(since: item.lastWatchedAt, now: now)
        return isLeftEarly(item) ? leftEarlyRating * decay : rating.strength(ratio: item.ratio) * decay
    }

    func isLeftEarly(_ item: ChildHistory.Watched) -> Bool { item.ratio < leftEarlyBelow && !item.isFinished }
}
