/// A word staff put on a video, of some kind: topic, character, area, show, ….
package struct Label: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Label>

    /// A label's kind: lower-case ASCII letters, digits and `_`, at most 40.
    package struct Kind: Hashable, Sendable, LosslessStringConvertible {
        package let description: String

        package init?(_ description: String) {
            let allowed = description.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            }
            guard (1...40).contains(description.utf8.count), allowed else { return nil }
            self.description = description
        }

        private init(known: String) {
            description = known
        }

        /// One of the five areas of the preschool curriculum; its name is a `CurriculumArea`.
        package static let area = Kind(known: "area")
        package static let topic = Kind(known: "topic")
        package static let character = Kind(known: "character")
        /// A content of the preschool curriculum: a `CurriculumReference`, or its code alone for the edition in force.
        package static let content = Kind(known: "content")
        /// The youngest age the video is for, in years. Publishing takes its age band from it.
        package static let ageRating = Kind(known: "age_rating")
    }

    package var id: ID
    package var kind: Kind
    /// 1 to 120 characters, as staff wrote it.
    package var name: String

    package init(id: ID, kind: Kind, name: String) {
        self.id = id
        self.kind = kind
        self.name = name
    }
}

/// A label on a video; `weight` in (0, 1].
package struct WeightedLabel: Sendable, Hashable {
    package var label: Label.ID
    package var weight: Double

    package init(label: Label.ID, weight: Double) {
        self.label = label
        self.weight = weight
    }
}

/// How much a kind of label says about what a child likes, 0…1. Staff's data, read with the catalogue; none of it is a rule.
package struct LabelKindWeights: Sendable, Hashable {
    /// What a kind weighs that nobody has weighed.
    package static let unweighed = 0.5

    private let kinds: [Label.Kind: Double]

    package init(_ kinds: [Label.Kind: Double]) {
        self.kinds = kinds
    }

    package func weight(of kind: Label.Kind) -> Double { kinds[kind] ?? Self.unweighed }
}

/// The five areas of the Korean preschool curriculum (2019 누리과정).
package enum CurriculumArea: String, Sendable, CaseIterable, Codable {
    case body, communication, social, art, nature
}
