import Ranking

/// A catalogue with a child in it, drawn from a seed: series, topics, channels, areas and holes in all of them.
struct RandomCatalogue {
    static let day: Int64 = 86_400_000
    static let now: Int64 = 1_780_000_000_000

    let entries: [RankingCatalogue.Entry]
    let catalogue: RankingCatalogue
    let history: ChildHistory
    let eligible: [Bool]
    let exclude: Set<Int>

    init(seed: UInt64, videos: Int, watched: Int, labels: Int = 40) {
        var random = SplitMix64(seed: seed)
        let (topics, channels) = (Int32.random(in: 1...8, using: &random), Int32.random(in: 1...6, using: &random))
        entries = (0..<videos).map { _ in Self.entry(labels, topics, channels, &random) }
        catalogue = RankingCatalogue(entries, kindWeights: (0..<labels).map { [1, 0.5, 2][$0 % 3] })
        history = ChildHistory(
            watched: (0..<watched).map { _ in
                ChildHistory.Watched(
                    // Now and then a video the catalogue does not know, or one listed twice.
                    video: Int.random(in: -1...videos, using: &random),
                    ratio: Double.random(in: 0...3, using: &random),
                    lastWatchedAt: Self.now - Int64.random(in: -Self.day...60 * Self.day, using: &random),
                    reach: [.opened, .begun, .finished, .finished][Int.random(in: 0..<4, using: &random)]
                )
            }
        )
        eligible = (0..<videos).map { _ in Int.random(in: 0..<5, using: &random) > 0 }
        exclude = Set((0..<3).map { _ in Int.random(in: -1...videos, using: &random) })
    }

    private static func entry(
        _ labels: Int,
        _ topics: Int32,
        _ channels: Int32,
        _ random: inout SplitMix64
    ) -> RankingCatalogue.Entry {
        let pairs = (0..<Int.random(in: 0...7, using: &random)).map { _ in
            (Int.random(in: 0..<labels, using: &random), Double.random(in: 0.1...1, using: &random))
        }
        func some(_ count: Int32) -> Int32? {
            let number = Int32.random(in: -1..<count, using: &random)
            return number < 0 ? nil : number
        }
        return RankingCatalogue.Entry(
            labels: LabelVector(pairs),
            series: Bool.random(using: &random) ? some(6) : nil,
            episode: Int32.random(in: 0...20, using: &random),
            topic: some(topics),
            channel: some(channels),
            area: some(5),
            publishedAt: now - Int64.random(in: -day...100 * day, using: &random),
            popularity: [Bool.random(using: &random) ? 0 : Double.random(in: 0...500, using: &random)]
        )
    }

    func home(limit: Int, seed: UInt64 = 0) -> [Recommendation] {
        HomeRanking().home(
            for: history,
            in: catalogue,
            eligible: { eligible[$0] },
            exclude: exclude,
            now: Self.now,
            seed: seed,
            limit: limit
        )
    }

    /// What the child may be shown in this request.
    var open: [Int] {
        eligible.indices.filter { eligible[$0] && !exclude.contains($0) }
    }

    func isFinished(_ video: Int) -> Bool {
        let times = history.watched.filter { $0.video == video }
        let last = times.max { ($0.lastWatchedAt, $0.ratio) < ($1.lastWatchedAt, $1.ratio) }
        return last?.isFinished ?? false
    }

    /// The unfinished open episodes that come before `video` in its series.
    func unfinishedBefore(_ video: Int) -> [Int] {
        guard let series = entries[video].series else { return [] }
        return open.filter {
            entries[$0].series == series && !isFinished($0)
                && (entries[$0].episode, $0) < (entries[video].episode, video)
        }
    }
}
