internal import CKernels

/// For each query of a search the rows that may still be among its k nearest, by bounds of
/// h = |x|²/2 − q·x = (|q − x|² − |q|²)/2.
///
/// A row is dropped only when its lower bound lies above k upper bounds, so the nearest are always among the kept.
struct CandidateLists {
    struct Found {
        let row: Int
        let squaredDistance: Double
    }

    private let k: Int
    private let level: Int32
    private let queries: PreparedQueries
    private let rows: VectorRows
    private let isCandidate: ((_ query: Int, _ row: Int) -> Bool)?
    /// Who comes first of two rows at the same distance.
    private let precedes: (_ left: Int, _ right: Int) -> Bool
    /// Candidates after which a list is gone through, so that the kernels get a lower threshold.
    private let limit: Int
    /// Places per list: `limit` and one tile of rows.
    private let room: Int
    private var candidates: [ck_candidate]
    private var found: [UInt32]
    /// Candidates at the front of each list that `isCandidate` has let pass.
    private var checked: [Int]
    private var thresholds: [Float]
    private var scratch: [Float] = []

    init(
        k: Int,
        level: Int32,
        queries: PreparedQueries,
        rows: VectorRows,
        tile: Int,
        isCandidate: ((_ query: Int, _ row: Int) -> Bool)?,
        precedes: @escaping (_ left: Int, _ right: Int) -> Bool
    ) {
        (self.k, self.level, self.queries, self.rows) = (k, level, queries, rows)
        (self.isCandidate, self.precedes) = (isCandidate, precedes)
        limit = max(4 * k, k + 256)
        room = limit + tile
        let width = (queries.count + queries.panel - 1) / queries.panel * queries.panel
        // Uninitialised: most places are never reached, and need not be given memory.
        let places = width * room
        candidates = Array(unsafeUninitializedCapacity: places) { $1 = places }
        found = Array(repeating: 0, count: width)
        checked = Array(repeating: 0, count: queries.count)
        thresholds = (0..<width).map { $0 < queries.count ? .greatestFiniteMagnitude : -.infinity }
    }

    /// Gives a kernel the lists of a panel at a time to append to.
    mutating func append(
        _ kernel: (
            _ query: ck_query, _ out: UnsafeMutablePointer<ck_candidate>, _ room: UInt32,
            _ found: UnsafeMutablePointer<UInt32>
        ) -> Void
    ) {
        candidates.withUnsafeMutableBufferPointer { candidates in
            found.withUnsafeMutableBufferPointer { found in
                thresholds.withUnsafeBufferPointer { thresholds in
                    guard let out = candidates.baseAddress, let counts = found.baseAddress,
                        let limits = thresholds.baseAddress
                    else { return }
                    queries.withPanels(limits) { first, query in
                        kernel(query, out + first * room, UInt32(room), counts + first)
                    }
                }
            }
        }
    }

    /// Goes through the lists that have grown enough for a lower threshold to pay.
    mutating func tighten() {
        for query in 0..<queries.count {
            let isOpen = thresholds[query] == .greatestFiniteMagnitude
            let (count, known) = (Int(found[query]), checked[query])
            // Half as many again, so that a list of many equal distances is not gone through for each tile.
            guard isOpen ? count >= k : count >= known + max(k, known) / 2 + 32 else { continue }
            compact(query)
            guard found[query] > limit / 2 else { continue }
            // Many equal or nearly equal distances: the bounds cannot tell them apart, the distances can.
            replace(query, by: settle(query))
        }
    }

    /// The nearest of each query, nearest first.
    mutating func finish() -> [[Found]] {
        (0..<queries.count).map { query in
            compact(query)
            return settle(query)
        }
    }

    private mutating func compact(_ query: Int) {
        if let isCandidate {
            keep(query, from: checked[query]) { isCandidate(query, Int($0.row)) }
        }
        if found[query] >= k {
            scratch.removeAll(keepingCapacity: true)
            candidates.withUnsafeBufferPointer { candidates in
                for place in query * room..<query * room + Int(found[query]) {
                    scratch.append(candidates[place].upper)
                }
            }
            let threshold = min(thresholds[query], scratch.bound(k, level: level))
            thresholds[query] = threshold
            keep(query, from: 0) { $0.lower <= threshold }
        }
        checked[query] = Int(found[query])
    }

    @inline(__always)
    private mutating func keep(_ query: Int, from start: Int, where isKept: (ck_candidate) -> Bool) {
        let (first, count) = (query * room, Int(found[query]))
        let end = candidates.withUnsafeMutableBufferPointer { candidates in
            var end = first + start
            for place in first + start..<first + count {
                let candidate = candidates[place]
                candidates[end] = candidate
                end &+= isKept(candidate) ? 1 : 0
            }
            return end
        }
        found[query] = UInt32(end - first)
    }

    /// The k nearest candidates by their distances in double precision: first of those that are certainly near, whose
    /// worst distance then leaves few of the others.
    private func settle(_ query: Int) -> [Found] {
        let list = candidates[query * room..<query * room + Int(found[query])]
        let exact = queries.exact[query]
        var settled: [Found] = []
        settled.reserveCapacity(list.count)
        func measure(where isMeant: (ck_candidate) -> Bool) {
            for candidate in list where isMeant(candidate) {
                let row = Int(candidate.row)
                settled.append(Found(row: row, squaredDistance: rows.squaredDistance(of: row, to: exact)))
            }
        }
        guard list.count > k else {
            measure { _ in true }
            return sorted(settled)
        }
        let near = list.map(\.upper).bound(k, level: level)
        measure { $0.upper <= near }
        let cut = half(Double(bound(settled)), of: query).upper
        measure { $0.upper > near && $0.lower <= cut }
        let last = Double(bound(settled))
        return Array(sorted(settled.filter { $0.squaredDistance <= last }).prefix(k))
    }

    /// A squared distance that k of the settled do not exceed.
    private func bound(_ settled: [Found]) -> Float {
        settled.map { Float($0.squaredDistance).nextUp }.bound(k, level: level)
    }

    private func sorted(_ settled: [Found]) -> [Found] {
        settled.sorted { left, right in
            left.squaredDistance == right.squaredDistance
                ? precedes(left.row, right.row) : left.squaredDistance < right.squaredDistance
        }
    }

    private mutating func replace(_ query: Int, by settled: [Found]) {
        let first = query * room
        for (place, row) in settled.enumerated() {
            let bounds = half(row.squaredDistance, of: query)
            candidates[first + place] = ck_candidate(lower: bounds.lower, upper: bounds.upper, row: UInt32(row.row))
            if place == k - 1 {
                thresholds[query] = min(thresholds[query], bounds.upper)
            }
        }
        found[query] = UInt32(settled.count)
        checked[query] = settled.count
    }

    /// Bounds of h from a squared distance; both have been rounded, by less than 10⁻¹³ of their parts.
    private func half(_ squaredDistance: Double, of query: Int) -> (lower: Float, upper: Float) {
        let slack = 1e-13 * (squaredDistance + queries.squaredLengths[query])
        let half = (squaredDistance - queries.squaredLengths[query]) / 2
        return (Float(half - slack).nextDown, Float(half + slack).nextUp)
    }
}

extension [Float] {
    /// A value that k elements, and not many more, do not exceed.
    ///
    /// - Precondition: k is from 1 to `count`.
    func bound(_ k: Int, level: Int32) -> Float {
        withUnsafeBufferPointer { ck_bound(level, $0.baseAddress, UInt32($0.count), UInt32(k)) }
    }
}
