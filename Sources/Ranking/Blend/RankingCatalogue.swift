import Foundation

/// All published videos as ranking sees them: numbers 0, 1, 2 … in the order given, which the caller keeps beside its
/// ids. Built once per version of the catalogue and shared by all requests, so a class: a request counts one reference
/// and not each array. What a child may see is not decided here.
package final class RankingCatalogue: Sendable {
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
        /// Our own plays, decayed, each child counted once or capped; never a number of YouTube's. One per audience, the
        /// first of everyone; not negative.
        package let popularity: [Double]

        package init(
            labels: LabelVector,
            series: Int32? = nil,
            episode: Int32 = 0,
            topic: Int32? = nil,
            channel: Int32? = nil,
            area: Int32? = nil,
            publishedAt: Int64 = 0,
            popularity: [Double] = []
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
    /// What is popular with each audience, the first being everyone.
    let audiences: [Popularity]
    /// What was learnt from who watched what.
    package let blend: PlacedBlend
    /// What the same children watch.
    let companions: Companions
    /// q·z(quality) of the blend.
    let shared: [Double]

    let publishedAt: [Int64]
    let topics: [Int32?]
    let channels: [Int32?]
    /// Curriculum areas numbered 0, 1 … in ascending order of the caller's numbers.
    let areas: [Int?]
    let areaCount: Int
    let seriesPlaces: [SeriesPlace?]
    /// Videos of each series, in order of episodes.
    let series: [[Int]]
    /// All videos, newest first; equals: lower number first.
    let byAge: [Int]

    /// The catalogue in the space homes are ranked in: inverse document frequency, kind weights, length 1.
    ///
    /// - Parameters:
    ///   - kindWeights: per label, the weight of the label's kind; labels beyond it are not used.
    ///   - blend: what was learnt, over these entries; nil before the first training.
    package convenience init(_ entries: [Entry], kindWeights: [Double], blend: PlacedBlend? = nil) {
        let space = VectorSpace.inverseFrequency(of: entries.map(\.labels), kindWeights: kindWeights)
        self.init(entries, space: space, blend: blend)
    }

    package init(_ entries: [Entry], space: VectorSpace, blend: PlacedBlend? = nil) {
        self.space = space
        vectors = LabelMatrix(entries.map { space.place($0.labels) })
        publishedAt = entries.map(\.publishedAt)
        topics = entries.map(\.topic)
        channels = entries.map(\.channel)

        let areaNumbers = Set(entries.compactMap(\.area)).sorted()
        let areaIndex = Dictionary(uniqueKeysWithValues: areaNumbers.enumerated().map { ($0.element, $0.offset) })
        let areas = entries.map { $0.area.flatMap { areaIndex[$0] } }
        self.areas = areas
        areaCount = areaNumbers.count

        let placed = blend ?? .untrained(count: entries.count)
        self.blend = placed
        companions = Companions(placed, children: entries.map { $0.popularity.first ?? 0 })
        shared = placed.shared()
        let count = max(entries.map(\.popularity.count).max() ?? 0, 1)
        let plays = (0..<count).map { audience in
            entries.map { audience < $0.popularity.count ? $0.popularity[audience] : 0 }
        }
        audiences =
            [Popularity(plays[0], areas: areas)]
            + plays.dropFirst().map { Popularity($0, leaningOn: plays[0], areas: areas) }
        byAge = entries.indices.sorted { (entries[$1].publishedAt, $0) < (entries[$0].publishedAt, $1) }
        (series, seriesPlaces) = Self.series(of: entries)
    }

    package var count: Int { publishedAt.count }

    /// What is popular with an audience; with everyone, where there is no such audience.
    func popularity(of audience: Int) -> Popularity {
        audiences.indices.contains(audience) ? audiences[audience] : audiences[0]
    }

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
