import Domain
import Foundation
import Outbound
import Testing

@Suite("Saved answers of the API")
struct SavedPagesTests {
    static let item = """
        {"kind":"youtube#video","id":"ntv_sYztDes","snippet":{"channelId":"UCfilled6U40kp5B5zXhm6-A",\
        "title":"My \\"Family\\" \\uD83D\\uDC76 가족","description":"{[\\\\","thumbnails":{"default":{"url":"https://a/d.jpg"},\
        "medium":{"url":"https://a/m.jpg","width":320}},"channelTitle":"Master","liveBroadcastContent":"none"},\
        "contentDetails":{"duration":"PT4M31S","contentRating":{}},"status":{"uploadStatus":"processed",\
        "privacyStatus":"public","embeddable":true,"madeForKids":false}}
        """

    static func page(_ items: [String], kind: String = "youtube#videoListResponse") -> String {
        "{\n \"kind\": \"\(kind)\", \"etag\": \"E\",\n \"items\": [\(items.joined(separator: ",\n"))], \"pageInfo\": "
            + "{\"totalResults\": 7, \"resultsPerPage\": 50}\n}\n"
    }

    private func read(_ text: String) throws -> [YouTubeItem] {
        var pages = SavedPages(answer: Array(text.utf8))
        var items: [YouTubeItem] = []
        while let item = try pages.next() { items.append(item) }
        return items
    }

    private func problem(_ text: String) -> SavedPageError? {
        problem(Array(text.utf8))
    }

    private func problem(_ bytes: [UInt8]) -> SavedPageError? {
        var pages = SavedPages(answer: bytes, name: "page.json")
        do throws(SavedPageError) {
            while try pages.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    @Test("give a video's facts, escapes and all")
    func facts() throws {
        let items = try read(Self.page([Self.item]))
        guard case .video(let id, let facts) = try #require(items.first) else {
            Issue.record("no video")
            return
        }
        #expect(id.description == "ntv_sYztDes")
        #expect(facts.title == "My \"Family\" 👶 가족")
        #expect(facts.channelID == "UCfilled6U40kp5B5zXhm6-A")
        #expect(facts.thumbnailURL == "https://a/m.jpg")
        #expect(facts.duration == "PT4M31S")
        #expect(facts.contentRating == .init())
        #expect(facts.isEmbeddable == true)
        #expect(facts.isMadeForKids == false)
        #expect(facts.regionRestriction == nil)
        #expect(!facts.hasLiveStreamingDetails)
    }

    static let fields = [
        "channelId", "title", "liveBroadcastContent", "duration", "contentRating", "uploadStatus", "privacyStatus",
        "embeddable", "madeForKids",
    ]

    @Test("lead to a refusal that names the field whenever one is missing or of another type", arguments: fields)
    func missing(_ field: String) throws {
        let good = Self.item.replacingOccurrences(of: "\"madeForKids\":false", with: "\"madeForKids\":true")
        for name in ["\"x\(field)\"", "\"\(field)\":[1,{\"a\":null}],\"y\""] {
            let spoiled = good.replacingOccurrences(of: "\"\(field)\"", with: name)
            guard case .video(_, let facts) = try #require(try read(Self.page([spoiled])).first),
                case .refused(let reasons) = SafetyGate().judge(facts)
            else {
                Issue.record("accepted without \(field)")
                continue
            }
            #expect(reasons.map(\.code).contains { $0.hasPrefix("missing:") && $0.hasSuffix(".\(field)") })
            #expect(reasons.count == 1)
        }
    }

    @Test("are refused seen nowhere when their region restriction cannot be read")
    func region() throws {
        for restriction in ["\"KR\"", "{\"blocked\":\"KR\"}", "{\"allowed\":[1]}", "{\"allowed\":[\"US\"]}"] {
            let spoiled = Self.item.replacingOccurrences(
                of: "\"contentRating\"",
                with: "\"regionRestriction\":\(restriction),\"contentRating\""
            )
            guard case .video(_, let facts) = try #require(try read(Self.page([spoiled])).first),
                case .refused(let reasons) = SafetyGate().judge(facts)
            else {
                Issue.record("accepted")
                continue
            }
            #expect(reasons.map(\.code).contains("region_blocked"))
        }
    }

    @Test("keep going past a malformed item")
    func malformed() throws {
        let items = try read(
            Self.page([
                "17", "null", "{}", "{\"id\":5}", "{\"id\":\"short\"}",
                "{\"kind\":\"youtube#channel\",\"id\":\"ntv_sYztDes\"}",
                "{\"id\":{\"videoId\":\"ntv_sYztDes\"}}", Self.item, "[[]]",
            ])
        )
        #expect(items.count == 9)
        #expect(items.count { $0 == .malformed } == 8)
    }

    @Test("tell their kind also when it comes last")
    func kindLast() throws {
        let items = try read("{\"items\":[\(Self.item)],\"kind\":\"youtube#videoListResponse\"}")
        guard case .video = try #require(items.first) else {
            Issue.record("no video")
            return
        }
    }

    @Test("with nothing in them are pages, too")
    func noItems() throws {
        #expect(try read("{\"kind\":\"youtube#videoListResponse\",\"items\":[]}").isEmpty)
        #expect(try read("{\"kind\":\"youtube#videoListResponse\"}").isEmpty)
    }

    @Test("cut off anywhere are called truncated, at their end")
    func truncated() {
        let whole = Array(Self.page([Self.item, Self.item]).utf8)
        let end = whole.lastIndex(of: UInt8(ascii: "}")) ?? 0
        for length in stride(from: 1, through: end, by: 1) {
            let error = problem(Array(whole[..<length]))
            switch error?.problem {
            case .truncated: #expect(error?.offset == Int64(length))
            // A cut inside a character leaves bytes that are no UTF-8 before it leaves a value unfinished.
            case .notUTF8: #expect(whole[length] & 0xC0 == 0x80)
            default: Issue.record("\(length): \(String(describing: error))")
            }
        }
    }

    @Test("that are an error response say so, with code and reason")
    func errorResponse() {
        let text = """
            {"error":{"code":403,"message":"x","errors":[{"message":"x","domain":"youtube.quota","reason":"quotaExceeded"}]}}
            """
        #expect(problem(text)?.problem == .errorResponse(code: 403, reason: "quotaExceeded"))
        #expect(problem("{\"error\":\"no\"}")?.problem == .errorResponse(code: nil, reason: nil))
    }

    @Test("of other forms are refused with their reason")
    func otherForms() {
        #expect(problem("")?.problem == .empty)
        #expect(problem(" \n")?.problem == .empty)
        #expect(problem("{}")?.problem == .notAPage)
        #expect(problem("{\"kind\":7}")?.problem == .notAPage)
        #expect(
            problem(Self.page([], kind: "youtube#searchListResponse"))?.problem
                == .wrongKind("youtube#searchListResponse")
        )
        #expect(problem("[1]")?.problem == .notJSON(expected: "'{'"))
        #expect(problem("<html>")?.problem == .notJSON(expected: "'{'"))
        #expect(problem(Self.page([]) + "{}")?.problem == .trailingData)
        #expect(problem("{\"kind\":\"youtube#videoListResponse\",\"items\":[{]}]}")?.problem != nil)
        #expect(problem(String(repeating: "{\"a\":", count: 10_000))?.problem == .notJSON(expected: "less nesting"))
    }

    @Test("that are not UTF-8 are refused at the byte")
    func notUTF8() {
        var bytes = Array(Self.page([Self.item]).utf8)
        let place = bytes.firstIndex(of: UInt8(ascii: "M")) ?? 0
        bytes[place] = 0xFF
        #expect(problem(bytes) == SavedPageError(file: "page.json", offset: Int64(place), problem: .notUTF8))
        #expect(problem([0xFF, 0xFE, 0x7B, 0x00])?.problem == .notUTF8)
    }

    @Test("hold every character of UTF-8 and nothing beside it, wherever it stands", arguments: 0..<9)
    func characters(shift: Int) {
        let page = Array(Self.page([Self.item]).utf8)
        let place = page.firstIndex(of: UInt8(ascii: "M")) ?? 0
        let shifted = page[..<place] + Array(repeating: UInt8(ascii: "x"), count: shift)
        // The first and last characters of each row of the Unicode standard's table 3-7.
        for character in [
            "\u{80}", "\u{7FF}", "\u{800}", "\u{FFF}", "\u{1000}", "\u{AC00}", "\u{CFFF}", "\u{D000}", "한", "\u{D7FF}",
            "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{FFFFF}", "\u{10FFFF}",
        ] {
            #expect(problem(shifted + Array(character.utf8) + page[place...]) == nil)
        }
        let wrong: [[UInt8]] = [
            [0x80], [0xC1, 0xBF], [0xC2, 0x20], [0xE0, 0x9F, 0xBF], [0xE1, 0x80, 0x20], [0xEA, 0xB0],
            [0xEA, 0x20, 0x80],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80],
        ]
        for bytes in wrong {
            let error = problem(shifted + bytes + page[place...])
            #expect(error == SavedPageError(file: "page.json", offset: Int64(shifted.count), problem: .notUTF8))
        }
    }

    @Test("are read from a file in chunks and gone on with at any item")
    func resume() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "kyck-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let long = String(repeating: "가", count: 1_000)
        let items = (0..<2_000).map { number in
            Self.item.replacingOccurrences(of: "ntv_sYztDes", with: "abc_\(1_000_000 + number)")
                .replacingOccurrences(of: "\"Master\"", with: "\"\(long)\"")
        }
        try Data(Self.page(items).utf8).write(to: file)
        let path = file.path(percentEncoded: false)
        var pages = try SavedPages(file: path)
        var seen: [YouTubeItem] = []
        var place: SavedPages.Place?
        while let item = try pages.next() {
            seen.append(item)
            if seen.count == 1_234 { place = pages.place }
        }
        #expect(seen.count == 2_000)
        #expect(pages.totalResults == 7)
        let middle = try #require(place)
        var rest = try SavedPages(file: path, at: middle)
        var again: [YouTubeItem] = []
        while let item = try rest.next() { again.append(item) }
        #expect(again == Array(seen[1_234...]))
    }

    @Test("that are not there are missing")
    func missingFile() {
        #expect(throws: SavedPageError(file: "/nowhere/at-all.json", offset: 0, problem: .missing)) {
            try SavedPages(file: "/nowhere/at-all.json")
        }
    }
}
