/// A vector in 8 bits per number, x ≈ scale · code, and how far that is from the vector.
struct CodedVector {
    /// −127 … 127.
    let codes: [Int8]
    let scale: Float
    /// Σ x².
    let squaredLength: Double
    /// The larger of |x| and |scale · code|.
    let length: Double
    /// |x − scale · code|: as it came out, so it holds whatever the scale lost by rounding.
    let error: Double

    init(_ vector: [Float]) {
        let scale = vector.reduce(0) { max($0, abs($1)) } / 127
        let codes = vector.map { scale > 0 ? Int8(max(-127, min(127, ($0 / scale).rounded()))) : 0 }
        var (squared, codedSquared, apart) = (0.0, 0.0, 0.0)
        for (number, code) in zip(vector, codes) {
            let (number, coded) = (Double(number), Double(scale) * Double(code))
            squared += number * number
            codedSquared += coded * coded
            apart += (number - coded) * (number - coded)
        }
        (self.codes, self.scale, squaredLength) = (codes, scale, squared)
        length = max(squared, codedSquared).squareRoot()
        error = apart.squareRoot()
    }
}
