import Domain
import Foundation
import SQL
import ServerKit
import Storage
import Testing

@testable import kyck

struct DoctorTests {
    private struct NoAnswer: Error {}

    private let now = Instant(millisecondsSince1970: 1_795_435_200_000)

    /// A folder with a migrated database, gone afterwards.
    private func withFolder(migrated: Bool = true, _ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kyck-doctor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path(percentEncoded: false)
        if migrated {
            let database = try buildDatabase(try Settings.inMemory(["KYCK_DATA_DIR": path]))
            _ = try await Migrator(Schema.migrations).migrate(database, now: now.millisecondsSince1970)
            try await database.close()
        }
        try await body(path)
    }

    private func doctor(
        _ folder: String,
        _ others: [String: String] = [:],
        now: Instant? = nil,
        free: Int64 = 1 << 40,
        ask: @escaping Doctor.Ask = { _, _, _ in throw NoAnswer() }
    ) throws -> Doctor {
        let now = now ?? self.now
        let clock = Clock { now }
        return Doctor(
            settings: try Settings.inMemory(["KYCK_DATA_DIR": folder].merging(others) { $1 }),
            clock: clock,
            ids: IdentifierSource(clock: clock),
            freeBytes: { _ in free },
            ask: ask
        )
    }

    @Test("a machine that is ready has nothing that fails")
    func ready() async throws {
        try await withFolder { folder in
            let findings = try await doctor(folder).examine()
            #expect(findings.filter { $0.level == .fail } == [])
            #expect(findings.exitCode == nil)
            for check in [
                "settings", "keys", "database", "schema", "writing", "durability", "room", "clock", "data", "pictures",
            ] {
                #expect(findings.contains { $0.check == check && $0.level == .ok }, "\(check)")
            }
        }
    }

    @Test("whatever fails or warns says how to mend it")
    func mending() async throws {
        try await withFolder(migrated: false) { folder in
            let findings = try await doctor(folder).examine()
            #expect(findings.contains { $0.level == .fail })
            for finding in findings where finding.level != .ok { #expect(finding.mend?.isEmpty == false) }
        }
    }

    @Test("a database that is not there is not made by looking")
    func noDatabase() async throws {
        try await withFolder(migrated: false) { folder in
            let findings = try await doctor(folder).examine()
            let database = try #require(findings.first { $0.check == "database" })
            #expect(database.level == .fail)
            #expect(database.mend?.contains("kyck migrate") == true)
            #expect(findings.exitCode == .configuration)
            #expect(!FileManager.default.fileExists(atPath: folder + "/kyck.sqlite"))
        }
    }

    @Test("a PostgreSQL that does not answer is named without its password")
    func postgresql() async throws {
        try await withFolder(migrated: false) { folder in
            let url = "postgresql://kyck:secret@127.0.0.1:1/kyck"
            let findings = try await doctor(folder, ["KYCK_DATABASE_URL": url]).examine()
            let database = try #require(findings.first { $0.check == "database" })
            #expect(database.level == .fail)
            #expect(database.detail.contains("127.0.0.1:1/kyck"))
            #expect(!findings.text.contains("secret"))
            #expect(findings.exitCode == .unavailable)
        }
    }

    @Test("a clock before the database's last migration is wrong")
    func clock() async throws {
        try await withFolder { folder in
            let findings = try await doctor(folder, now: now - .days(400)).examine()
            #expect(findings.first { $0.check == "clock" }?.level == .fail)
        }
    }

    @Test("a disk that is almost full fails")
    func room() async throws {
        try await withFolder { folder in
            let findings = try await doctor(folder, free: 1_048_576).examine()
            #expect(findings.first { $0.check == "room" }?.level == .fail)
        }
    }

    @Test("a recommender that refuses the token is told apart from one that is silent")
    func recommender() async throws {
        try await withFolder { folder in
            let address = ["KYCK_RECOMMENDER_URL": "http://127.0.0.1:1", "KYCK_SERVICE_TOKEN": "0123456789abcdef"]
            let refused = try await doctor(folder, address) { _, _, token in token == nil ? 200 : 401 }.examine()
            #expect(refused.first { $0.check == "recommender" }?.mend?.contains("KYCK_SERVICE_TOKEN") == true)
            #expect(refused.exitCode == .configuration)
            let silent = try await doctor(folder, address).examine()
            #expect(silent.first { $0.check == "recommender" }?.level == .warn)
            let well = try await doctor(folder, address) { _, _, _ in 200 }.examine()
            #expect(well.first { $0.check == "recommender" }?.level == .ok)
        }
    }

    @Test("YouTube is only knocked at: no key is sent and no quota spent")
    func youtube() async throws {
        try await withFolder { folder in
            let findings = try await doctor(folder, ["KYCK_YOUTUBE_API_KEY": "AIza-secret"]) { method, address, token in
                #expect(method == "HEAD")
                #expect(!address.contains("AIza-secret"))
                #expect(token == nil)
                return 404
            }.examine()
            #expect(findings.first { $0.check == "youtube" }?.level == .ok)
            #expect(!findings.text.contains("AIza-secret"))
        }
    }

    @Test("every fault of the settings is a finding of its own")
    func faults() throws {
        do {
            _ = try Settings { ["KYCK_ENV": "production", "KYCK_API_PORT": "x"][$0] }
            Issue.record("these settings are not usable")
        } catch let invalid as Settings.Invalid {
            let findings = Doctor.findings(of: invalid)
            #expect(findings.count == invalid.faults.count)
            #expect(findings.count >= 5)
            #expect(findings.exitCode == .configuration)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(findings.json().utf8)) as? [String: Any]
            )
            #expect(json["ok"] as? Bool == false)
            #expect((json["findings"] as? [Any])?.count == findings.count)
        }
    }

    @Test("new keys are ones the program takes")
    func newKeys() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let ended = try await program.run("doctor", "--new-keys")
        #expect(ended.status == 0)
        var values: [String: String] = [:]
        for line in ended.output.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        #expect(values.count == 3)
        let settings = try Settings { values[$0] }
        #expect(settings.keyring.signing.count == 1)
        #expect(DevelopmentKeys.load(from: program.path("data")) == nil, "nothing was made")
    }
}
