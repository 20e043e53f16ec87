/// EASE with label rows: how much having watched one video speaks for another, in closed form.
///
/// H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019 (EASE); H. Steck, "Autoencoders that don't
/// overfit towards the Identity", NeurIPS 2020 (EDLAE, the dropout); O. Jeunen, J. Van Balen, B. Goethals, "Closed-Form
/// Models for Collaborative Filtering with Side-Information", RecSys 2020 (CEASE, the label rows).
///
///     A (r × n)     one row per child, one more per label: √α · the videos that carry it
///     D = diag(d)   dⱼ = λ + p / (1 − p) · |column j|²
///     B             least ‖A − A·B‖² + Σ dⱼ·‖row j of B‖² with a zero diagonal
///
///     items form    P = (AᵀA + D)⁻¹                B[j,i] = −P[j,i] / P[i,i]          n × n to invert
///     rows form     W = A·D⁻¹,  M = (I + W·Aᵀ)⁻¹,  N = M·W,  P[i,i] = 1/dᵢ − Wᵢ·Nᵢ
///                   B[j,i] = (Wⱼ·Nᵢ) / P[i,i]                                          r × r to invert
///
/// Both give the same B (Woodbury's identity); the smaller system is solved. Everything is in double precision.
package struct CoWatchFit: Sendable {
    package struct Settings: Sendable, Hashable, Codable {
        /// λ: larger trusts single co-watches less. Above 0.
        package var regularisation: Double
        /// p: the part of a child's videos thought away while fitting; 0 is plain EASE. 0 ..< 1.
        package var dropout: Double
        /// α: what a label counts beside a child; 0 leaves labels out.
        package var labelShare: Double

        package init(regularisation: Double = 100, dropout: Double = 0, labelShare: Double = 0.5) {
            self.regularisation = regularisation
            self.dropout = dropout
            self.labelShare = labelShare
        }
    }

    package enum Failure: Error, Equatable {
        /// Fitting would take more memory than it may; both in bytes.
        case tooLarge(needed: Int, limit: Int)
        /// λ is not positive, p outside 0 ..< 1, or the numbers are too far apart for double precision.
        case notSolvable
        /// The task was cancelled between two fits.
        case cancelled
    }

    enum Solution: Sendable {
        /// P.
        case items(SymmetricMatrix)
        /// N (r × n, row after row).
        case rows([Double])
    }

    /// A with the label rows: first the children, in the order given.
    let matrix: SparseRows
    /// The same, column by column.
    private let turned: SparseRows
    /// d.
    let diagonal: [Double]
    let solution: Solution
    /// The diagonal of P.
    let inverseDiagonal: [Double]
    package let childCount: Int

    package var videoCount: Int { matrix.columnCount }

    /// - Parameters:
    ///   - children: per child, the videos it watched with their ratings, above 0.
    ///   - labels: per label, the videos that carry it with the label's weight; as many columns as `children`.
    ///   - memoryLimit: bytes; asked before anything is laid out.
    package init(
        children: SparseRows,
        labels: SparseRows? = nil,
        settings: Settings = Settings(),
        memoryLimit: Int = .max
    ) throws(Failure) {
        guard settings.regularisation > 0, settings.regularisation.isFinite, (0..<1).contains(settings.dropout),
            settings.labelShare >= 0, settings.labelShare.isFinite
        else { throw .notSolvable }
        var matrix = children
        if let labels, settings.labelShare > 0 {
            let factor = settings.labelShare.squareRoot()
            let factors = [Double](repeating: factor, count: labels.columnCount)
            matrix = children.appending(labels.scaled(byColumn: factors))
        }
        let usesRows = matrix.rowCount < matrix.columnCount
        let needed = Self.bytes(rows: matrix.rowCount, columns: matrix.columnCount, entries: matrix.entryCount)
        guard needed <= memoryLimit else { throw .tooLarge(needed: needed, limit: memoryLimit) }

        let odds = settings.dropout / (1 - settings.dropout)
        let diagonal = matrix.squaredColumnLengths().map { settings.regularisation + odds * $0 }
        do {
            if usesRows {
                (solution, inverseDiagonal) = try Self.solveRows(matrix, diagonal)
            } else {
                (solution, inverseDiagonal) = try Self.solveItems(matrix, diagonal)
            }
        } catch {
            throw .notSolvable
        }
        guard inverseDiagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else { throw .notSolvable }
        (self.matrix, turned, self.diagonal, childCount) = (matrix, matrix.transposed(), diagonal, children.rowCount)
    }

    /// The memory that fitting takes at its peak, in bytes.
    package static func bytes(rows: Int, columns: Int, entries: Int) -> Int {
        let order = min(rows, columns)
        let (square, overSquare) = order.multipliedReportingOverflow(by: order)
        let (wide, overWide) = rows.multipliedReportingOverflow(by: rows < columns ? columns : 0)
        guard !overSquare, !overWide else { return .max }
        let block = 256 * max(rows < columns ? columns : 0, order)
        let (sum, overflow) = (square + entries * 3 + block).addingReportingOverflow(wide)
        let (bytes, over) = sum.multipliedReportingOverflow(by: 8)
        return overflow || over ? .max : bytes
    }

    private static func solveItems(
        _ matrix: SparseRows,
        _ diagonal: [Double]
    ) throws(SymmetricMatrix.NotPositiveDefinite) -> (Solution, [Double]) {
        var inverse = SymmetricMatrix(order: matrix.columnCount)
        inverse.addGram(of: matrix)
        inverse.addDiagonal(diagonal)
        try inverse.invert()
        return (.items(inverse), (0..<inverse.order).map { inverse[$0, $0] })
    }

    private static func solveRows(
        _ matrix: SparseRows,
        _ diagonal: [Double]
    ) throws(SymmetricMatrix.NotPositiveDefinite) -> (Solution, [Double]) {
        let inverses = diagonal.map { 1 / $0 }
        var inner = SymmetricMatrix(order: matrix.rowCount)
        inner.addGram(of: matrix.transposed(), weights: inverses)
        inner.addDiagonal(Array(repeating: 1, count: inner.order))
        try inner.invert()
        let weighted = matrix.scaled(byColumn: inverses)
        let product = inner.multiplied(by: weighted)
        var own = inverses
        for row in 0..<matrix.rowCount {
            for entry in matrix.range(row) {
                let column = Int(matrix.columns[entry])
                own[column] -= weighted.values[entry] * product[row * matrix.columnCount + column]
            }
        }
        return (.rows(product), own)
    }

    /// history · B: how much a history speaks for each video. The history need not be one that was fitted, so what a child
    /// watched this minute counts. Unknown videos and ratings that are not finite are left out.
    package func scores(of history: [(video: Int, rating: Double)]) -> [Double] {
        let known = history.filter { (0..<videoCount).contains($0.video) && $0.rating.isFinite }
        var sums = [Double](repeating: 0, count: videoCount)
        switch solution {
        case .items(let inverse):
            for item in known {
                inverse.withRow(item.video) { Self.add($0, times: -item.rating, to: &sums) }
            }
            for index in sums.indices { sums[index] /= inverseDiagonal[index] }
            for item in known { sums[item.video] += item.rating }
        case .rows(let product):
            var shares = [Double](repeating: 0, count: matrix.rowCount)
            for item in known {
                for entry in turned.range(item.video) {
                    shares[Int(turned.columns[entry])] += item.rating * turned.values[entry] / diagonal[item.video]
                }
            }
            for (row, share) in shares.enumerated() where share != 0 {
                Self.add(
                    product.span.extracting((row * videoCount)..<((row + 1) * videoCount)),
                    times: share,
                    to: &sums
                )
            }
            for item in known {
                sums[item.video] -= item.rating * (1 / diagonal[item.video] - inverseDiagonal[item.video])
            }
            for index in sums.indices { sums[index] /= inverseDiagonal[index] }
        }
        return sums
    }

    /// The scores of a child that was fitted, from what it watched then.
    ///
    ///     rows form: A − N / diag(P), row by row
    package func scores(ofChild child: Int) -> [Double] {
        guard (0..<childCount).contains(child) else { return Array(repeating: 0, count: videoCount) }
        guard case .rows(let product) = solution else {
            return scores(of: matrix.range(child).map { (Int(matrix.columns[$0]), matrix.values[$0]) })
        }
        var scores = Array(product[(child * videoCount)..<((child + 1) * videoCount)])
        for index in scores.indices { scores[index] /= -inverseDiagonal[index] }
        for entry in matrix.range(child) { scores[Int(matrix.columns[entry])] += matrix.values[entry] }
        return scores
    }

    /// Row `source` of B: how much having watched it speaks for each video.
    package func weights(from source: Int) -> [Double] { scores(of: [(source, 1)]) }

    private static func add(_ row: Span<Double>, times factor: Double, to sums: inout [Double]) {
        var sums = sums.mutableSpan
        for index in 0..<row.count {
            sums[index] += factor * row[index]
        }
    }
}
