import Foundation

/// How titles are folded for search: composed, lower case, one blank between words. Done in Swift because SQLite folds
/// ASCII only.
package enum SearchText {
    package static func fold(_ text: String) -> String {
        if let folded = foldedPlainly(text) { return folded }
        return text.precomposedStringWithCanonicalMapping.lowercased()
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

    /// The same for nearly every title we meet, byte by byte: an import folds a hundred thousand of them. Nil where the
    /// text holds anything but ASCII, Hangul syllables, kana and ideographs, none of which has case or can compose with
    /// another of them.
    private static func foldedPlainly(_ text: String) -> String? {
        guard text.unicodeScalars.allSatisfy({ isPlain($0.value) }) else { return nil }
        var folded: [UInt8] = []
        folded.reserveCapacity(text.utf8.count)
        var isBlankDue = false
        for byte in text.utf8 {
            switch byte {
            case 0x09...0x0D, 0x20: isBlankDue = !folded.isEmpty
            default:
                if isBlankDue { folded.append(0x20) }
                isBlankDue = false
                let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                folded.append(isUpper ? byte | 0x20 : byte)
            }
        }
        return String(decoding: folded, as: UTF8.self)
    }

    private static func isPlain(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0x80, 0xAC00...0xD7A3, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF: true
        default: false
        }
    }
}
