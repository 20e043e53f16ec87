package import Domain
import Foundation
import Synchronization

/// Shows messages instead of sending them, one JSON line `{"to","text"}` each, and appends them to a file where one is
/// named. For development and tests; production refuses it, because codes would stand in a log.
package final class ConsoleSMS: SMSSender {
    private struct Line: Encodable {
        let to: String
        let text: String
    }

    private let file: String?
    /// Lines from two messages must not run into one another.
    private let writing = Mutex(())

    package init(file: String?) {
        self.file = file
    }

    package func send(_ text: String, to phone: PhoneNumber) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(Line(to: phone.e164, text: text)) + Data("\n".utf8)
        try writing.withLock { _ in
            try FileHandle.standardOutput.write(contentsOf: line)
            if let file { try append(line, to: file) }
        }
    }

    private func append(_ line: Data, to file: String) throws {
        if !FileManager.default.fileExists(atPath: file) {
            guard
                FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: line)
    }
}
