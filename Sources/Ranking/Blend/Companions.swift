/// Videos that the same children watch: the exact nearest by the angle of the trained factors.
///
/// A video that the model has no factors for, or that fewer than ``fewestChildren`` children watched, has no companions
/// and is nobody's: its factors say little, and what a single child watches is nobody else's business.
struct Companions: Sendable {
    static let fewestChildren = 5.0
    /// Added to a place before it is inverted, so that the first places of one list do not decide alone (k of reciprocal
    /// rank fusion; G. V. Cormack, C. L. A. Clarke, S. Büttcher, SIGIR 2009).
    private static let damping = 60.0

    private let table: VectorTable<Int>

    /// - Parameter children: how many children watched each video of the catalogue, decayed.
    init(_ blend: PlacedBlend, children: [Double]) {
        let (factors, dimension) = (blend.model.factors, max(blend.model.settings.factors.dimension, 1))
        var table = VectorTable<Int>(dimension: dimension, metric: .cosine)
        for (video, count) in zip(blend.numbers.indices, children) where count >= Self.fewestChildren {
            let start = Int(blend.numbers[video]) * dimension
            guard start >= 0, start + dimension <= factors.count else { continue }
            let row = Array(factors[start..<start + dimension])
            guard row.contains(where: { $0 != 0 }) else { continue }
            // What the table refuses is no number, and says nothing about the video.
            try? table.set(video, to: row, popularity: count)
        }
        self.table = table
    }

    /// Nearest first, equals by popularity, then by number. Neither the video itself nor what points away from it.
    func nearest(to video: Int, count: Int, where isCandidate: (Int) -> Bool) -> [Int] {
        guard let vector = table.vector(of: video) else { return [] }
        let found = withoutActuallyEscaping(isCandidate) { isCandidate in
            try? table.nearest(to: vector, count: count) { $0 != video && isCandidate($0) }
        }
        return found?.filter { $0.distance < 2.0.squareRoot() }.map(\.id) ?? []
    }

    /// Two lists as one, by Σ 1 / (60 + place), largest first; equals by popularity.
    static func merged(_ left: [Int], _ right: [Int], rank: [Int32]) -> [(video: Int, score: Double)] {
        var scores: [Int: Double] = [:]
        for list in [left, right] {
            for (place, video) in list.enumerated() {
                scores[video, default: 0] += 1 / (damping + Double(place + 1))
            }
        }
        return scores.map { (video: $0.key, score: $0.value) }
            .sorted { left, right in
                left.score == right.score ? rank[left.video] < rank[right.video] : left.score > right.score
            }
    }
}
