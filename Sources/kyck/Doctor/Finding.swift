import Foundation

/// What the doctor found out about one thing.
struct Finding: Sendable, Equatable, Encodable {
    enum Level: String, Sendable, Encodable { case ok, warn, fail }

    /// What was looked at, in a word.
    let check: String
    let level: Level
    let detail: String
    /// What to do about it.
    let mend: String?
    /// What the command ends with.
    let code: ExitFailure.Code?

    private enum CodingKeys: String, CodingKey { case check, level, detail, mend }

    static func ok(_ check: String, _ detail: String) -> Finding {
        Finding(check: check, level: .ok, detail: detail, mend: nil, code: nil)
    }

    static func warn(_ check: String, _ detail: String, mend: String) -> Finding {
        Finding(check: check, level: .warn, detail: detail, mend: mend, code: nil)
    }

    static func fail(_ check: String, _ detail: String, mend: String, _ code: ExitFailure.Code) -> Finding {
        Finding(check: check, level: .fail, detail: detail, mend: mend, code: code)
    }
}

extension [Finding] {
    /// Nil when nothing failed. What is set wrongly goes before what does not answer: it is mended first.
    var exitCode: ExitFailure.Code? {
        let codes = compactMap(\.code)
        return codes.contains(.configuration) ? .configuration : codes.first
    }

    var text: String {
        let width = map(\.check.count).max() ?? 0
        let blank = String(repeating: " ", count: width + 8)
        let lines = flatMap { finding in
            let level = finding.level.rawValue.padding(toLength: 6, withPad: " ", startingAt: 0)
            let check = finding.check.padding(toLength: width + 2, withPad: " ", startingAt: 0)
            return [level + check + finding.detail] + (finding.mend.map { [blank + "→ " + $0] } ?? [])
        }
        return (lines + ["", verdict]).joined(separator: "\n")
    }

    private var verdict: String {
        let failures = filter { $0.level == .fail }.count
        let warnings = filter { $0.level == .warn }.count
        let rest = warnings == 0 ? "" : ", \(warnings) to look at"
        return failures == 0 ? "ready to run\(rest)" : "\(failures) to mend\(rest)"
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let report = FindingReport(ok: exitCode == nil, findings: self)
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

/// The JSON of `kyck doctor --json`.
private struct FindingReport: Encodable {
    let ok: Bool
    let findings: [Finding]
}
