/// The rows of a ``LabelMatrix`` turned by label, for many queries against the same few hundred rows (a child's watched
/// videos): a query touches only the rows that share a label with it.
///
///     |q − r|² = Σ over shared labels (q − r)²  +  (|q|² − Σ shared q²)  +  (|r|² − Σ shared r²)
///
/// Added in ascending order of labels like the lengths themselves, so that identical vectors are exactly 0 apart
/// (``SpreadVector`` says more about rounding).
struct LabelColumns: Sendable {
    /// Working memory of one query, to be reused by the next.
    struct Scratch: Sendable {
        /// Per row: Σ (q − r)², Σ q², Σ r² over the shared labels, and their number. Zero between queries.
        fileprivate var sums: [SIMD4<Double>]
        /// The rows that share a label with the query.
        fileprivate var touched: [Int32] = []
        fileprivate var selection = NearestSelection(capacity: 0)
        /// What the last query found, nearest first.
        fileprivate(set) var found: [Neighbour] = []
    }

    /// Column l is `starts[l]..<starts[l + 1]` of the two arrays behind it.
    private let starts: [Int]
    private let rows: [Int32]
    private let weights: [Double]
    private let squaredLengths: [Double]
    /// The rows that were not removed, the shortest vector first.
    private let byLength: [Int32]

    init(_ matrix: LabelMatrix) {
        let vectors = (0..<matrix.count).map { matrix[$0] }
        var ends = [Int](repeating: 0, count: matrix.labelCount + 1)
        for label in vectors.lazy.compactMap({ $0?.labels }).joined() {
            ends[Int(label) + 1] += 1
        }
        for label in ends.indices.dropFirst() {
            ends[label] += ends[label - 1]
        }
        starts = ends
        let entries = ends.last ?? 0
        var (rows, weights) = ([Int32](repeating: 0, count: entries), [Double](repeating: 0, count: entries))
        for (row, vector) in vectors.enumerated() {
            guard let vector else { continue }
            for (label, weight) in zip(vector.labels, vector.weights) {
                rows[ends[Int(label)]] = Int32(clamping: row)
                weights[ends[Int(label)]] = weight
                ends[Int(label)] += 1
            }
        }
        (self.rows, self.weights) = (rows, weights)
        let lengths = vectors.map { $0?.squaredLength ?? 0 }
        squaredLengths = lengths
        byLength = vectors.indices.filter { vectors[$0] != nil }
            .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
            .map { Int32(clamping: $0) }
    }

    /// Rows, removed ones included.
    var count: Int { squaredLengths.count }

    func emptyScratch() -> Scratch {
        Scratch(sums: Array(repeating: .zero, count: count))
    }

    /// Leaves the k nearest rows in ``Scratch/found``, nearest first, equals by row: exactly what a scan of all rows finds.
    func search(_ query: LabelEntries, k: Int, using scratch: inout Scratch) {
        accumulate(query, in: &scratch)
        scratch.selection.reset(capacity: min(max(k, 0), byLength.count))
        let length = query.squaredLength
        for row in scratch.touched {
            let sums = scratch.sums[Int(row)]
            let squared = sums[0] + max(0, length - sums[1]) + max(0, squaredLengths[Int(row)] - sums[2])
            scratch.selection.offer(squared, Int(row))
        }
        // Without a shared label the distance is √(|q|² + |r|²): once one row of this order is too far, so is the rest.
        for row in byLength where scratch.sums[Int(row)][3] == 0 {
            let squared = length + squaredLengths[Int(row)]
            guard scratch.selection.mayTake(squared) else { break }
            scratch.selection.offer(squared, Int(row))
        }
        for row in scratch.touched {
            scratch.sums[Int(row)] = .zero
        }
        scratch.touched.removeAll(keepingCapacity: true)
        scratch.found.removeAll(keepingCapacity: true)
        scratch.selection.drain { scratch.found.append(Neighbour(row: $0.row, distance: $0.squared.squareRoot())) }
    }

    private func accumulate(_ query: LabelEntries, in scratch: inout Scratch) {
        let (starts, rows, weights) = (starts.span, rows.span, weights.span)
        for place in query.labels.indices {
            let (label, value) = (Int(query.labels[place]), query.weights[place])
            guard label + 1 < starts.count else { continue }
            for entry in starts[label]..<starts[label + 1] {
                let (row, weight) = (Int(rows[entry]), weights[entry])
                let difference = value - weight
                if scratch.sums[row][3] == 0 {
                    scratch.touched.append(rows[entry])
                }
                scratch.sums[row] += SIMD4(difference * difference, value * value, weight * weight, 1)
            }
        }
    }
}
