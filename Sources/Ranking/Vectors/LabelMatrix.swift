/// The label vectors of many videos, row after row in two flat arrays (compressed sparse rows), so that a scan walks
/// memory forward.
///
/// A row keeps its number for life: removing leaves a hole that no search finds, replacing writes the new labels behind
/// the others. Space lost that way is reclaimed once it is more than half. An inserted row is found by the next search:
/// there is no index to rebuild.
package struct LabelMatrix: Sendable {
    /// Where a row lies; a removed row has `count` −1.
    private struct Extent: Sendable {
        var start: Int
        var count: Int
    }

    private var extents: [Extent] = []
    private var labels: [Int32] = []
    private var weights: [Double] = []
    private var unused = 0

    /// One more than the largest label of any row, removed ones included.
    package private(set) var labelCount = 0

    package init(_ vectors: [LabelVector] = []) {
        extents.reserveCapacity(vectors.count)
        for vector in vectors {
            append(vector)
        }
    }

    /// Row numbers given out so far, holes included: rows are `0..<count`.
    package var count: Int { extents.count }

    /// Whether `row` exists and has not been removed.
    package func holds(_ row: Int) -> Bool {
        extents.indices.contains(row) && extents[row].count >= 0
    }

    /// The vector of a row; nil where there is none.
    package subscript(row: Int) -> LabelVector? {
        guard holds(row) else { return nil }
        let range = extents[row].start..<(extents[row].start + extents[row].count)
        return LabelVector(canonical: Array(labels[range]), weights: Array(weights[range]))
    }

    /// The entries of a row, where they lie; nil where there is none.
    func entries(_ row: Int) -> LabelEntries? {
        guard holds(row) else { return nil }
        let range = extents[row].start..<(extents[row].start + extents[row].count)
        return LabelEntries(labels: labels[range], weights: weights[range])
    }

    /// Adds a row and returns its number.
    @discardableResult
    package mutating func append(_ vector: LabelVector) -> Int {
        extents.append(write(vector))
        return extents.count - 1
    }

    /// Gives an existing row other labels, or a removed one its place back.
    ///
    /// - Returns: false, and nothing changed, when the number was never given out.
    @discardableResult
    package mutating func replace(_ row: Int, with vector: LabelVector) -> Bool {
        guard extents.indices.contains(row) else { return false }
        unused += max(extents[row].count, 0)
        extents[row] = write(vector)
        reclaim()
        return true
    }

    /// Takes a row out of every later search; its number is not given out again.
    ///
    /// - Returns: false when there is no such row.
    @discardableResult
    package mutating func remove(_ row: Int) -> Bool {
        guard holds(row) else { return false }
        unused += extents[row].count
        extents[row].count = -1
        reclaim()
        return true
    }

    /// A matrix of the given rows, in the given order; holes become zero vectors.
    package func selecting(_ rows: [Int]) -> LabelMatrix {
        LabelMatrix(rows.map { self[$0] ?? .zero })
    }

    private mutating func write(_ vector: LabelVector) -> Extent {
        let extent = Extent(start: labels.count, count: vector.labels.count)
        labels.append(contentsOf: vector.labels)
        weights.append(contentsOf: vector.weights)
        labelCount = max(labelCount, vector.labels.last.map { Int($0) + 1 } ?? 0)
        return extent
    }

    private mutating func reclaim() {
        guard unused > 64, unused * 2 > labels.count else { return }
        var (keptLabels, keptWeights): ([Int32], [Double]) = ([], [])
        for row in extents.indices where extents[row].count >= 0 {
            let range = extents[row].start..<(extents[row].start + extents[row].count)
            extents[row].start = keptLabels.count
            keptLabels.append(contentsOf: labels[range])
            keptWeights.append(contentsOf: weights[range])
        }
        (labels, weights, unused) = (keptLabels, keptWeights, 0)
    }

    /// Calls `body` with every row's number and its squared distance to the query, in ascending order of rows.
    /// Removed rows are passed over. The loop is the hot path of every request.
    func scan(_ query: SpreadVector, _ body: (_ row: Int, _ squaredDistance: Double) -> Void) {
        let (extents, labels, weights, spread) = (extents.span, labels.span, weights.span, query.values.span)
        for row in extents.indices {
            let extent = extents[row]
            guard extent.count >= 0 else { continue }
            var (apart, covered) = (0.0, 0.0)
            for entry in extent.start..<(extent.start &+ extent.count) {
                let label = Int(labels[entry])
                let value = label < spread.count ? spread[label] : 0
                let difference = value - weights[entry]
                apart += difference * difference
                covered += value * value
            }
            body(row, apart + max(0, query.squaredLength - covered))
        }
    }

    /// The squared distance of one row to the query; nil where there is no such row.
    func squaredDistance(of row: Int, to query: SpreadVector) -> Double? {
        guard holds(row) else { return nil }
        var (apart, covered) = (0.0, 0.0)
        for entry in extents[row].start..<(extents[row].start + extents[row].count) {
            let value = query[labels[entry]]
            let difference = value - weights[entry]
            apart += difference * difference
            covered += value * value
        }
        return apart + max(0, query.squaredLength - covered)
    }
}
