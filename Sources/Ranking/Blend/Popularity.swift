import Foundation

/// What is popular with some children: how popular each video is, and all of them in that order.
struct Popularity: Sendable {
    /// ln(1 + p) / ln(1 + largest p), 0…1: plays are so unevenly spread that a plain share would know only the top.
    let values: [Double]
    /// Plays with mean 0 and deviation 1: what a blend's popularity share weighs.
    let standardised: [Double]
    /// All videos, most popular first; equals: lower number first.
    let order: [Int]
    /// A video's place in ``order``: what breaks ties.
    let rank: [Int32]
    /// Whether anything was watched.
    let isKnown: Bool

    init(_ given: [Double]) {
        let plays = given.map { $0.isFinite ? max($0, 0) : 0 }
        let scale = log1p(plays.max() ?? 0)
        values = plays.map { scale > 0 ? log1p($0) / scale : 0 }
        isKnown = scale > 0
        standardised = BlendFit.standardised(plays)
        order = plays.indices.sorted { (plays[$1], $0) < (plays[$0], $1) }
        var rank = [Int32](repeating: 0, count: plays.count)
        for (place, video) in order.enumerated() { rank[video] = Int32(clamping: place) }
        self.rank = rank
    }
}
