internal import CKernels

/// Queries laid out for the kernels, with the factors of the error bounds.
///
/// A kernel computes h = |x|²/2 − q·x in float32, from the numbers or from the codes. With u = 2⁻²⁴ (half a unit in the
/// last place), n ≥ |x| and |scale · code|, e ≥ |x − scale · code|, E = |q − scale · code| of the query's own codes:
///
///     rounding of the product      ≤ stride · u · |q| · n            any order of summation, fused or not
///     rounding of |x|²/2, of h     ≤ 2u · (n²/2 + |q| · n)
///     codes instead of numbers     ≤ E · n + |q| · e                 Cauchy–Schwarz
///     rounding of the double scan  ≤ 10⁻¹³ · |q|², the rest being far below u · n²
///     numbers below float's range  ≤ 10⁻³⁶
///
/// so that h as computed in double precision lies within h ± (n · byLength + n² · bySquare + e · byError + always). Each
/// factor is somewhat larger than that, which covers the rounding of the bounds themselves.
struct PreparedQueries {
    let count: Int
    /// Queries side by side in a panel; 1 for the kernels that take a single query.
    let panel: Int
    let pass: SearchPass
    /// In double precision, for the last word.
    let exact: [[SIMD16<Double>]]
    /// |q|².
    let squaredLengths: [Double]
    private let values: [Float]
    private let codes: [Int8]
    private let offsets: [Int32]
    /// byLength, byError, always, scale: a column each.
    private var columns: [Float]
    private let width: Int
    private let stride: Int
    private let codeStride: Int

    init(_ queries: [[Float]], panel: Int, pass: SearchPass) {
        let dimension = queries.first?.count ?? 0
        (count, self.panel, self.pass) = (queries.count, panel, pass)
        (stride, codeStride) = ((dimension + 15) / 16 * 16, (dimension + 63) / 64 * 64)
        width = (queries.count + panel - 1) / panel * panel
        exact = queries.map { query in
            Swift.stride(from: 0, to: query.count, by: 16).map { SIMD16<Double>(SIMD16(padding: query, from: $0)) }
        }
        var values = [Float](repeating: 0, count: pass == .values ? width * stride : 0)
        var codes = [Int8](repeating: 0, count: pass == .codes ? width * codeStride : 0)
        var offsets = [Int32](repeating: 0, count: width)
        columns = Array(repeating: 0, count: 4 * width)
        let coded = queries.map { CodedVector($0) }
        for (number, query) in queries.enumerated() {
            let (first, lane, coded) = (number / panel * panel, number % panel, coded[number])
            switch pass {
            case .values:
                for (place, value) in query.enumerated() {
                    values[first * stride + place * panel + lane] = value
                }
            case .codes:
                for (place, code) in coded.codes.enumerated() {
                    codes[first * codeStride + (place / 4 * panel + lane) * 4 + place % 4] = code
                }
                offsets[number] = 128 * coded.codes.reduce(0) { $0 + Int32($1) }
            }
        }
        (self.values, self.codes, self.offsets) = (values, codes, offsets)
        squaredLengths = coded.map(\.squaredLength)
        for (number, coded) in coded.enumerated() {
            setBounds(of: number, coded)
        }
    }

    private mutating func setBounds(of number: Int, _ coded: CodedVector) {
        let (unit, length) = (0x1p-24, coded.length)
        let byLength =
            switch pass {
            case .values: 1.02 * Double(stride + 32) * unit * length
            case .codes: 1.001 * coded.error + 32 * unit * (length + coded.error)
            }
        columns[number] = Float(byLength)
        columns[width + number] = pass == .codes ? Float(1.001 * length) : 0
        columns[2 * width + number] = Float(1e-13 * coded.squaredLength + 1e-36)
        columns[3 * width + number] = coded.scale
    }

    /// - Parameter thresholds: one per query, filled up to whole panels.
    func withPanels(_ thresholds: UnsafePointer<Float>, _ body: (_ first: Int, ck_query) -> Void) {
        values.withUnsafeBufferPointer { values in
            codes.withUnsafeBufferPointer { codes in
                columns.withUnsafeBufferPointer { columns in
                    offsets.withUnsafeBufferPointer { offsets in
                        for first in Swift.stride(from: 0, to: width, by: panel) {
                            let query = ck_query(
                                values: values.baseAddress?.advanced(by: first * stride),
                                codes: codes.baseAddress?.advanced(by: first * codeStride),
                                by_length: columns.baseAddress?.advanced(by: first),
                                by_error: columns.baseAddress?.advanced(by: width + first),
                                always: columns.baseAddress?.advanced(by: 2 * width + first),
                                scales: columns.baseAddress?.advanced(by: 3 * width + first),
                                offsets: offsets.baseAddress?.advanced(by: first),
                                thresholds: thresholds.advanced(by: first),
                                by_square: 0x1p-22
                            )
                            body(first, query)
                        }
                    }
                }
            }
        }
    }
}
