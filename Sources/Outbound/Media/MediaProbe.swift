package import Domain
package import Foundation
import Subprocess
import SystemPackage

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
    ///
    /// Of our environment it is given nothing: there are keys in it.
    package func duration(of file: URL) async throws -> Span? {
        let outcome = try await run(
            .path(FilePath(executable.path(percentEncoded: false))),
            arguments: [
                "-v", "error", "-show_entries", "format=duration", "-of", "default=noprint_wrappers=1:nokey=1",
                file.path(percentEncoded: false),
            ],
            environment: .custom(["LANG": "C.UTF-8"]),
            output: .string(limit: 1_024)
        )
        let text = outcome.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
        guard outcome.terminationStatus.isSuccess, let seconds = Double(text), seconds > 0, seconds < 1e7 else {
            return nil
        }
        return Span(milliseconds: Int64((seconds * 1_000).rounded()))
    }
}
