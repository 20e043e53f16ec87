import Contract
import Foundation
import Testing

@Suite struct PageTests {
    @Test(
        "a cursor comes back as it was given",
        arguments: [
            Cursor(sortKey: 1_772_609_400_123, id: "019cb7a1-0000-7000-8000-000000000001"),
            Cursor(sortKey: -5, id: "a.b"),
            Cursor(sortKey: Int64.min, id: "~"),
        ]
    )
    func roundTrip(cursor: Cursor) {
        #expect(Cursor(encoded: cursor.encoded) == cursor)
        #expect(cursor.encoded.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    }

    @Test(
        "anything else is no cursor",
        arguments: [
            "", "x", "%%%", "AAAA", "한글", base64("2.5.a"), base64("1.5."), base64("1.x.a"), base64("1.+5.a"),
            base64("1.05.a"), base64("1.5.a b"), base64("1.5.\u{0}"), base64("1.99999999999999999999.a"),
            base64("1.5.a") + "=", String(repeating: "A", count: 10_000),
        ]
    )
    func garbage(text: String) {
        #expect(Cursor(encoded: text) == nil)
    }

    @Test("the last page says that there is no next")
    func lastPage() throws {
        let data = try JSONEncoder.kyck.encode(Page(items: [1, 2], nextCursor: nil))
        #expect(String(decoding: data, as: UTF8.self) == #"{"items":[1,2],"next_cursor":null}"#)
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("=", with: "").replacing("+", with: "-").replacing(
            "/",
            with: "_"
        )
    }
}
