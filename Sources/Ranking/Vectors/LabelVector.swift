/// A video's labels, or a child's taste, as a sparse vector: label numbers in ascending order and their weights.
///
/// Labels are dense numbers of the caller's choosing (0, 1, 2 …); what a number stands for is not Ranking's business.
/// A label that is not listed weighs zero. Weights are finite by construction, so distances never become NaN.
package struct LabelVector: Sendable, Hashable {
    /// Label numbers, ascending, none twice.
    package let labels: [Int32]
    /// The weight of each label in ``labels``; never zero.
    package let weights: [Double]

    package static let zero = LabelVector([])

    /// A weight is cut to ±1e100: squares and sums of a million of them still fit a double.
    package static let largestWeight = 1e100

    /// - Parameter pairs: label and weight, in any order. The weights of a label listed twice are added. Labels below
    ///   zero or beyond `Int32`, weights that are zero, infinite or NaN are left out.
    package init(_ pairs: [(Int, Double)]) {
        var labels: [Int32] = []
        var weights: [Double] = []
        labels.reserveCapacity(pairs.count)
        weights.reserveCapacity(pairs.count)
        let usable = pairs.filter { Int32(exactly: $0.0) != nil && $0.0 >= 0 && $0.1.isFinite }
        for (label, weight) in usable.sorted(by: { $0.0 < $1.0 }) {
            if let last = labels.last, Int(last) == label {
                weights[weights.count - 1] += weight
            } else {
                labels.append(Int32(label))
                weights.append(weight)
            }
        }
        self.init(ascending: labels, weights: weights)
    }

    /// One weight per label, from label 0 on.
    package init(dense: [Double]) {
        self.init(dense.enumerated().map { ($0.offset, $0.element) })
    }

    /// For labels that are in order already; weights are cut to the range and zeros dropped.
    init(ascending labels: [Int32], weights: [Double]) {
        let limit = Self.largestWeight
        let cut = weights.map { $0.isFinite ? min(max($0, -limit), limit) : 0 }
        guard cut.contains(0) else {
            self.labels = labels
            self.weights = cut
            return
        }
        let kept = cut.indices.filter { cut[$0] != 0 }
        self.labels = kept.map { labels[$0] }
        self.weights = kept.map { cut[$0] }
    }

    /// For what was taken out of a vector before.
    init(canonical labels: [Int32], weights: [Double]) {
        (self.labels, self.weights) = (labels, weights)
    }

    package var isZero: Bool { labels.isEmpty }

    /// Σ wᵢ².
    package var squaredLength: Double {
        weights.reduce(0) { $0 + $1 * $1 }
    }

    package func scaled(by factor: Double) -> LabelVector {
        LabelVector(ascending: labels, weights: weights.map { $0 * factor })
    }

    /// The same direction with length 1. The zero vector has no direction and stays zero.
    package func normalised() -> LabelVector {
        let length = squaredLength.squareRoot()
        return length > 0 ? LabelVector(ascending: labels, weights: weights.map { $0 / length }) : .zero
    }

    /// Σ (aᵢ − bᵢ)² over all labels: the plain definition, label by label. Scans use ``SpreadVector``, which is held
    /// to this one by a test.
    package func squaredDistance(to other: LabelVector) -> Double {
        var (mine, theirs, sum) = (0, 0, 0.0)
        while mine < labels.count || theirs < other.labels.count {
            let left = mine < labels.count ? labels[mine] : .max
            let right = theirs < other.labels.count ? other.labels[theirs] : .max
            let label = min(left, right)
            var difference = 0.0
            if left == label, mine < labels.count {
                difference += weights[mine]
                mine += 1
            }
            if right == label, theirs < other.labels.count {
                difference -= other.weights[theirs]
                theirs += 1
            }
            sum += difference * difference
        }
        return sum
    }
}

/// A vector's labels and weights where they lie: what a search asks with, without a copy of its own.
struct LabelEntries {
    let labels: ArraySlice<Int32>
    /// With the indices of ``labels``.
    let weights: ArraySlice<Double>

    /// Σ wᵢ².
    var squaredLength: Double {
        weights.reduce(0) { $0 + $1 * $1 }
    }
}

extension LabelVector {
    var entries: LabelEntries { LabelEntries(labels: labels[...], weights: weights[...]) }
}
