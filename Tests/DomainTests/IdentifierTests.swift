import Domain
import Foundation
import Testing

@Suite("Ids")
struct IdentifierTests {
    @Test("are written and read as Foundation does, in lower case")
    func text() throws {
        for _ in 0..<1_000 {
            let uuid = UUID()
            let id = Video.ID(uuid)
            #expect(id.description == uuid.uuidString.lowercased())
            #expect(Video.ID(id.description) == id)
            #expect(Video.ID(uuid.uuidString) == id)
        }
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "0198c0de-0000-7000-8000-00000000000", "0198c0de-0000-7000-8000-0000000000000",
            "0198c0de00000-7000-8000-000000000000", "0198c0dg-0000-7000-8000-000000000000",
            "0198c0de-0000-7000-8000-00000000000é", "0198c0de-0000-7000-8000_000000000000",
        ]
    )
    func refused(_ text: String) {
        #expect(Video.ID(text) == nil)
    }
}
