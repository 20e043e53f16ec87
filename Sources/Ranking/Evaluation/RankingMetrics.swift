import Foundation

/// How good lists are: of each user's items to be found, how many stand in the first k places, and how far up.
///
///     nDCG@k    Σ over hits 1 / log₂(place + 1), over the same sum if the first min(k, hidden) places were hits
///     Recall@k  hits in the first k places / hidden
///     hit@k     1 if there is any
///
/// Averaged over the users that have something to find. nDCG after K. Järvelin, J. Kekäläinen, "Cumulated gain-based
/// evaluation of IR techniques", ACM TOIS 20, 2002, with gain 1.
package struct RankingMetrics: Sendable, Equatable {
    package struct AtDepth: Sendable, Equatable {
        package let depth: Int
        package let ndcg: Double
        package let recall: Double
        package let hitRate: Double
        /// Different items in all lists, as a part of all candidates.
        package let coverage: Double
        /// Mean place of the listed items among all, most popular first, from 1.
        package let popularityRank: Double
    }

    package let depths: [AtDepth]
    /// nDCG at the first depth, per user with something to find, in the order of users: what a paired test compares.
    package let ndcgPerUser: [Double]

    /// - Parameters:
    ///   - lists: best first, one per entry of `hidden`, at least as long as the largest depth where candidates allow.
    ///   - hidden: the items to be found; no list is without any.
    ///   - popularityRank: per item, from 1.
    package init(lists: [[Int32]], hidden: [[Int32]], depths: [Int], candidateCount: Int, popularityRank: [Int]) {
        var perUser: [Double] = []
        self.depths = depths.enumerated().map { place, depth in
            let gains = (0..<max(depth, 0)).map { 1 / log2(Double($0) + 2) }
            var (ndcg, recall, hitRate, ranks, listed) = (0.0, 0.0, 0.0, 0.0, 0)
            var shown: Set<Int32> = []
            for (list, wanted) in zip(lists, hidden) {
                let wanted = Set(wanted)
                var (gain, hits) = (0.0, 0)
                for (position, item) in list.prefix(depth).enumerated() {
                    shown.insert(item)
                    ranks += Double(popularityRank[Int(item)])
                    listed += 1
                    guard wanted.contains(item) else { continue }
                    hits += 1
                    gain += gains[position]
                }
                let ideal = gains.prefix(wanted.count).reduce(0, +)
                let own = ideal > 0 ? gain / ideal : 0
                if place == 0 { perUser.append(own) }
                ndcg += own
                recall += Double(hits) / Double(max(wanted.count, 1))
                hitRate += hits > 0 ? 1 : 0
            }
            let users = Double(max(lists.count, 1))
            return AtDepth(
                depth: depth,
                ndcg: ndcg / users,
                recall: recall / users,
                hitRate: hitRate / users,
                coverage: Double(shown.count) / Double(max(candidateCount, 1)),
                popularityRank: ranks / Double(max(listed, 1))
            )
        }
        ndcgPerUser = perUser
    }
}

/// Whether one method is better than another for the same users, by chance alone or not: the signs of the differences are
/// thrown anew many times, and p is how often the mean comes out at least as far from 0 as it did (R. A. Fisher's
/// randomisation test; for rankings: M. Smucker, J. Allan, B. Carterette, CIKM 2007).
package struct PairedTest: Sendable, Equatable {
    /// Mean of `first − second`.
    package let difference: Double
    /// Two-sided; never 0, since the throw that happened is one of them.
    package let p: Double

    package init(_ first: [Double], _ second: [Double], throwing times: Int = 10_000, seed: UInt64 = 1) {
        let differences = zip(first, second).map { $0 - $1 }
        let count = Double(max(differences.count, 1))
        let sum = differences.reduce(0, +)
        var generator = SplitMix64(seed: seed)
        var atLeast = 0
        for _ in 0..<times {
            var (thrown, bits, left) = (0.0, UInt64(0), 0)
            for difference in differences {
                if left == 0 { (bits, left) = (generator.next(), 64) }
                thrown += bits & 1 == 0 ? difference : -difference
                bits >>= 1
                left -= 1
            }
            if abs(thrown) >= abs(sum) - 1e-12 { atLeast += 1 }
        }
        difference = sum / count
        p = Double(atLeast + 1) / Double(times + 1)
    }
}
