import Domain
import Foundation
import Testing

/// Words that no text a parent reads may have: they rank a child, promise learning, blame or diagnose.
enum ForbiddenWords {
    private static let korean = [
        "점수", "부족", "달성", "등급", "순위", "백분위", "미달", "성취", "배웠", "학습했", "중독", "진단", "과의존", "위험", "나쁜", "잘못",
        "뒤처", "못했", "해야 해", "하지 마", "상위", "하위", "목표", "퍼센트", "%",
    ]
    private static let english: Set = [
        "score", "scores", "rank", "ranking", "percentile", "percent", "deficit", "grade", "lack", "lacks", "lacking",
        "achieve", "achieved", "achievement", "fail", "failed", "behind", "addict", "addicted", "addiction",
        "diagnosis", "bad", "worse", "should", "must", "learned", "learnt", "insufficient", "target", "goal", "goals",
        "poor", "%",
    ]

    static func check(_ text: Wording, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!text.korean.isEmpty && !text.english.isEmpty, sourceLocation: sourceLocation)
        // One expectation for all words: thousands of texts are checked.
        let said = korean.filter { text.korean.contains($0) }
        #expect(said == [], "\(text.korean)", sourceLocation: sourceLocation)
        let words = Set(text.english.lowercased().split { !$0.isLetter && $0 != "%" }.map(String.init))
        #expect(words.intersection(english) == [], "\(text.english)", sourceLocation: sourceLocation)
        #expect(!text.korean.contains("{") && !text.english.contains("{"), "\(text)", sourceLocation: sourceLocation)
    }

    /// Korean text must have Hangul, and English none.
    static func checkLanguages(_ text: Wording, sourceLocation: SourceLocation = #_sourceLocation) {
        check(text, sourceLocation: sourceLocation)
        let isHangul = { (scalar: Unicode.Scalar) in (0xAC00...0xD7A3).contains(scalar.value) }
        #expect(text.korean.unicodeScalars.contains(where: isHangul), "\(text.korean)", sourceLocation: sourceLocation)
        #expect(
            !text.english.unicodeScalars.contains(where: isHangul),
            "\(text.english)",
            sourceLocation: sourceLocation
        )
    }
}
