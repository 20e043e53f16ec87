import Domain
import Foundation
import SQL

/// Looks at everything that has to be right before Kyck can run, and says how to mend what is not. Changes nothing.
struct Doctor: Sendable {
    /// Asks an address and answers the status; the token goes along where there is one. Given up after three seconds.
    typealias Ask = @Sendable (_ method: String, _ address: String, _ token: String?) async throws -> UInt

    let settings: Settings
    let clock: Domain.Clock
    let ids: IdentifierSource
    let freeBytes: @Sendable (String) -> Int64?
    let ask: Ask

    func examine() async -> [Finding] {
        var findings = configuration()
        findings += await database()
        findings += folders()
        findings.append(timeZones())
        findings.append(await pictures())
        findings += await upstreams()
        return findings
    }

    /// What the settings themselves say is wrong, each key for itself.
    static func findings(of invalid: Settings.Invalid) -> [Finding] {
        invalid.faults.map { fault in
            .fail(
                "settings",
                "\(fault.key): \(fault.problem)",
                mend: ".env.example explains every setting there is",
                .configuration
            )
        }
    }
}
