import Domain
import Foundation
import Jobs
import Storage

/// Where one job stands: a line for people, an object for programs.
struct JobLine: Encodable {
    let job: Job
    let state: JobStore.State?

    static let heading = ["job", "every", "lease", "last run (UTC)", "outcome", "count", "next run (UTC)", "held by"]

    /// - Parameter now: what was due before it is due now.
    func row(now: Instant) -> [String] {
        let newest = state?.newest
        var outcome = newest?.outcome.rawValue ?? "–"
        if let failures = state?.failures, failures > 1 { outcome += " ×\(failures)" }
        return [
            job.name, Self.text(job.every), Self.text(job.lease), newest.map { Self.text($0.startedAt) } ?? "never",
            outcome, newest?.count.map(ClosingTable.grouped) ?? "–", nextRun(now: now), state?.holder ?? "–",
        ]
    }

    private func nextRun(now: Instant) -> String {
        guard let next = state?.nextRunAt, next > now else { return "now" }
        return Self.text(next)
    }

    static func text(_ instant: Instant) -> String {
        let day = Day(of: instant)
        let minutes = instant.millisecondsSince1970 / 60_000 - day.number * 1_440
        return "\(day) \(String(format: "%02d:%02d", minutes / 60, minutes % 60))"
    }

    private static func text(_ span: Span) -> String {
        let minutes = span.milliseconds / 60_000
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) min"
    }

    private enum Keys: String, CodingKey {
        case name, outcome, count, error, failures, holder
        case every = "every_seconds"
        case lease = "lease_seconds"
        case startedAt = "last_started_at"
        case finishedAt = "last_finished_at"
        case succeededAt = "last_succeeded_at"
        case nextRunAt = "next_run_at"
        case leasedUntil = "leased_until"
    }

    /// Every field is written, null included. Times are milliseconds since 1970.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(job.name, forKey: .name)
        try container.encode(job.every.milliseconds / 1_000, forKey: .every)
        try container.encode(job.lease.milliseconds / 1_000, forKey: .lease)
        try container.encode(state?.newest?.startedAt.millisecondsSince1970, forKey: .startedAt)
        try container.encode(state?.newest?.finishedAt?.millisecondsSince1970, forKey: .finishedAt)
        try container.encode(state?.newest?.outcome.rawValue, forKey: .outcome)
        try container.encode(state?.newest?.count, forKey: .count)
        try container.encode(state?.newest?.error, forKey: .error)
        try container.encode(state?.failures ?? 0, forKey: .failures)
        try container.encode(state?.succeededAt?.millisecondsSince1970, forKey: .succeededAt)
        try container.encode(state?.nextRunAt?.millisecondsSince1970, forKey: .nextRunAt)
        try container.encode(state?.holder, forKey: .holder)
        try container.encode(state?.leasedUntil?.millisecondsSince1970, forKey: .leasedUntil)
    }
}

/// One run: a line for people, an object for programs.
struct RunLine: Encodable {
    let run: JobStore.Run

    static let heading = ["job", "run", "began (UTC)", "took", "outcome", "count", "held by", "error"]

    var row: [String] {
        let took = run.finishedAt.map { String(format: "%.1f s", Double(($0 - run.startedAt).milliseconds) / 1_000) }
        return [
            run.name, "\(run.number)", JobLine.text(run.startedAt), took ?? "–", run.outcome.rawValue,
            run.count.map(ClosingTable.grouped) ?? "–", run.holder, run.error ?? "–",
        ]
    }

    private enum Keys: String, CodingKey {
        case name, run, holder, outcome, count, error
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    /// Every field is written, null included. Times are milliseconds since 1970.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(run.name, forKey: .name)
        try container.encode(run.number, forKey: .run)
        try container.encode(run.holder, forKey: .holder)
        try container.encode(run.startedAt.millisecondsSince1970, forKey: .startedAt)
        try container.encode(run.finishedAt?.millisecondsSince1970, forKey: .finishedAt)
        try container.encode(run.outcome.rawValue, forKey: .outcome)
        try container.encode(run.count, forKey: .count)
        try container.encode(run.error, forKey: .error)
    }
}
