import Foundation
import Testing

struct ExplainCommandTests {
    private let catalogue = KyckProgram.repository.appending(path: "demo/catalogue.json").path(percentEncoded: false)

    @Test("a newcomer's way: the demo says what to ask, and is answered in text and in JSON")
    func newcomer() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        #expect(try await program.run("migrate").status == 0)
        let demo = try await program.run("demo", "--catalogue", catalogue)
        #expect(demo.status == 0, "\(demo.errors)")
        let line = try #require(demo.output.split(separator: "\n").first { $0.contains("kyck explain ") })
        let words = line.split(separator: " ").map(String.init)
        let arguments = Array(words.drop { $0 != "explain" })
        let ended = try await program.run(arguments)
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("8. Where it stands: number 1 of the"))
        let json = try await program.run(arguments + ["--json"])
        #expect(json.status == 0, "\(json.errors)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        )
        #expect((object["place"] as? [String: Any])?["for_you"] as? Int == 1)
        for text in [ended.output, json.output] {
            #expect(!text.contains("010-0000"))
        }
    }

    @Test("what is no id ends with 64, what nobody knows with 66 and a sentence")
    func refusals() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        #expect(try await program.run("migrate").status == 0)
        let (child, video) = (UUID().uuidString.lowercased(), UUID().uuidString.lowercased())
        for arguments in [
            ["--child", "7", "--video", video], ["--child", child, "--video", "?"], ["--child", child], [],
        ] {
            #expect(try await program.run(["explain"] + arguments).status == 64, "\(arguments)")
        }
        let ended = try await program.run("explain", "--child", child, "--video", video)
        #expect(ended.status == 66)
        #expect(ended.errors == "kyck: there is no child \(child), or its family is leaving\n")
        #expect(ended.output.isEmpty)
    }
}
