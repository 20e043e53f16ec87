import Configuration
import Foundation
import Logging
import ServerKit
import SystemPackage

/// Everything that can be set, read once at the start and checked as a whole.
struct Settings: Sendable {
    enum Environment: String, Sendable { case development, production }

    enum DatabaseLocation: Sendable, Equatable {
        case sqlite(path: String)
        /// A libpq URI. Holds a password: never shown.
        case postgresql(url: String)
    }

    var environment: Environment
    var database: DatabaseLocation
    var databaseConnections: Int
    var preparedStatements: Int
    var dataDirectory: String
    var host: String
    var apiPort: Int
    var adminPort: Int
    var recommenderPort: Int
    var jobsPort: Int
    /// Set when the recommender runs as a service of its own.
    var recommenderURL: String?
    var serviceToken: String?
    var youtubeKey: String?
    var youtubeURL: String
    var smsFile: String?
    var logLevel: Logger.Level
    var codesPerAddress: Int
    var codesPerMinute: Int
    /// How long raw plays are kept; their totals stay.
    var playRetentionDays: Int
    var trustedProxies: TrustedProxies
    var push: PushSettings
    var keyring: Keyring

    var mediaDirectory: String { dataDirectory + "/media" }

    /// What must stand in no text that is kept, beside what the keyring holds, which nothing prints.
    var secrets: [String] {
        var secrets = [serviceToken, youtubeKey, push.vapidKey].compactMap(\.self)
        if case .postgresql(let url) = database, let password = URLComponents(string: url)?.password {
            secrets.append(password)
        }
        return secrets
    }

    /// One thing that is wrong, by the name of its key.
    struct Fault: Sendable, Equatable {
        let key: String
        let problem: String
    }

    /// Every missing or wrong key at once.
    struct Invalid: ExplainedFailure {
        let faults: [Fault]

        var explanation: String {
            "the configuration is not usable:\n"
                + faults.map { "  \($0.key): \($0.problem)" }.joined(separator: "\n")
                + "\n  .env.example explains every key."
        }
        var code: ExitFailure.Code { .configuration }
    }
}

extension Settings {
    /// The environment first, then the file `KYCK_CONFIG_FILE` (default `.env`, if it is there).
    static func load() async throws -> Settings {
        let process = EnvironmentVariablesProvider()
        let file = ConfigReader(provider: process).string(forKey: "kyck.config.file")
        if let file, !FileManager.default.isReadableFile(atPath: file) {
            throw ExitFailure(.noInput, "the settings file \(file), which KYCK_CONFIG_FILE names, cannot be read")
        }
        let fromFile = try await EnvironmentVariablesProvider(
            environmentFilePath: FilePath(file ?? ".env"),
            allowMissing: file == nil
        )
        let config = ConfigReader(providers: [process, fromFile])
        let given = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("KYCK_") }
        // There is none, or it has just been read.
        let text = (try? String(contentsOfFile: file ?? ".env", encoding: .utf8)) ?? ""
        return try Settings(given: names(inFile: text).union(given)) { name in
            let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
            guard let value = config.string(forKey: key)?.trimmingCharacters(in: .whitespaces), !value.isEmpty else {
                return nil
            }
            return value
        }
    }

    /// - Parameters:
    ///   - given: the names that are set, so that one of them that means nothing is found.
    ///   - value: answers the text of a key, nil where it is not set.
    init(given: Set<String> = [], _ value: @escaping (String) -> String?) throws {
        var reader = SettingsReader(value: value)
        if !given.isEmpty { for stranger in Self.strangers(in: given) { reader.fault(stranger.key, stranger.problem) } }
        environment = reader.word("KYCK_ENV", default: Environment.development)
        dataDirectory = value("KYCK_DATA_DIR") ?? "./data"
        database = reader.database(default: dataDirectory + "/kyck.sqlite")
        databaseConnections = reader.integer("KYCK_DATABASE_CONNECTIONS", in: 1...200, default: 8)
        preparedStatements = reader.integer("KYCK_DATABASE_PREPARED_STATEMENTS", in: 0...10_000, default: 256)
        host = value("KYCK_HOST") ?? "127.0.0.1"
        apiPort = reader.integer("KYCK_API_PORT", in: 0...65_535, default: 8_080)
        adminPort = reader.integer("KYCK_ADMIN_PORT", in: 0...65_535, default: 8_081)
        recommenderPort = reader.integer("KYCK_RECOMMENDER_PORT", in: 0...65_535, default: 8_082)
        jobsPort = reader.integer("KYCK_JOBS_PORT", in: 0...65_535, default: 8_083)
        recommenderURL = reader.address("KYCK_RECOMMENDER_URL")
        serviceToken = reader.secret("KYCK_SERVICE_TOKEN", minimumLength: 16)
        youtubeKey = value("KYCK_YOUTUBE_API_KEY")
        youtubeURL = reader.address("KYCK_YOUTUBE_URL") ?? "https://www.googleapis.com/youtube/v3"
        smsFile = value("KYCK_SMS_FILE")
        logLevel = reader.word("KYCK_LOG_LEVEL", default: Logger.Level.info)
        codesPerAddress = reader.integer("KYCK_CODES_PER_ADDRESS", in: 1...100_000, default: 30)
        codesPerMinute = reader.integer("KYCK_CODES_PER_MINUTE", in: 1...1_000_000, default: 120)
        playRetentionDays = reader.integer("KYCK_PLAY_RETENTION_DAYS", in: 30...36_500, default: 400)
        trustedProxies = reader.proxies("KYCK_TRUSTED_PROXIES")
        push = PushSettings(&reader, environment)
        reader.checkSMS(environment)
        let made = environment == .development ? reader.developmentKeys(in: dataDirectory) : nil
        serviceToken = serviceToken ?? made?.serviceToken
        if recommenderURL != nil, serviceToken == nil, value("KYCK_SERVICE_TOKEN") == nil {
            reader.fault("KYCK_SERVICE_TOKEN", "is needed with KYCK_RECOMMENDER_URL: 16 characters or more")
        }
        let ring = reader.keyring(else: made)
        guard let ring, reader.faults.isEmpty else { throw Invalid(faults: reader.faults) }
        keyring = ring
    }
}

/// Reads keys and collects what is wrong with them.
struct SettingsReader {
    let value: (String) -> String?
    private(set) var faults: [Settings.Fault] = []

    init(value: @escaping (String) -> String?) {
        self.value = value
    }

    mutating func fault(_ key: String, _ problem: String) {
        faults.append(Settings.Fault(key: key, problem: problem))
    }

    mutating func word<Word: RawRepresentable<String>>(_ key: String, default fallback: Word) -> Word {
        guard let text = value(key) else { return fallback }
        if let word = Word(rawValue: text) { return word }
        fault(key, "\"\(text)\" is not one of the values it can have")
        return fallback
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = value(key) else { return fallback }
        if let number = Int(text), range.contains(number) { return number }
        fault(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return fallback
    }

    mutating func address(_ key: String) -> String? {
        guard let text = value(key) else { return nil }
        if let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil {
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        fault(key, "must be an http or https address")
        return nil
    }

    mutating func secret(_ key: String, minimumLength: Int) -> String? {
        guard let text = value(key) else { return nil }
        if text.utf8.count >= minimumLength { return text }
        fault(key, "must have at least \(minimumLength) characters")
        return nil
    }

    mutating func proxies(_ key: String) -> TrustedProxies {
        guard let text = value(key) else { return .thisMachine }
        do throws(TrustedProxies.Invalid) {
            return try TrustedProxies(parsing: text)
        } catch {
            fault(key, error.description)
            return .thisMachine
        }
    }

    mutating func database(default path: String) -> Settings.DatabaseLocation {
        let key = "KYCK_DATABASE_URL"
        guard let text = value(key) else { return .sqlite(path: path) }
        if text.hasPrefix("sqlite:"), text.count > 7 { return .sqlite(path: String(text.dropFirst(7))) }
        if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") { return .postgresql(url: text) }
        fault(key, "must be sqlite:PATH or a postgresql:// address")
        return .sqlite(path: path)
    }

    /// The console shows codes to whoever reads the log: never in production.
    mutating func checkSMS(_ environment: Settings.Environment) {
        switch (value("KYCK_SMS") ?? "console", environment) {
        case ("console", .development): break
        case ("console", .production):
            fault("KYCK_SMS", "console is refused in production: codes would stand in the log")
        case (let name, _):
            fault("KYCK_SMS", "\"\(name)\" is not a sender this version has; there is console")
        }
    }

    mutating func developmentKeys(in dataDirectory: String) -> DevelopmentKeys.Kept? {
        do {
            return try DevelopmentKeys.loadOrMake(in: dataDirectory)
        } catch {
            fault("KYCK_DATA_DIR", "the development keys could not be read or made there: \(error)")
            return nil
        }
    }

    /// - Parameter made: what is used where no key is set; nil in production.
    mutating func keyring(else made: DevelopmentKeys.Kept?) -> Keyring? {
        let names = ["KYCK_SIGNING_KEYS", "KYCK_ENCRYPTION_KEYS", "KYCK_LOOKUP_KEY"]
        var given = names.compactMap(value)
        if given.isEmpty, let made { given = [made.signing, made.encryption, made.lookup] }
        guard given.count == names.count else {
            for name in names where value(name) == nil { fault(name, "is missing: kyck doctor --new-keys prints one") }
            return nil
        }
        do throws(Keyring.AllInvalid) {
            return try Keyring(signing: given[0], encryption: given[1], lookup: given[2])
        } catch {
            for one in error.faults { fault(one.key, one.problem) }
            return nil
        }
    }
}
