package import Ranking

/// What an evaluation starts from, wherever it was read.
package struct EvaluationInput: Sendable {
    package let data: EvaluationData
    /// What is to be found, per user; nil where a split has yet to hide it.
    package let hidden: [[Int32]]?
    package let candidates: [Int32]
    /// A value from which on something counts as liked.
    package let positiveFrom: Float
    /// Rows whose pair of user and item came again.
    package let repeated: Int
    /// Users left out for liking fewer items than asked for.
    package let leftOut: Int
}

extension EvaluationFiles {
    package var input: EvaluationInput {
        EvaluationInput(
            data: data,
            hidden: hidden,
            candidates: candidates,
            positiveFrom: positiveFrom,
            repeated: repeated,
            leftOut: leftOut
        )
    }
}
