import Foundation
import Testing

struct NoticeCommandTests {
    private func program() async throws -> KyckProgram {
        let program = try KyckProgram()
        #expect(try await program.run("migrate").status == 0)
        return program
    }

    private static let texts = [
        "--title-ko", "점검 안내", "--title-en", "Maintenance", "--body-ko", "내일 새벽에 쉽니다.", "--body-en",
        "We rest tomorrow before dawn.",
    ]

    @Test("a post is written, listed and withdrawn")
    func post() async throws {
        let program = try await program()
        defer { program.remove() }
        #expect(try await program.run("post", "list").output == "there are none\n")
        let added = try await program.run(["post", "add"] + Self.texts + ["--notify"])
        #expect(added.status == 0, "\(added.errors)")
        let lines = added.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[1] == "guardians told: 0")
        let id = String(try #require(lines.first))
        let listed = try await program.run("post", "list")
        #expect(listed.output.contains(id) && listed.output.contains("shown") && listed.output.contains("점검 안내"))
        #expect(try await program.run("post", "withdraw", id).output == "withdrawn \(id)\n")
        let again = try await program.run("post", "withdraw", id)
        #expect(again.status == 65 && again.errors.contains("was withdrawn before"))
        #expect(try await program.run("post", "withdraw", "019ab1e9-5d1c-7b08-a1f4-77c3e2d90b15").status == 66)
        #expect(try await program.run("post", "withdraw", "nonsense").status == 64)
        let json = try await program.run("post", "list", "--json")
        #expect(json.output.contains(#""state" : "withdrawn""#), "\(json.output)")
    }

    @Test("an event has a time, and may take its text from a file")
    func event() async throws {
        let program = try await program()
        defer { program.remove() }
        try Data("가을\n이야기\n".utf8).write(to: URL(filePath: program.path("ko.txt")))
        let added = try await program.run(
            "event",
            "add",
            "--title-ko",
            "가을",
            "--title-en",
            "Autumn",
            "--body-ko",
            "@ko.txt",
            "--body-en",
            "Autumn",
            "--path",
            "/report",
            "--from",
            "2099-01-01T09:00+09:00",
            "--until",
            "2099-02-01T00:00:00Z"
        )
        #expect(added.status == 0, "\(added.errors)")
        let listed = try await program.run("event", "list")
        #expect(listed.output.contains("to come") && listed.output.contains("2099-01-01T00:00:00.000Z"))
        let id = added.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try await program.run("event", "withdraw", id).status == 0)
    }

    @Test(
        "what cannot be is refused with a sentence, and nothing is written",
        arguments: [
            (["--board", "no-such"], 66, "there are notices, parenting"),
            (["--until", "2020-01-01T00:00:00Z"], 65, "--until"),
            (
                ["--from", "2099-01-02T00:00:00Z", "--until", "2099-01-02T00:00:00Z"], 65,
                "--until must be after the start"
            ),
            (["--from", "2099-01-01T00:00:00Z", "--notify"], 65, "begins later"),
            (["--from", "2026-13-01T00:00:00Z"], 64, "is no time"),
            (["--from", "tomorrow"], 64, "is no time"),
        ] as [([String], Int32, String)]
    )
    func refused(options: [String], status: Int32, words: String) async throws {
        let program = try await program()
        defer { program.remove() }
        let ended = try await program.run(["post", "add"] + Self.texts + options)
        #expect(ended.status == status, "\(ended.errors)")
        #expect(ended.errors.contains(words), "\(ended.errors)")
        #expect(try await program.run("post", "list").output == "there are none\n")
    }

    @Test("texts are neither empty nor endless")
    func texts() async throws {
        let program = try await program()
        defer { program.remove() }
        for (place, text) in [(1, "  "), (1, String(repeating: "가", count: 81)), (5, ""), (5, "@no-such-file")] {
            var texts = Self.texts
            texts[place] = text
            let ended = try await program.run(["post", "add"] + texts)
            #expect([65, 66].contains(ended.status), "\(text): \(ended.errors)")
        }
        #expect(try await program.run("event", "add", "--path", "https://example.org").status == 64)
        #expect(try await program.run("post", "list").output == "there are none\n")
    }
}
