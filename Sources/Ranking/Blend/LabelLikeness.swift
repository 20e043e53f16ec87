/// What the labels of a child's videos say of all others, for many children: ŷ(v) / (1 + |v − taste|), as ``CandidateScorer``
/// reckons it for one request.
struct LabelLikeness {
    private let vectors: LabelMatrix
    /// The different vectors, and for each video which of them is its own: videos labelled alike are rated once.
    private let different: LabelMatrix
    private let kinds: [Int]
    private let settings = HomeRanking.Settings()

    init(_ data: BlendData) {
        let carriers = data.labels.transposed()
        let plain = (0..<data.videoCount).map { video in
            guard data.labels.rowCount > 0 else { return LabelVector.zero }
            return LabelVector(carriers.range(video).map { (Int(carriers.columns[$0]), carriers.values[$0]) })
        }
        // The weights of kinds are in the rows already.
        let kindWeights = [Double](repeating: 1, count: data.labels.rowCount)
        let space = VectorSpace.inverseFrequency(of: plain, kindWeights: kindWeights)
        let placed = plain.map { space.place($0) }
        vectors = LabelMatrix(placed)
        var (different, numbers): ([LabelVector], [LabelVector: Int]) = ([], [:])
        kinds = placed.map { vector in
            if let number = numbers[vector] { return number }
            numbers[vector] = different.count
            different.append(vector)
            return different.count - 1
        }
        self.different = LabelMatrix(different)
    }

    /// One score per video; all zero where the history says nothing of labels.
    func scores(of history: [(video: Int, rating: Double)]) -> [Double] {
        let nothing = [Double](repeating: 0, count: kinds.count)
        var sums = [Double](repeating: 0, count: vectors.labelCount)
        for (video, rating) in history where rating > 0 {
            guard let vector = vectors[video] else { continue }
            for (label, weight) in zip(vector.labels, vector.weights) { sums[Int(label)] += rating * weight }
        }
        let taste = LabelVector(dense: sums).normalised()
        guard !taste.isZero else { return nothing }
        let spread = SpreadVector(taste, labelCount: vectors.labelCount)
        let regression = KNNRegression(
            points: vectors.selecting(history.map(\.video)),
            targets: history.map(\.rating),
            k: settings.neighbours,
            weighting: .distance
        )
        var scratch = regression.emptyScratch()
        let perKind = (0..<different.count).map { kind -> Double in
            guard let vector = different.entries(kind), !vector.labels.isEmpty,
                let prediction = regression.predict(vector, using: &scratch),
                let squared = different.squaredDistance(of: kind, to: spread)
            else { return 0 }
            return prediction / (1 + squared.squareRoot())
        }
        return kinds.map { perKind[$0] }
    }
}
