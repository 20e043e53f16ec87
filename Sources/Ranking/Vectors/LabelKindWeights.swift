/// How much a kind of label says about what a child likes: data that is kept with the model and may differ from it to it,
/// not a rule.
package struct LabelKindWeights: Sendable, Hashable, Codable {
    /// Weights by kind, 0…1.
    package var kinds: [String: Double]
    /// The weight of a kind that is not named.
    package var others: Double

    package init(kinds: [String: Double], others: Double) {
        self.kinds = kinds
        self.others = others
    }

    /// Before anything was learnt. An age is no taste.
    package static let standard = LabelKindWeights(
        kinds: [
            "topic": 1, "character": 1, "show": 0.8, "area": 0.5, "category": 0.7, "content": 0.7, "age_rating": 0,
        ],
        others: 0.5
    )

    package func weight(of kind: String) -> Double { kinds[kind] ?? others }
}
