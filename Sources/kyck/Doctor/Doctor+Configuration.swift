import Crypto
import Foundation
import ServerKit

extension Doctor {
    func configuration() -> [Finding] {
        var findings = [
            Finding.ok("settings", "\(settings.environment.rawValue), API on \(settings.host):\(settings.apiPort)")
        ]
        let strangers = Self.strangers(in: environment)
        if !strangers.isEmpty {
            findings.append(
                .warn(
                    "settings",
                    "\(strangers.joined(separator: ", ")): set, but nothing reads it",
                    mend: ".env.example has the names there are"
                )
            )
        }
        findings.append(keys())
        return findings
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

    /// Names that look like settings and are none: most often a slip of the pen.
    static func strangers(in environment: Set<String>) -> [String] {
        let known = Settings.names.union(["KYCK_CONFIG_FILE", "KYCK_TEST_POSTGRES_URL"])
        return environment.filter { $0.hasPrefix("KYCK_") && !known.contains($0) }.sorted()
    }
}

extension Settings {
    /// Every key the settings ask for, found by asking: production asks for all and makes nothing.
    static var names: Set<String> {
        var asked: Set<String> = []
        _ = try? Settings { name in
            asked.insert(name)
            return name == "KYCK_ENV" ? Environment.production.rawValue : nil
        }
        return asked
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
