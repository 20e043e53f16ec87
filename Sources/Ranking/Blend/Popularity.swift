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
    /// The videos of each curriculum area in that order.
    let byArea: [[Int]]

    /// - Parameter areas: the number of each video's curriculum area, from 0 on.
    init(_ given: [Double], areas: [Int?] = []) {
        let plays = given.map { $0.isFinite ? max($0, 0) : 0 }
        let scale = log1p(plays.max() ?? 0)
        values = plays.map { scale > 0 ? log1p($0) / scale : 0 }
        standardised = BlendFit.standardised(plays)
        order = plays.indices.sorted { (plays[$1], $0) < (plays[$0], $1) }
        var rank = [Int32](repeating: 0, count: plays.count)
        for (place, video) in order.enumerated() { rank[video] = Int32(clamping: place) }
        self.rank = rank
        var byArea = [[Int]](repeating: [], count: areas.reduce(0) { max($0, ($1 ?? -1) + 1) })
        for video in order {
            if areas.indices.contains(video), let area = areas[video] { byArea[area].append(video) }
        }
        self.byArea = byArea
    }

    /// What is popular with an audience that may be small, leaning on what is popular with everyone:
    ///
    ///     share(v) = (own(v) + m · everyone(v) / Σ everyone) / (Σ own + m)
    ///
    /// as if `prior` = m children more had begun a video each, spread as everyone's watching is (a Dirichlet prior: C. Zhai,
    /// J. Lafferty, SIGIR 2001, for the same with words). An audience without children so has everyone's popularity, one child
    /// among few hardly moves it, and a large one is itself. Given on everyone's scale, so that both are scored alike.
    init(_ own: [Double], leaningOn everyone: [Double], areas: [Int?] = [], prior: Double = Self.prior) {
        let clean = { (plays: [Double]) in plays.map { $0.isFinite ? max($0, 0) : 0 } }
        let (own, everyone) = (clean(own), clean(everyone))
        let (ownSum, sum) = (own.reduce(0, +), everyone.reduce(0, +))
        guard sum > 0 else {
            self.init(own, areas: areas)
            return
        }
        let scale = sum / (ownSum + prior)
        self.init(zip(own, everyone).map { scale * ($0 + prior * $1 / sum) }, areas: areas)
    }

    /// m: an audience of ten children who watch a hundred videos each weighs as much as everyone.
    static let prior = 1_000.0
}
