/// The original design: for each user a KNN regression over label vectors, fitted on everything known of the user and predicting
/// every item (``KNNRegression``, weights by distance).
struct LabelNeighboursScorer: Scorer {
    private let data: TrainingData
    private let vectors: LabelMatrix
    /// The different vectors, and for each item which of them is its own: items labelled alike are predicted once.
    private let different: [LabelVector]
    private let kinds: [Int]
    private let k: Int
    private let largest: Double

    init(_ data: TrainingData, k: Int) {
        let carriers = data.labels.transposed()
        let vectors = (0..<data.itemCount).map { item in
            guard data.labels.rowCount > 0 else { return LabelVector.zero }
            return LabelVector(carriers.range(item).map { (Int(carriers.columns[$0]), carriers.values[$0]) })
        }
        var (different, numbers): ([LabelVector], [LabelVector: Int]) = ([], [:])
        kinds = vectors.map { vector in
            if let number = numbers[vector] { return number }
            numbers[vector] = different.count
            different.append(vector)
            return different.count - 1
        }
        self.different = different
        self.vectors = LabelMatrix(vectors)
        largest = max(data.values.values.max() ?? 1, .leastNormalMagnitude)
        self.data = data
        self.k = k
    }

    /// 0 for everything where nothing was watched.
    func scores(for user: Int) -> [Double] {
        let range = data.values.range(user)
        let watched = range.map { Int(data.values.columns[$0]) }
        let regression = KNNRegression(
            points: vectors.selecting(watched),
            targets: range.map { data.values.values[$0] / largest },
            k: k,
            weighting: .distance
        )
        let predictions = regression.predict(different)
        return kinds.map { predictions[$0] ?? 0 }
    }
}
