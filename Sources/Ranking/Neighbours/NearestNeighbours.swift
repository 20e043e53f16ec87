/// A row of a ``LabelMatrix`` and its Euclidean distance to the query.
package struct Neighbour: Sendable, Equatable {
    package let row: Int
    /// √Σ (q − r)², in the units of the matrix's space; never negative, never NaN.
    package let distance: Double

    package init(row: Int, distance: Double) {
        self.row = row
        self.distance = distance
    }
}

/// The exact k nearest rows by Euclidean distance: a full scan, so recall is 1 by construction.
///
/// The numbers are those of scikit-learn's `NearestNeighbors(algorithm="brute", metric="euclidean")`. One thing is
/// decided here that scikit-learn leaves open: among rows at *equal* distance the lower row number comes first, also
/// where only some of them fit into k. (scikit-learn cuts by `argpartition`, whose choice among equals is arbitrary.)
/// It also refuses k > n; here all n rows are the answer.
package struct NearestNeighbours: Sendable {
    /// Who comes first among rows at the same distance.
    package enum Ties: Sendable {
        /// The lower row number.
        case row
        /// The smaller rank (one per row), then the lower row number. Distances that differ by less than 1e-9 of a
        /// squared unit count as the same, since sums of rounded weights differ in their last digits.
        case rank([Int32])
    }

    package let rows: LabelMatrix

    package init(_ rows: LabelMatrix) {
        self.rows = rows
    }

    /// - Parameters:
    ///   - k: how many; all rows if there are fewer, none if it is not positive.
    ///   - isCandidate: rows for which it is false are passed over before the cut to k, so a full answer stays full.
    /// - Returns: the nearest rows, nearest first.
    package func nearest(
        to vector: LabelVector,
        k: Int,
        ties: Ties = .row,
        where isCandidate: (Int) -> Bool = { _ in true }
    ) -> [Neighbour] {
        let query = SpreadVector(vector, labelCount: rows.labelCount)
        return nearest(to: query, k: k, ties: ties, where: isCandidate)
    }

    func nearest(to query: SpreadVector, k: Int, ties: Ties, where isCandidate: (Int) -> Bool) -> [Neighbour] {
        var selection = NearestSelection(capacity: min(max(k, 0), rows.count))
        switch ties {
        case .row:
            rows.scan(query) { row, squared in
                guard selection.mayTake(squared), isCandidate(row) else { return }
                selection.offer(squared, row)
            }
        case .rank(let ranks):
            rows.scan(query) { row, squared in
                // Rounding takes a call of its own, and most rows are far away: nothing is rounded down by more than 1.
                guard selection.mayTake(squared * 1e9 - 1), isCandidate(row) else { return }
                let key = (squared * 1e9).rounded()
                let rank = row < ranks.count ? ranks[row] : .max
                selection.offer(.init(key: key, rank: rank, row: row, squared: squared))
            }
        }
        return selection.sorted().map { Neighbour(row: $0.row, distance: $0.squared.squareRoot()) }
    }
}
