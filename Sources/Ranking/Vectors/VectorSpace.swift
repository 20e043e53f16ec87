import Foundation

/// What a label's weight is worth before distances are taken: one factor per label, and whether vectors are brought to
/// length 1. The space is data: the same scan serves raw weights (``raw(labelCount:)``, what scikit-learn is compared
/// with) and the weighted space homes are ranked in.
package struct VectorSpace: Sendable, Equatable {
    package enum Scaling: Sendable, Equatable {
        /// Weights as they are: many labels make a long vector, and Euclid pushes well-labelled videos away.
        case none
        /// Length 1: only the mixture of labels counts. Squared distances are then 2 − 2·cos.
        case unitLength
    }

    /// The factor of each label; finite and not negative.
    package let factors: [Double]
    package let scaling: Scaling

    package init(factors: [Double], scaling: Scaling) {
        self.factors = factors.map { $0.isFinite ? max($0, 0) : 0 }
        self.scaling = scaling
    }

    /// Every label counts 1, lengths stay.
    package static func raw(labelCount: Int) -> VectorSpace {
        VectorSpace(factors: Array(repeating: 1, count: max(labelCount, 0)), scaling: .none)
    }

    /// Inverse document frequency times the weight of the label's kind:
    ///
    ///     factor(l) = kindWeight(l) · (ln((1 + n) / (1 + df(l))) + 1)
    ///
    /// n videos, df(l) of them carry label l; the smoothed form of scikit-learn's `TfidfTransformer`. A label on every
    /// video keeps factor 1 rather than 0, so a small catalogue with one common label still has directions.
    ///
    /// - Parameter kindWeights: one per label, so `kindWeights.count` labels; the caller looks up the label's kind.
    package static func inverseFrequency(
        of videos: [LabelVector],
        kindWeights: [Double],
        scaling: Scaling = .unitLength
    ) -> VectorSpace {
        var frequency = [Int](repeating: 0, count: kindWeights.count)
        for video in videos {
            for label in video.labels where Int(label) < frequency.count {
                frequency[Int(label)] += 1
            }
        }
        let factors = zip(kindWeights, frequency).map { weight, carriers in
            weight * (log(Double(1 + videos.count) / Double(1 + carriers)) + 1)
        }
        return VectorSpace(factors: factors, scaling: scaling)
    }

    /// The vector as this space sees it. Labels the space does not know are left out.
    package func place(_ vector: LabelVector) -> LabelVector {
        let known = vector.labels.prefix { Int($0) < factors.count }
        let weighted = LabelVector(
            ascending: Array(known),
            weights: zip(known, vector.weights).map { factors[Int($0)] * $1 }
        )
        return scaling == .unitLength ? weighted.normalised() : weighted
    }
}
