import Foundation

/// How titles are folded for search: composed, lower case, one blank between words. Done in Swift because SQLite folds
/// ASCII only.
package enum SearchText {
    package static func fold(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.lowercased()
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `%`, `_` and the escape itself stand for themselves.
    static func escapedForLike(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
