import Foundation
import Outbound
import Testing

@Suite("Drawings as pictures")
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

    @Test("A program that hangs is ended at the deadline, and pictures beyond the most at once are refused")
    func slow() async throws {
        let script = FileManager.default.temporaryDirectory.appending(path: "kyck-slow-\(UUID().uuidString)")
        try Data("#!/bin/sh\nexec sleep 600\n".utf8).write(to: script)
        defer { try? FileManager.default.removeItem(at: script) }
        let path = script.path(percentEncoded: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        let slow = RsvgConvert(program: path, deadline: .milliseconds(200))
        let failures = await withTaskGroup(of: RsvgConvert.Failure?.self) { group in
            for _ in 0...RsvgConvert.mostAtOnce {
                group.addTask {
                    do {
                        _ = try await slow.png(of: Self.drawing)
                        return nil
                    } catch {
                        return error as? RsvgConvert.Failure
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.count { $0 == .busy } == 1)
        #expect(failures.count { $0 == .deadlineExceeded } == RsvgConvert.mostAtOnce)
        await #expect(throws: RsvgConvert.Failure.deadlineExceeded) { _ = try await slow.png(of: Self.drawing) }
    }
}
