import Foundation
import Storage
import Testing

@Suite("Titles folded for search")
struct SearchTextTests {
    private static func slowly(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.lowercased()
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(
        "are composed, lower case, with single blanks",
        arguments: [
            ("  Baby\tShark\r\nDANCE ", "baby shark dance"), ("아기 상어", "아기 상어"), ("\u{1112}\u{1161}\u{11AB}글", "한글"),
            ("ÉCOLE Straße", "école straße"), ("か\u{3099}ぎ　カキ", "がぎ カキ"), ("", ""), ("\u{A0}a\u{2003}b", "a b"),
        ]
    )
    func folds(_ text: String, _ folded: String) {
        #expect(SearchText.fold(text) == folded)
    }

    @Test("come out the same by the short way as by the long one")
    func agrees() {
        let pieces = [
            "A", "z", " ", "\t", "\r\n", "\u{0B}", "가", "힣", "\u{11A8}", "\u{3099}", "か", "ガ", "漢", "É", "e\u{301}",
            "\u{A0}",
            "\u{3000}", "👶", "1", "%", "İ", "ß", "\u{FEFF}",
        ]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let text = first + second + third
                    #expect(SearchText.fold(text) == Self.slowly(text))
                }
            }
        }
    }
}
