import Contract
import Testing

@Suite struct ProblemCodeTests {
    @Test(
        "every code is snake_case, an error's status, and explained in both languages",
        arguments: ProblemCode.allCases
    )
    func code(code: ProblemCode) throws {
        #expect(code.rawValue.allSatisfy { ($0.isLetter && $0.isLowercase) || $0.isNumber || $0 == "_" })
        #expect((400...599).contains(code.status))
        #expect(!code.title.isEmpty)
        if code == .internal {
            #expect(code.detail(in: .korean) == nil && code.detail(in: .english) == nil)
        } else {
            let korean = try #require(code.detail(in: .korean))
            #expect(korean.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) })
            #expect(try !#require(code.detail(in: .english)).isEmpty)
        }
    }

    @Test(
        "the first language that we have is taken, Korean otherwise",
        arguments: [
            (nil, .korean), ("", .korean), ("en", .english), ("en-US,en;q=0.9,ko;q=0.8", .english),
            ("fr, en;q=0.5, ko;q=0.7", .korean), ("fr-FR", .korean), ("KO-kr", .korean), ("en;q=0", .korean),
            ("*", .korean), (";;,,q=", .korean), ("de , en ;q=0.2", .english),
        ] as [(String?, WireLanguage)]
    )
    func language(header: String?, language: WireLanguage) {
        #expect(WireLanguage(acceptLanguage: header) == language)
    }

    @Test(
        "a header that names no language of ours asks for none",
        arguments: [
            (nil, nil), ("", nil), ("*", nil), ("fr-FR, *;q=0.5", nil), ("en;q=0", nil), ("ko", .korean),
            ("*, en-GB;q=0.1", .english), ("fr, en;q=0.5, ko;q=0.7", .korean),
        ] as [(String?, WireLanguage?)]
    )
    func asked(header: String?, language: WireLanguage?) {
        #expect(WireLanguage.asked(in: header) == language)
    }
}
