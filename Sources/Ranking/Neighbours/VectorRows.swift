/// Vectors by row number, in chunks. Inserting and removing change one chunk, so a copy kept by readers costs one chunk
/// to part from, however many rows there are.
struct VectorRows: Sendable {
    /// Numbers up to this size keep all squares and products within float32 (4,096 · 10³⁰ < 10³⁸).
    static let largestValue: Float = 1e15
    static let largestDimension = 4096

    let dimension: Int
    private(set) var chunks: [VectorChunk] = []
    /// Row numbers given out so far, those of removed rows included.
    private(set) var count = 0

    func holds(_ row: Int) -> Bool {
        row >= 0 && row < count && chunks[row / VectorChunk.capacity].holds(row % VectorChunk.capacity)
    }

    /// - Precondition: `row` is at most `count`, the vector has `dimension` numbers, none beyond ``largestValue``.
    mutating func write(_ vector: [Float], at row: Int) {
        if row / VectorChunk.capacity == chunks.count {
            chunks.append(VectorChunk(dimension: dimension))
        }
        chunks[row / VectorChunk.capacity].write(vector, at: row % VectorChunk.capacity)
        count = max(count, row + 1)
    }

    /// No search finds the row from now on.
    mutating func remove(_ row: Int) {
        chunks[row / VectorChunk.capacity].remove(row % VectorChunk.capacity)
    }

    func vector(_ row: Int) -> [Float] {
        chunks[row / VectorChunk.capacity].vector(row % VectorChunk.capacity, dimension: dimension)
    }

    func squaredDistance(of row: Int, to query: [SIMD16<Double>]) -> Double {
        chunks[row / VectorChunk.capacity].squaredDistance(of: row % VectorChunk.capacity, to: query)
    }
}
