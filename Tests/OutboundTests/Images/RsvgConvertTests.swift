import Foundation
import Outbound
import Testing

@Suite("Drawings as pictures", .timeLimit(.minutes(10)))
struct RsvgConvertTests {
    /// Beside a thousand other tests a process waits long for its turn.
    private static let patience = Duration.seconds(300)
    private static let drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20" font-family="NanumGothic">
        <rect width="40" height="20" fill="#FFFFFF"/><text x="2" y="15" font-size="12">킥킥</text></svg>
        """

    @Test("A drawing becomes a picture, three points for each of its own, with Korean in it")
    func picture() async throws {
        let png = try await RsvgConvert(deadline: Self.patience).png(of: Self.drawing)
        #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(png[16..<24]) == [0, 0, 0, 120, 0, 0, 0, 60])
        // With a typeface that has no Hangul both would show the same empty boxes.
        let other = try await RsvgConvert(deadline: Self.patience).png(of: Self.drawing.replacing("킥킥", with: "봄봄"))
        #expect(png != other, "no typeface with Hangul is installed: see bin/setup")
    }

    @Test("What is no drawing is a failure with what the program says")
    func malformed() async {
        await #expect {
            _ = try await RsvgConvert(deadline: Self.patience).png(of: "<svg")
        } throws: { error in
            if case .failed(let problem) = error as? RsvgConvert.Failure { return problem.contains("XML") }
            return false
        }
    }

    @Test("A program that is not there is said to be missing")
    func missing() async {
        await #expect(throws: RsvgConvert.Failure.missing) {
            _ = try await RsvgConvert(program: "no-such-program-of-kyck", deadline: Self.patience).png(of: Self.drawing)
        }
    }

    /// A program that hangs, and leaves a file beside itself each time it begins.
    private struct Hanging {
        let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "kyck-slow-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("#!/bin/sh\n: >\"$0.$$\"\nexec sleep 600\n".utf8).write(to: folder.appending(path: "slow"))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }

        var path: String { folder.appending(path: "slow").path(percentEncoded: false) }
        /// How often it has begun.
        var begun: Int {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).count - 1
            }
        }

        func remove() throws { try FileManager.default.removeItem(at: folder) }
    }

    @Test("A program that hangs is ended at the deadline, and its place is another's")
    func slow() async throws {
        let program = try Hanging()
        let slow = RsvgConvert(program: program.path, deadline: .milliseconds(200))
        for _ in 0...RsvgConvert.mostAtOnce {
            await #expect(throws: RsvgConvert.Failure.deadlineExceeded) { _ = try await slow.png(of: Self.drawing) }
        }
        try program.remove()
    }

    @Test("Pictures beyond the most at once are refused, and one that is given up makes room")
    func busy() async throws {
        let program = try Hanging()
        let slow = RsvgConvert(program: program.path, deadline: Self.patience)
        try await withThrowingTaskGroup { group in
            for _ in 0..<RsvgConvert.mostAtOnce { group.addTask { _ = try await slow.png(of: Self.drawing) } }
            // Another process tells nobody that it has begun.
            while try program.begun < RsvgConvert.mostAtOnce { try await Task.sleep(for: .milliseconds(10)) }
            await #expect(throws: RsvgConvert.Failure.busy) { _ = try await slow.png(of: Self.drawing) }
            group.cancelAll()
            while let outcome = await group.nextResult() {
                #expect(throws: (any Error).self) { try outcome.get() }
            }
            group.addTask { _ = try await slow.png(of: Self.drawing) }
            let last = await group.nextResult()
            #expect { try last?.get() } throws: { $0 as? RsvgConvert.Failure != .busy }
        }
        try program.remove()
    }
}
