import Crypto
import Foundation
import ServerKit

/// Keys made on the first start in development and kept in the data directory, so that people stay signed in over a
/// restart. Production brings its own.
enum DevelopmentKeys {
    struct Kept: Codable {
        let signing: String
        let encryption: String
        let lookup: String
        let serviceToken: String
    }

    static func loadOrMake(in directory: String) throws -> Kept {
        let file = URL(filePath: directory).appending(path: "development-keys.json")
        if !FileManager.default.fileExists(atPath: file.path) { try make(at: file) }
        return try JSONDecoder().decode(Kept.self, from: Data(contentsOf: file))
    }

    /// New keys, as they are written into the environment.
    static func fresh() -> Kept {
        Kept(signing: "s1:" + random(), encryption: "e1:" + random(), lookup: random(), serviceToken: random())
    }

    private static func random() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
    }

    /// Written beside and moved into place, so that two processes starting at once end with one file; only its owner
    /// may read it.
    private static func make(at file: URL) throws {
        let folder = file.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let draft = folder.appending(path: ".development-keys-\(UUID().uuidString)")
        let made = FileManager.default.createFile(
            atPath: draft.path,
            contents: try encoder.encode(fresh()),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw CocoaError(.fileWriteUnknown) }
        defer { try? FileManager.default.removeItem(at: draft) }
        do {
            try FileManager.default.linkItem(at: draft, to: file)
        } catch {
            // Another process was first: its keys are the ones.
            guard FileManager.default.fileExists(atPath: file.path) else { throw error }
        }
    }
}
