import Foundation

/// All published videos as ranking sees them: numbers 0, 1, 2 … in the order given, which the caller keeps beside its
/// ids. Built once per version of the catalogue and shared by all requests; what a child may see is not decided here.
package struct RankingCatalogue: Sendable {
    package struct Entry: Sendable {
        /// The staff's weights, not yet placed in a space.
        package let labels: LabelVector
        /// Any number that is the same for the episodes of one series.
        package let series: Int32?
        /// Position in the series; without a series it means nothing.
        package let episode: Int32
        package let topic: Int32?
        package let channel: Int32?
        /// Curriculum area.
        package let area: Int32?
        /// Milliseconds UTC.
        package let publishedAt: Int64
        /// Our own plays, decayed, each child counted once or capped; never a number of YouTube's. Not negative.
        package let popularity: Double

        package init(
            labels: LabelVector,
            series: Int32? = nil,
            episode: Int32 = 0,
            topic: Int32? = nil,
            channel: Int32? = nil,
            area: Int32? = nil,
            publishedAt: Int64 = 0,
            popularity: Double = 0
        ) {
            self.labels = labels
            self.series = series
            self.episode = episode
            self.topic = topic
            self.channel = channel
            self.area = area
            self.publishedAt = publishedAt
            self.popularity = popularity
        }
    }

    /// A place in a series: the series' number here (0, 1 …) and the position among its episodes.
    struct SeriesPlace: Sendable {
        let series: Int
        let position: Int
    }

    /// The space ``vectors`` lie in.
    package let space: VectorSpace
    /// Row i is video i.
    package let vectors: LabelMatrix
    /// ln(1 + p) / ln(1 + largest p), 0…1: plays are so unevenly spread that a plain share would know only the top.
    package let popularity: [Double]

    let publishedAt: [Int64]
    let topics: [Int32?]
    let channels: [Int32?]
    /// Curriculum areas numbered 0, 1 … in ascending order of the caller's numbers.
    let areas: [Int?]
    let areaCount: Int
    let seriesPlaces: [SeriesPlace?]
    /// Videos of each series, in order of episodes.
    let series: [[Int]]
    /// All videos, most popular first; equals: lower number first.
    let byPopularity: [Int]
    /// A video's place in ``byPopularity``: what breaks ties.
    let popularityRank: [Int32]
    /// All videos, newest first; equals: lower number first.
    let byAge: [Int]

    /// The catalogue in the space homes are ranked in: inverse document frequency, kind weights, length 1.
    ///
    /// - Parameter kindWeights: per label, the weight of the label's kind; labels beyond it are not used.
    package init(_ entries: [Entry], kindWeights: [Double]) {
        let space = VectorSpace.inverseFrequency(of: entries.map(\.labels), kindWeights: kindWeights)
        self.init(entries, space: space)
    }

    package init(_ entries: [Entry], space: VectorSpace) {
        self.space = space
        vectors = LabelMatrix(entries.map { space.place($0.labels) })
        publishedAt = entries.map(\.publishedAt)
        topics = entries.map(\.topic)
        channels = entries.map(\.channel)

        let areaNumbers = Set(entries.compactMap(\.area)).sorted()
        let areaIndex = Dictionary(uniqueKeysWithValues: areaNumbers.enumerated().map { ($0.element, $0.offset) })
        areas = entries.map { $0.area.flatMap { areaIndex[$0] } }
        areaCount = areaNumbers.count

        let plays = entries.map { $0.popularity.isFinite ? max($0.popularity, 0) : 0 }
        let scale = log1p(plays.max() ?? 0)
        popularity = plays.map { scale > 0 ? log1p($0) / scale : 0 }
        byPopularity = entries.indices.sorted { (plays[$1], $0) < (plays[$0], $1) }
        byAge = entries.indices.sorted { (entries[$1].publishedAt, $0) < (entries[$0].publishedAt, $1) }
        var rank = [Int32](repeating: 0, count: entries.count)
        for (place, video) in byPopularity.enumerated() {
            rank[video] = Int32(clamping: place)
        }
        popularityRank = rank
        (series, seriesPlaces) = Self.series(of: entries)
    }

    package var count: Int { publishedAt.count }

    private static func series(of entries: [Entry]) -> (series: [[Int]], places: [SeriesPlace?]) {
        var numbers: [Int32: Int] = [:]
        var series: [[Int]] = []
        for (video, entry) in entries.enumerated() {
            guard let key = entry.series else { continue }
            if let number = numbers[key] {
                series[number].append(video)
            } else {
                numbers[key] = series.count
                series.append([video])
            }
        }
        var places = [SeriesPlace?](repeating: nil, count: entries.count)
        for number in series.indices {
            series[number].sort { (entries[$0].episode, $0) < (entries[$1].episode, $1) }
            for (position, video) in series[number].enumerated() {
                places[video] = SeriesPlace(series: number, position: position)
            }
        }
        return (series, places)
    }
}
