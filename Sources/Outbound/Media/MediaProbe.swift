package import Domain
package import Foundation

/// Asks ffprobe how long a video is.
package struct MediaProbe: Sendable {
    private let executable: URL

    /// Nil where ffprobe is not installed.
    package init?(searching path: String) {
        let candidates = path.split(separator: ":").map { URL(fileURLWithPath: String($0)).appending(path: "ffprobe") }
        let found = candidates.first {
            FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false))
        }
        guard let found else { return nil }
        executable = found
    }

    /// Nil when ffprobe cannot make sense of the file.
    package func duration(of file: URL) async throws -> Span? {
        let process = Process()
        process.executableURL = executable
        process.arguments = [
            "-v", "error", "-show_entries", "format=duration", "-of", "default=noprint_wrappers=1:nokey=1",
            file.path(percentEncoded: false),
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        // One short line: it fits the pipe, so that ffprobe never waits for a reader.
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard status == 0, let seconds = Double(text), seconds > 0, seconds < 1e7 else { return nil }
        return Span(milliseconds: Int64((seconds * 1_000).rounded()))
    }
}
