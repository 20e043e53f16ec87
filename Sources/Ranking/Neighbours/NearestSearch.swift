internal import CKernels

/// The exact k nearest rows: every row is looked at through a kernel that bounds its distance, and those that the bounds
/// cannot rule out are measured in double precision. What is found is what a plain scan in double precision finds, on
/// every processor and through either pass; they differ in speed only.
struct NearestSearch {
    /// How the search is done; the answer does not depend on it.
    struct Plan {
        var level = ck_best_level()
        var pass: SearchPass
        /// Whether queries go side by side through the kernels for many.
        var isPanelled: Bool

        /// Below this the numbers themselves lie in the second-level cache and the codes save nothing.
        static let rowsWorthCodes = 2048

        init(rows: Int, queries: Int) {
            pass = rows < Self.rowsWorthCodes ? .values : .codes
            isPanelled = queries > 3
        }
    }

    let rows: VectorRows
    let k: Int
    var plan: Plan

    func nearest(
        to queries: [[Float]],
        where isCandidate: ((_ query: Int, _ row: Int) -> Bool)?,
        precedes: @escaping (_ left: Int, _ right: Int) -> Bool
    ) -> [[CandidateLists.Found]] {
        guard k > 0, rows.count > 0, !queries.isEmpty else { return queries.map { _ in [] } }
        guard plan.isPanelled else {
            return queries.enumerated().flatMap { number, query in
                search([query], panel: 1, where: isCandidate.map { question in { question(number, $1) } }, precedes)
            }
        }
        // As many queries at a time as have their candidates in the second-level cache.
        let batch = 256
        return stride(from: 0, to: queries.count, by: batch).flatMap { first in
            search(
                Array(queries[first..<min(first + batch, queries.count)]),
                panel: Int(ck_panel(plan.level)),
                where: isCandidate.map { question in { question(first + $0, $1) } },
                precedes
            )
        }
    }

    private func search(
        _ queries: [[Float]],
        panel: Int,
        where isCandidate: ((Int, Int) -> Bool)?,
        _ precedes: @escaping (Int, Int) -> Bool
    ) -> [[CandidateLists.Found]] {
        let prepared = PreparedQueries(queries, panel: panel, pass: plan.pass)
        // A tile of rows stays in the first-level cache while all panels go over it.
        let largestTile = panel == 1 ? VectorChunk.capacity : 256
        var lists = CandidateLists(
            k: k,
            level: plan.level,
            queries: prepared,
            rows: rows,
            tile: largestTile,
            isCandidate: isCandidate,
            precedes: precedes
        )
        // Short tiles first: without a threshold every row is a candidate.
        var tile = 64
        for (number, chunk) in rows.chunks.enumerated() {
            chunk.withRows(numberedFrom: number * VectorChunk.capacity) { chunk, count in
                var first = 0
                while first < count {
                    let size = min(tile, count - first)
                    scan(chunk, first, size, panel, into: &lists)
                    lists.tighten()
                    first += size
                    tile = min(tile * 2, largestTile)
                }
            }
        }
        return lists.finish()
    }

    private func scan(_ rows: ck_rows, _ first: Int, _ size: Int, _ panel: Int, into lists: inout CandidateLists) {
        let (level, first, size) = (plan.level, UInt32(first), UInt32(size))
        withUnsafePointer(to: rows) { rows in
            lists.append { query, out, room, found in
                withUnsafePointer(to: query) { query in
                    switch (panel, plan.pass) {
                    case (1, .values): found[0] += ck_scan(level, rows, first, size, query, out + Int(found[0]))
                    case (1, .codes): found[0] += ck_scan_codes(level, rows, first, size, query, out + Int(found[0]))
                    case (_, .values): ck_scan_panel(level, rows, first, size, query, out, room, found)
                    case (_, .codes): ck_scan_panel_codes(level, rows, first, size, query, out, room, found)
                    }
                }
            }
        }
    }
}
