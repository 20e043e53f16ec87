internal import HashTreeCollections

/// Why a vector is not taken.
package enum VectorRefusal: Error, Equatable {
    /// Not as many numbers as the table's vectors have.
    case dimension(Int)
    /// NaN, infinite, or beyond ±10¹⁵, where squares would leave float32.
    case value(at: Int)
    /// A popularity that is NaN cannot be compared.
    case popularity
}

/// From which form of the rows bounds of the distances are computed first; what they cannot rule out is measured in double
/// precision. Every pass leads to the same answer.
package enum SearchPass: Sendable, CaseIterable {
    /// The float32 numbers.
    case values
    /// Their 8-bit codes, a quarter of the memory to be read.
    case codes
}

/// Vectors by id, and the exact nearest of them.
///
/// A table is a value: what a reader holds never changes, a copy costs nothing, and a change copies one chunk of rows
/// and a few nodes of a tree. A vector that was set is found by the next search, one that was removed by none.
///
/// The answer is that of a plain scan in double precision over the float32 numbers, on every machine, whatever
/// processor; equal distances are ordered by popularity (higher first), then by id.
package struct VectorTable<ID: Hashable & Comparable & Sendable>: Sendable {
    /// What makes vectors near.
    package enum Metric: Sendable {
        /// √Σ (q − x)².
        case euclidean
        /// Euclid among vectors brought to length 1: d² = 2 − 2·cos. The zero vector stays zero.
        case cosine
    }

    package struct Neighbour: Sendable, Equatable {
        package let id: ID
        /// √Σ (q − x)² in double precision; of the vectors of length 1 where the metric is cosine.
        package let distance: Double
    }

    private struct Owner: Sendable {
        let id: ID
        var popularity: Double
    }

    package let dimension: Int
    package let metric: Metric
    private(set) var rows: VectorRows
    /// Who has which row, in chunks for the same reason as the rows.
    private var owners: [[Owner]] = []
    private var places: TreeDictionary<ID, Int> = [:]
    /// Rows that were removed and are given out again.
    private var holes: [Int] = []

    /// - Parameter dimension: numbers per vector, 1 … 4,096; outside of that the nearer end is taken.
    package init(dimension: Int, metric: Metric = .euclidean) {
        self.dimension = min(max(dimension, 1), VectorRows.largestDimension)
        self.metric = metric
        rows = VectorRows(dimension: self.dimension)
    }

    /// Vectors in the table.
    package var count: Int { places.count }

    package func contains(_ id: ID) -> Bool {
        places[id] != nil
    }

    /// The vector as it is searched (of length 1 where the metric is cosine); nil when there is none.
    package func vector(of id: ID) -> [Float]? {
        places[id].map(rows.vector)
    }

    /// Inserts a vector, or replaces the one that had the id.
    ///
    /// - Parameter popularity: decides among equal distances.
    package mutating func set(_ id: ID, to vector: [Float], popularity: Double) throws(VectorRefusal) {
        let vector = try prepared(vector)
        guard !popularity.isNaN else { throw .popularity }
        let row = places[id] ?? holes.popLast() ?? rows.count
        rows.write(vector, at: row)
        places[id] = row
        let owner = Owner(id: id, popularity: popularity)
        let (chunk, place) = row.quotientAndRemainder(dividingBy: VectorChunk.capacity)
        if chunk == owners.count {
            owners.append([])
        }
        if place == owners[chunk].count {
            owners[chunk].append(owner)
        } else {
            owners[chunk][place] = owner
        }
    }

    /// - Returns: false, and nothing changed, when there is no such id.
    @discardableResult
    package mutating func setPopularity(of id: ID, to popularity: Double) throws(VectorRefusal) -> Bool {
        guard !popularity.isNaN else { throw .popularity }
        guard let row = places[id] else { return false }
        owners[row / VectorChunk.capacity][row % VectorChunk.capacity].popularity = popularity
        return true
    }

    /// - Returns: false when there is no such id.
    @discardableResult
    package mutating func remove(_ id: ID) -> Bool {
        guard let row = places.removeValue(forKey: id) else { return false }
        rows.remove(row)
        holes.append(row)
        return true
    }

    /// The nearest vectors, nearest first.
    ///
    /// - Parameters:
    ///   - count: how many; all if there are fewer.
    ///   - isCandidate: ids for which it is false are passed over before the cut, so a full answer stays full.
    package func nearest(
        to vector: [Float],
        count: Int,
        where isCandidate: ((ID) -> Bool)? = nil
    ) throws(VectorRefusal) -> [Neighbour] {
        try nearest(toBatch: [vector], count: count, where: isCandidate.map { question in { question($1) } }).first
            ?? []
    }

    /// The nearest of each of many vectors, in their order: the same answers for a fraction of the time, since what is
    /// read from memory serves many. The work grows with vectors × rows, without suspension.
    ///
    /// - Parameters:
    ///   - pass: what is read first; nil: what is faster for so many rows. The answer is the same.
    ///   - isCandidate: is given the number of the vector in the batch as well.
    package func nearest(
        toBatch vectors: [[Float]],
        count: Int,
        pass: SearchPass? = nil,
        where isCandidate: ((_ vector: Int, ID) -> Bool)? = nil
    ) throws(VectorRefusal) -> [[Neighbour]] {
        var plan = NearestSearch.Plan(rows: rows.count, queries: vectors.count)
        plan.pass = pass ?? plan.pass
        return try nearest(toBatch: vectors, count: count, plan: plan, where: isCandidate)
    }

    func nearest(
        toBatch vectors: [[Float]],
        count: Int,
        plan: NearestSearch.Plan,
        where isCandidate: ((_ vector: Int, ID) -> Bool)? = nil
    ) throws(VectorRefusal) -> [[Neighbour]] {
        var queries: [[Float]] = []
        for vector in vectors {
            queries.append(try prepared(vector))
        }
        let search = NearestSearch(rows: rows, k: min(count, self.count), plan: plan)
        let found = search.nearest(
            to: queries,
            where: isCandidate.map { question in { question($0, owner(of: $1).id) } },
            precedes: { left, right in
                let (left, right) = (owner(of: left), owner(of: right))
                return left.popularity == right.popularity
                    ? left.id < right.id : left.popularity > right.popularity
            }
        )
        return found.map { found in
            found.map { Neighbour(id: owner(of: $0.row).id, distance: $0.squaredDistance.squareRoot()) }
        }
    }

    private func owner(of row: Int) -> Owner {
        owners[row / VectorChunk.capacity][row % VectorChunk.capacity]
    }

    private func prepared(_ vector: [Float]) throws(VectorRefusal) -> [Float] {
        guard vector.count == dimension else { throw .dimension(vector.count) }
        // Written so that NaN is refused too.
        if let place = vector.firstIndex(where: { !(abs($0) <= VectorRows.largestValue) }) {
            throw .value(at: place)
        }
        guard metric == .cosine else { return vector }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? vector.map { Float(Double($0) / length) } : vector
    }
}
