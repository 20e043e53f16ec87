import Foundation

/// What a blend learns from.
package struct BlendData: Sendable {
    /// Per child the videos it liked, each 1.
    package let liked: SparseRows
    /// Per child the videos it met without liking them: how near it came to liking, in 0…1.
    package let met: SparseRows
    /// Per label the videos that carry it; may be empty.
    package let labels: SparseRows
    /// How old videos were when something was kept back of a child; nil where that is not known.
    package let ages: Ages?

    package init(liked: SparseRows, met: SparseRows, labels: SparseRows, ages: Ages? = nil) {
        (self.liked, self.met, self.labels, self.ages) = (liked, met, labels, ages)
    }

    package struct Ages: Sendable {
        private let publishedAt: [Int64]
        private let askedAt: [Int64]

        /// - Parameters:
        ///   - publishedAt: per video; milliseconds UTC.
        ///   - askedAt: per child the moment it is asked about; milliseconds UTC.
        package init(publishedAt: [Int64], askedAt: [Int64]) {
            (self.publishedAt, self.askedAt) = (publishedAt, askedAt)
        }

        func selecting(_ children: [Int]) -> Ages {
            Ages(publishedAt: publishedAt, askedAt: children.map { askedAt[$0] })
        }

        func freshness(of video: Int, forChild child: Int) -> Double {
            HomeRanking.Settings().freshness(publishedAt: publishedAt[video], now: askedAt[child])
        }
    }

    /// From this part on a watched video counts as liked.
    package static let likedFrom = 0.5

    package var childCount: Int { liked.rowCount }
    package var videoCount: Int { liked.columnCount }

    /// How many children like each video.
    package var popularity: [Double] {
        var popularity = [Double](repeating: 0, count: videoCount)
        for video in liked.columns { popularity[Int(video)] += 1 }
        return popularity
    }

    /// Of the children who met a video, the part that liked it, drawn towards the part over all videos as if `prior` more
    /// children had met it.
    func quality(prior: Double = 20) -> [Double] {
        let popularity = popularity
        var known = popularity
        for video in met.columns { known[Int(video)] += 1 }
        let mean = popularity.reduce(0, +) / max(known.reduce(0, +), 1)
        return zip(popularity, known).map { ($0 + prior * mean) / ($1 + prior) }
    }

    /// One entry for each video a child knows: 1 where it liked it, `weak` · nearness where it did not.
    func entries(weak: Double) -> SparseRows {
        guard weak > 0, met.entryCount > 0 else { return liked }
        var rows = SparseRows(columnCount: videoCount)
        for child in 0..<childCount {
            rows.append(
                met.range(child).map { (Int(met.columns[$0]), weak * met.values[$0]) }
                    + liked.range(child).map { (Int(liked.columns[$0]), liked.values[$0]) }
            )
        }
        return rows
    }

    /// What a child's videos are worth to the original core: liked ones 1, others by how much of them was watched, and those
    /// left early speak against what is like them.
    func ratings(ofChild child: Int) -> [(video: Int, rating: Double)] {
        let settings = HomeRanking.Settings()
        let met = met.range(child).map { place -> (video: Int, rating: Double) in
            let ratio = self.met.values[place] * Self.likedFrom
            return (Int(self.met.columns[place]), ratio < settings.leftEarlyBelow ? settings.leftEarlyRating : ratio)
        }
        return liked.range(child).map { (Int(liked.columns[$0]), liked.values[$0]) } + met
    }

    /// A part of each child's videos kept back: `share` of each row, rounded up, where a row has two or more.
    func holdingOut(_ share: Double, seed: UInt64) -> (rest: BlendData, hidden: [[Int32]]) {
        var generator = SplitMix64(seed: seed)
        func divide(_ rows: SparseRows) -> (SparseRows, [[Int32]]) {
            var rest = SparseRows(columnCount: rows.columnCount)
            var hidden: [[Int32]] = []
            for child in 0..<rows.rowCount {
                var places = Array(rows.range(child))
                let count = places.count < 2 ? 0 : Int((Double(places.count) * share).rounded(.up))
                for index in 0..<count {
                    places.swapAt(index, Int.random(in: index..<places.count, using: &generator))
                }
                hidden.append(places.prefix(count).map { rows.columns[$0] }.sorted())
                rest.append(places.dropFirst(count).map { (Int(rows.columns[$0]), rows.values[$0]) })
            }
            return (rest, hidden)
        }
        let (kept, hidden) = divide(liked)
        return (BlendData(liked: kept, met: divide(met).0, labels: labels, ages: ages), hidden)
    }

    /// Some of the children, chosen by `seed`; all where there are no more than `limit`.
    func sample(_ limit: Int, seed: UInt64) -> BlendData {
        guard childCount > limit else { return self }
        var generator = SplitMix64(seed: seed)
        var children = Array(0..<childCount)
        for index in 0..<limit {
            children.swapAt(index, Int.random(in: index..<children.count, using: &generator))
        }
        let chosen = children.prefix(limit).sorted()
        return BlendData(
            liked: liked.selecting(rows: chosen),
            met: met.selecting(rows: chosen),
            labels: labels,
            ages: ages?.selecting(chosen)
        )
    }
}
