#if canImport(Accelerate)
import Accelerate
#else
import CLAPACK
#endif

/// A square symmetric matrix in double precision, kept whole.
struct SymmetricMatrix: Sendable {
    struct NotPositiveDefinite: Error {}

    let order: Int
    /// Both triangles; row after row and column after column are the same.
    private(set) var values: [Double]

    init(order: Int) {
        self.order = order
        values = Array(repeating: 0, count: order * order)
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * order + column] }
        set { values[row * order + column] = newValue }
    }

    /// Row `row`, to be read without a copy.
    func withRow<Result>(_ row: Int, _ body: (Span<Double>) -> Result) -> Result {
        body(values.span.extracting((row * order)..<((row + 1) * order)))
    }

    /// Adds factor·Σ over rows of the outer products rowᵀ·row, each row weighted: self += Rᵀ·diag(weights)·R.
    mutating func addGram(of rows: SparseRows, weights: [Double]? = nil) {
        precondition(rows.columnCount == order, "the Gram matrix has a row for each column")
        // Pair by pair where there are few entries, by dsyrk over dense blocks of rows where there are many.
        let density = Double(rows.entryCount) / Double(max(1, rows.rowCount * rows.columnCount))
        if density < 0.02 { addPairs(of: rows, weights) } else { addBlocks(of: rows, weights) }
        mirror()
    }

    private mutating func addPairs(of rows: SparseRows, _ weights: [Double]?) {
        let (columns, given, order) = (rows.columns.span, rows.values.span, order)
        var values = values.mutableSpan
        for row in 0..<rows.rowCount {
            let range = rows.range(row)
            let weight = weights?[row] ?? 1
            for first in range {
                let (base, value) = (Int(columns[first]) * order, weight * given[first])
                for second in first..<range.upperBound {
                    values[base + Int(columns[second])] += value * given[second]
                }
            }
        }
    }

    private mutating func addBlocks(of rows: SparseRows, _ weights: [Double]?) {
        let height = 256
        var block = [Double](repeating: 0, count: height * order)
        for start in stride(from: 0, to: rows.rowCount, by: height) {
            let end = min(start + height, rows.rowCount)
            for index in block.indices { block[index] = 0 }
            for row in start..<end {
                let factor = (weights?[row] ?? 1).squareRoot()
                for entry in rows.range(row) {
                    block[(row - start) * order + Int(rows.columns[entry])] = factor * rows.values[entry]
                }
            }
            cblas_dsyrk(
                CblasRowMajor,
                CblasUpper,
                CblasTrans,
                Int32(clamping: order),
                Int32(clamping: end - start),
                1,
                block,
                Int32(clamping: order),
                1,
                &values,
                Int32(clamping: order)
            )
        }
    }

    mutating func addDiagonal(_ diagonal: [Double]) {
        for index in 0..<order {
            values[index * order + index] += diagonal[index]
        }
    }

    /// The inverse, by Cholesky's factor.
    ///
    /// - Throws: ``NotPositiveDefinite`` where there is none.
    mutating func invert() throws(NotPositiveDefinite) {
        guard order > 0 else { return }
        var (n, leading, info) = (Int32(clamping: order), Int32(clamping: order), Int32(0))
        // Column by column, our upper triangle is LAPACK's lower one.
        var triangle = CChar(bitPattern: UInt8(ascii: "L"))
        dpotrf_(&triangle, &n, &values, &leading, &info)
        guard info == 0 else { throw NotPositiveDefinite() }
        dpotri_(&triangle, &n, &values, &leading, &info)
        guard info == 0 else { throw NotPositiveDefinite() }
        mirror()
    }

    /// Copies the upper triangle, row by row, to the lower one, in tiles that stay in the cache.
    private mutating func mirror() {
        let (order, tile) = (order, 64)
        var values = values.mutableSpan
        for top in stride(from: 0, to: order, by: tile) {
            for left in stride(from: top, to: order, by: tile) {
                for row in top..<min(top + tile, order) {
                    for column in max(left, row)..<max(min(left + tile, order), max(left, row)) {
                        values[column * order + row] = values[row * order + column]
                    }
                }
            }
        }
    }

    /// self · rows, a dense matrix, row after row.
    func multiplied(by rows: SparseRows) -> [Double] {
        precondition(rows.rowCount == order, "one row of the factor for each column")
        let width = rows.columnCount
        var product = [Double](repeating: 0, count: order * width)
        let density = Double(rows.entryCount) / Double(max(1, order * width))
        if density < 0.02 {
            multiplyEntries(of: rows, into: &product)
        } else {
            multiplyBlocks(of: rows, into: &product)
        }
        return product
    }

    private func multiplyEntries(of rows: SparseRows, into product: inout [Double]) {
        let (columns, given, starts, width) = (rows.columns.span, rows.values.span, rows.starts.span, rows.columnCount)
        let values = values.span
        var product = product.mutableSpan
        for target in 0..<order {
            for source in 0..<order {
                let factor = values[target * order + source]
                for entry in starts[source]..<starts[source + 1] {
                    product[target * width + Int(columns[entry])] += factor * given[entry]
                }
            }
        }
    }

    /// Rows of the factor laid out a block at a time: product += self[:, block] · block.
    private func multiplyBlocks(of rows: SparseRows, into product: inout [Double]) {
        let (height, width) = (256, rows.columnCount)
        var block = [Double](repeating: 0, count: height * width)
        for start in stride(from: 0, to: order, by: height) {
            let end = min(start + height, order)
            for index in block.indices { block[index] = 0 }
            for row in start..<end {
                for entry in rows.range(row) {
                    block[(row - start) * width + Int(rows.columns[entry])] = rows.values[entry]
                }
            }
            values.withUnsafeBufferPointer { values in
                guard let first = values.baseAddress else { return }
                cblas_dgemm(
                    CblasRowMajor,
                    CblasNoTrans,
                    CblasNoTrans,
                    Int32(clamping: order),
                    Int32(clamping: width),
                    Int32(clamping: end - start),
                    1,
                    first + start,
                    Int32(clamping: order),
                    block,
                    Int32(clamping: width),
                    1,
                    &product,
                    Int32(clamping: width)
                )
            }
        }
    }
}
