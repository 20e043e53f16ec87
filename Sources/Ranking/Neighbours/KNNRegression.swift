/// k-nearest-neighbour regression: a value for a new vector from the values of the vectors nearest to it
/// (T. Cover, P. Hart, "Nearest neighbor pattern classification", IEEE Transactions on Information Theory 13, 1967,
/// for the rule; its weighted regression form as documented for scikit-learn's `KNeighborsRegressor`).
///
///     uniform:   ŷ = Σ yᵢ / k
///     distance:  ŷ = Σ (yᵢ / dᵢ) / Σ (1 / dᵢ);  if any dᵢ = 0, the mean of exactly those neighbours' yᵢ
///
/// The numbers are scikit-learn's to 1e-6 (see `Tests/RankingTests/Fixtures`). Two differences, both where
/// scikit-learn has no answer of its own: k beyond the number of points is cut to it (scikit-learn raises), and
/// among points at equal distance at the cut the earlier one is taken (scikit-learn's choice is arbitrary).
package struct KNNRegression: Sendable {
    package enum Weighting: Sendable, Equatable, CaseIterable {
        /// Every neighbour counts the same.
        case uniform
        /// A neighbour counts by the inverse of its distance.
        case distance
    }

    /// What a prediction rests on.
    package struct Explanation: Sendable, Equatable {
        package let prediction: Double
        /// Nearest first; each neighbour's share of the weight, the shares adding up to 1.
        package let neighbours: [(neighbour: Neighbour, share: Double)]

        package static func == (left: Explanation, right: Explanation) -> Bool {
            left.prediction == right.prediction && left.neighbours.elementsEqual(right.neighbours, by: ==)
        }
    }

    private let points: LabelColumns
    private let targets: [Double]
    package let k: Int
    package let weighting: Weighting

    /// - Parameters:
    ///   - points: what is known, e.g. the vectors of the watched videos. Removed rows are not used.
    ///   - targets: one value per row of `points`; a row without a value, or with one that is not finite, is not used.
    ///   - k: neighbours per prediction; at least 1 is used.
    package init(points: LabelMatrix, targets: [Double], k: Int, weighting: Weighting) {
        var usable = points
        for row in 0..<points.count where row >= targets.count || !targets[row].isFinite {
            usable.remove(row)
        }
        self.points = LabelColumns(usable)
        self.targets = targets
        self.k = max(k, 1)
        self.weighting = weighting
    }

    /// The predicted value; nil when there is no point to predict from.
    package func predict(_ vector: LabelVector) -> Double? {
        var scratch = emptyScratch()
        return predict(vector.entries, using: &scratch)
    }

    /// The predicted values, in order. The work grows with vectors × points, without suspension: call it from a
    /// `@concurrent` function where many vectors meet a request's thread.
    package func predict(_ vectors: [LabelVector]) -> [Double?] {
        var scratch = emptyScratch()
        return vectors.map { predict($0.entries, using: &scratch) }
    }

    /// The predicted value and the neighbours it comes from; nil when there is no point to predict from.
    package func explain(_ vector: LabelVector) -> Explanation? {
        var scratch = emptyScratch()
        return explain(vector.entries, using: &scratch)
    }

    /// Working memory that fits this regression, to be reused over many predictions.
    func emptyScratch() -> LabelColumns.Scratch {
        points.emptyScratch()
    }

    /// What ``explain(_:using:)`` predicts, without what it rests on: nothing is allocated.
    func predict(_ vector: LabelEntries, using scratch: inout LabelColumns.Scratch) -> Double? {
        points.search(vector, k: k, using: &scratch)
        let neighbours = scratch.found
        guard let scale = scale(of: neighbours) else { return nil }
        var total = 0.0
        for neighbour in neighbours { total += weight(of: neighbour, scale) }
        var prediction = 0.0
        for neighbour in neighbours { prediction += weight(of: neighbour, scale) / total * targets[neighbour.row] }
        return prediction
    }

    func explain(_ vector: LabelEntries, using scratch: inout LabelColumns.Scratch) -> Explanation? {
        guard let prediction = predict(vector, using: &scratch) else { return nil }
        let neighbours = scratch.found
        guard let scale = scale(of: neighbours) else { return nil }
        let weights = neighbours.map { weight(of: $0, scale) }
        let total = weights.reduce(0, +)
        return Explanation(
            prediction: prediction,
            neighbours: zip(neighbours, weights).map { (neighbour: $0, share: $1 / total) }
        )
    }

    /// The distance that weights are relative to, so that neither very small nor very large distances leave the range of a
    /// double; nil without a neighbour.
    private func scale(of neighbours: [Neighbour]) -> Double? { neighbours.first?.distance }

    private func weight(of neighbour: Neighbour, _ nearest: Double) -> Double {
        guard weighting == .distance else { return 1 }
        guard nearest > 0 else { return neighbour.distance == 0 ? 1 : 0 }
        return nearest / neighbour.distance
    }
}
