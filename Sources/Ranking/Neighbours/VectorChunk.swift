internal import CKernels

/// Up to ``capacity`` vectors, each as it is in float32 and once more in 8-bit codes, laid out for the kernels.
///
/// A chunk is a value: a table of chunks that is copied shares them all, and a change copies the one it touches.
struct VectorChunk: Sendable {
    /// Rows in a chunk. What a change copies when an older table is still being read grows with it (320 kB at 64
    /// numbers per vector).
    static let capacity = 1024
    private static let blocks = capacity / Int(CK_BLOCK)

    /// Numbers per row: the dimension filled up to whole registers. Arrays of SIMD16 begin at whole cache lines.
    let stride: Int
    /// Codes per row.
    let codeStride: Int
    private var values: [SIMD16<Float>]
    private var codes: [SIMD64<UInt8>]
    /// Half squares and scales of each row, then lengths and errors of each block, then lengths and errors of each row.
    private var facts: [Float]
    /// Rows up to the last that was ever used.
    private(set) var count = 0

    init(dimension: Int) {
        stride = (dimension + 15) / 16 * 16
        codeStride = (dimension + 63) / 64 * 64
        values = Array(repeating: .zero, count: Self.capacity * stride / 16)
        codes = Array(repeating: SIMD64(repeating: 128), count: Self.capacity * codeStride / 64)
        facts = Array(repeating: 0, count: 4 * Self.capacity + 2 * Self.blocks)
        for row in 0..<Self.capacity {
            facts[row] = .infinity
        }
    }

    private static let scales = capacity
    private static let blockLengths = 2 * capacity
    private static let blockErrors = 2 * capacity + blocks
    private static let lengths = 2 * capacity + 2 * blocks
    private static let errors = 3 * capacity + 2 * blocks

    func holds(_ row: Int) -> Bool {
        row < count && facts[row] < .infinity
    }

    /// - Precondition: the row is below ``capacity`` and the vector has at most `stride` numbers.
    mutating func write(_ vector: [Float], at row: Int) {
        let coded = CodedVector(vector)
        let (words, codeWords) = (stride / 16, codeStride / 64)
        for word in 0..<words {
            values[row * words + word] = SIMD16(padding: vector, from: word * 16)
        }
        for word in 0..<codeWords {
            var lanes = SIMD64<UInt8>(repeating: 128)
            for lane in 0..<min(64, max(0, vector.count - word * 64)) {
                lanes[lane] = UInt8(Int(coded.codes[word * 64 + lane]) + 128)
            }
            codes[row * codeWords + word] = lanes
        }
        facts[row] = Float(coded.squaredLength / 2)
        facts[Self.scales + row] = coded.scale
        facts[Self.lengths + row] = Float(coded.length).nextUp
        facts[Self.errors + row] = Float(coded.error).nextUp
        count = max(count, row + 1)
        refreshBlock(of: row)
    }

    mutating func remove(_ row: Int) {
        facts[row] = .infinity
        facts[Self.lengths + row] = 0
        facts[Self.errors + row] = 0
        refreshBlock(of: row)
    }

    private mutating func refreshBlock(of row: Int) {
        let block = row / Int(CK_BLOCK)
        let rows = block * Int(CK_BLOCK)..<(block + 1) * Int(CK_BLOCK)
        facts[Self.blockLengths + block] = rows.reduce(0) { max($0, facts[Self.lengths + $1]) }
        facts[Self.blockErrors + block] = rows.reduce(0) { max($0, facts[Self.errors + $1]) }
    }

    func vector(_ row: Int, dimension: Int) -> [Float] {
        let words = stride / 16
        return (0..<dimension).map { values[row * words + $0 / 16][$0 % 16] }
    }

    /// |q − x|² in double precision, always added in the same order: sixteen sums, then halves of them. Without fused
    /// operations, so that it is the same number on every processor.
    func squaredDistance(of row: Int, to query: [SIMD16<Double>]) -> Double {
        let words = stride / 16
        var sums = SIMD16<Double>.zero
        for word in 0..<words {
            let apart = query[word] - SIMD16<Double>(values[row * words + word])
            sums += apart * apart
        }
        let eight = sums.lowHalf + sums.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// - Parameter number: the number of the chunk's first row.
    func withRows<Result>(numberedFrom number: Int, _ body: (ck_rows, _ count: Int) -> Result) -> Result {
        let blocks = (count + Int(CK_BLOCK) - 1) / Int(CK_BLOCK)
        return values.withUnsafeBytes { values in
            codes.withUnsafeBytes { codes in
                facts.withUnsafeBufferPointer { facts in
                    let rows = ck_rows(
                        values: values.baseAddress?.assumingMemoryBound(to: Float.self),
                        codes: codes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        half_squares: facts.baseAddress,
                        scales: facts.baseAddress?.advanced(by: Self.scales),
                        lengths: facts.baseAddress?.advanced(by: Self.blockLengths),
                        errors: facts.baseAddress?.advanced(by: Self.blockErrors),
                        stride: UInt32(stride),
                        code_stride: UInt32(codeStride),
                        number: UInt32(number)
                    )
                    return body(rows, blocks * Int(CK_BLOCK))
                }
            }
        }
    }
}

extension SIMD16 where Scalar == Float {
    /// Sixteen numbers of the vector, zeros behind its end.
    init(padding vector: [Float], from start: Int) {
        self = .zero
        for lane in 0..<16 where start + lane < vector.count {
            self[lane] = vector[start + lane]
        }
    }
}
