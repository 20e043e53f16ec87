import Foundation

/// The real ids and titles that lie beside the repository, in `../shared/data/youtube`.
enum SharedData {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/youtube")

    static func path(_ name: String) throws -> String {
        let path = folder.appending(path: name).path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path) else {
            throw Missing(description: "\(path) is missing: these tests need the data set beside the repository.")
        }
        return path
    }

    static func answers(_ prefix: String) throws -> [String] {
        _ = try path("README.md")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted().map(path)
    }
}
