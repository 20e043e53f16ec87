import Crypto
import Foundation
import ServerKit

extension Doctor {
    func configuration() -> [Finding] {
        let address = "\(settings.host):\(settings.apiPort)"
        return [.ok("settings", "\(settings.environment.rawValue), API on \(address)"), keys()]
    }

    private func keys() -> Finding {
        let ring = settings.keyring
        let count = "\(ring.signing.count) to sign, \(ring.encryption.count) to encrypt"
        guard usesGeneratedKeys else { return .ok("keys", count) }
        return .ok("keys", "\(count), made for development in \(settings.dataDirectory)/\(DevelopmentKeys.fileName)")
    }

    /// The settings hold keys, not where they came from: the same seed in the file means that file.
    private var usesGeneratedKeys: Bool {
        guard settings.environment == .development,
            let made = DevelopmentKeys.load(from: settings.dataDirectory)
        else { return false }
        return made.signing.map(\.key.rawRepresentation) == settings.keyring.signing.map(\.key.rawRepresentation)
    }
}

extension DevelopmentKeys {
    static let fileName = "development-keys.json"

    /// The keys in a directory; nil where none were made.
    static func load(from directory: String) -> Keyring? {
        guard let data = try? Data(contentsOf: URL(filePath: directory).appending(path: fileName)),
            let kept = try? JSONDecoder().decode(Kept.self, from: data)
        else { return nil }
        return try? Keyring(signing: kept.signing, encryption: kept.encryption, lookup: kept.lookup)
    }
}
