import Foundation
import Testing

struct WithdrawCommandTests {
    /// The program with its schema and one accepted video of our own; nothing of a film is asked.
    private func program() async throws -> (KyckProgram, video: String) {
        let program = try KyckProgram()
        #expect(try await program.run("migrate").status == 0)
        // Enough of an MP4 to be taken for one.
        let head: [UInt8] = [0, 0, 0, 24] + Array("ftypisom".utf8) + [0, 0, 2, 0] + Array("isomiso2".utf8)
        try Data(head + [UInt8](repeating: 7, count: 1_000)).write(to: URL(filePath: program.path("film.mp4")))
        let imported = try await program.run(
            "import",
            "hosted",
            "--file",
            program.path("film.mp4"),
            "--title-ko",
            "노래",
            "--title-en",
            "Song",
            "--ages",
            "3-7",
            "--duration",
            "5",
            "--json"
        )
        let report = try JSONDecoder().decode([String: String].self, from: Data(imported.output.utf8))
        return (program, try #require(report["id"], "\(imported.errors)"))
    }

    @Test("withdraws what is named, once, and it is not published again")
    func withdraws() async throws {
        let (program, video) = try await program()
        defer { program.remove() }
        #expect(try await program.run("publish", "--video", video).status == 0)
        let first = try await program.run("withdraw", "--video", video)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains(/withdrawn\s+1/))
        let again = try await program.run("withdraw", "--video", video, "--json")
        #expect(again.status == 65)
        #expect(again.errors.contains("withdrawn before"))
        #expect(again.output.contains(#""withdrawn_before" : 1"#))
        let back = try await program.run("publish", "--video", video)
        #expect(back.status == 65)
        #expect(back.output.contains(/not_accepted\s+1/))
    }

    @Test("names what it does not know, and withdraws the rest")
    func unknown() async throws {
        let (program, video) = try await program()
        defer { program.remove() }
        let nobody = "019ab1e9-5d1c-7b08-a1f4-77c3e2d90b15"
        let ended = try await program.run("withdraw", "--video", nobody, video, "jNQXAC9IVRw")
        #expect(ended.status == 66)
        #expect(ended.errors.contains("not in the catalogue: \(nobody), jNQXAC9IVRw"))
        #expect(ended.output.contains(/withdrawn\s+1/))
        #expect(try await program.run("publish", "--video", video).status == 65)
    }

    @Test("says what is missing, or no id")
    func usage() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        for ended in [try await program.run("withdraw"), try await program.run("withdraw", "--video", "nonsense")] {
            #expect(ended.status == 64)
            #expect(ended.errors.contains("--video"))
        }
    }
}
