/// How much what a parent wants less of speaks against a video: by the labels it shares with the nearest of them.
///
/// The same videos are rated below zero in ``CandidateScorer``, and that weighs as much as the child's history does: nothing
/// for a child that has watched nothing. This counts from the first request.
struct Aversion: Sendable {
    private let columns: LabelColumns
    private let squaredLengths: [Double]
    private var scratch: LabelColumns.Scratch

    /// - Parameter unwanted: the vectors of what is not wanted.
    init(_ unwanted: LabelMatrix) {
        columns = LabelColumns(unwanted)
        squaredLengths = (0..<unwanted.count).map { unwanted[$0]?.squaredLength ?? 0 }
        scratch = columns.emptyScratch()
    }

    /// The squared cosine to the nearest: 1 for the same labels in the same proportions, 0 where none is shared. Squared, so
    /// that what merely has a common label in it hardly sinks.
    mutating func likeness(of vector: LabelEntries) -> Double {
        guard columns.count > 0, !vector.labels.isEmpty else { return 0 }
        columns.search(vector, k: 1, using: &scratch)
        guard let nearest = scratch.found.first else { return 0 }
        let (own, other) = (vector.squaredLength, squaredLengths[nearest.row])
        guard own > 0, other > 0 else { return 0 }
        // 2·a·b = |a|² + |b|² − |a − b|².
        let product = (own + other - nearest.distance * nearest.distance) / 2
        return min(max(product, 0) * max(product, 0) / (own * other), 1)
    }
}
