/// A query laid out over all labels, so that its distance to a sparse row costs only that row's labels, however many
/// labels the query has (a child's taste touches hundreds, a video six):
///
///     |q − r|² = Σ over r's labels (q − r)²  +  (|q|² − Σ over r's labels q²)
///
/// Both parts are sums of squares, so the result is never negative. |q|² and the covered part are added in the same
/// order; for a row with the query's own labels they are bit for bit equal, and the distance of identical vectors is
/// exactly 0. Otherwise the rounding error of the squared distance is of the order of 1e-16·|q|² per label.
struct SpreadVector: Sendable {
    let values: [Double]
    let squaredLength: Double

    /// Labels from `labelCount` on occur in no row: they count in the length only.
    init(_ vector: LabelVector, labelCount: Int) {
        var values = [Double](repeating: 0, count: labelCount)
        for (label, weight) in zip(vector.labels, vector.weights) where Int(label) < labelCount {
            values[Int(label)] = weight
        }
        self.values = values
        squaredLength = vector.squaredLength
    }

    /// The query's weight of a label.
    subscript(label: Int32) -> Double {
        Int(label) < values.count ? values[Int(label)] : 0
    }
}
