import Foundation
import Testing

struct DemoCommandTests {
    private let catalogue = KyckProgram.repository.appending(path: "demo/catalogue.json").path(percentEncoded: false)

    @Test("a newcomer's way: migrate, demo, demo again")
    func newcomer() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let early = try await program.run("demo", "--catalogue", catalogue)
        #expect(early.status == 78)
        #expect(early.errors.contains("kyck migrate"))
        #expect(try await program.run("migrate").status == 0)
        let first = try await program.run("demo", "--catalogue", catalogue)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("010-0000-0001, Korean"))
        #expect(first.output.contains("bin/demo-clips"), "the clips were not drawn here")
        let second = try await program.run("demo", "--catalogue", catalogue)
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.output.contains("the demo was loaded before"))
    }

    @Test("production refuses the demo")
    func production() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let ended = try await program.run("demo", "--catalogue", catalogue, settings: ["KYCK_ENV": "production"])
        #expect(ended.status == 78)
    }

    @Test("no catalogue ends with 66, a wrong one with 65 and the place")
    func catalogueFile() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let none = try await program.run("demo", "--catalogue", program.path("nothing.json"))
        #expect(none.status == 66)
        #expect(none.errors.contains("nothing.json"))
        let whole = try String(contentsOfFile: catalogue, encoding: .utf8)
        try whole.replacing("\"age_min\": 2", with: "\"age_min\": \"two\"", maxReplacements: 1)
            .write(toFile: program.path("wrong.json"), atomically: true, encoding: .utf8)
        let wrong = try await program.run("demo", "--catalogue", program.path("wrong.json"))
        #expect(wrong.status == 65)
        #expect(wrong.errors.contains("videos[0].age_min is not a whole number"))
    }
}
