import ArgumentParser
import Foundation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at settings, database, keys, folders and upstreams, and says how to mend what is wrong.",
        discussion:
            "Ends with 0 when Kyck can run, 78 when something is set wrongly, 69 when something does not answer."
    )

    @Flag(help: "Prints fresh keys for production and does nothing else.")
    var newKeys = false

    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            if newKeys {
                printNewKeys()
                return
            }
            let findings = try await Self.examine()
            print(json ? try findings.json() : findings.text)
            if let code = findings.exitCode { throw ExitCode(code.rawValue) }
        }
    }

    private static func examine() async throws -> [Finding] {
        let settings: Settings
        do {
            settings = try await Settings.load()
        } catch let invalid as Settings.Invalid {
            return Doctor.findings(of: invalid)
        }
        return await Doctor(settings: settings).examine()
    }

    private func printNewKeys() {
        let keys = DevelopmentKeys.fresh()
        print("KYCK_SIGNING_KEYS=\(keys.signing)")
        print("KYCK_ENCRYPTION_KEYS=\(keys.encryption)")
        print("KYCK_LOOKUP_KEY=\(keys.lookup)")
        let advice =
            "Keep them apart from the database's backups, and keep them: without them no guardian is found again."
        FileHandle.standardError.write(Data((advice + "\n").utf8))
    }
}
