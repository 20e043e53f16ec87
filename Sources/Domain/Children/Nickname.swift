import Foundation

/// What a child is called in the app: 1 to 20 characters, no line breaks or control characters.
package struct Nickname: Sendable, Hashable {
    package let text: String

    package init?(_ text: String) {
        let trimmed = text.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
        let isPlain = trimmed.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
        guard (1...20).contains(trimmed.count), trimmed.utf8.count <= 120, isPlain else { return nil }
        self.text = trimmed
    }
}
