package import Domain
import Foundation
package import SQL

/// Tells families that the report of their week is there: each once, when its own week is over.
package struct ReportNoticeStore: Sendable {
    private let database: any Database
    private let ids: IdentifierSource

    package init(database: any Database, ids: IdentifierSource) {
        self.database = database
        self.ids = ids
    }

    /// A week that is over in a time zone, and of which families there are not all told yet.
    package struct Round: Sendable, Hashable {
        package let zone: String
        package let week: ReportPeriod
    }

    /// From when on a Monday, and until when, by the family's clock: a job that was away on Monday comes back to it, and
    /// later nobody is told of a week that is nearly the one before.
    static let begins = Span.hours(8)
    static let ends = Span.days(2)

    /// What is to be done now.
    package func rounds(now: Instant) async throws -> [Round] {
        try await database.read { transaction in
            let zones: [String] = try transaction.rows(
                "SELECT DISTINCT time_zone FROM guardian WHERE deletion_requested_at IS NULL ORDER BY time_zone"
            ).map { try $0["time_zone"] }
            return try zones.compactMap { name in
                guard let zone = TimeZone(identifier: name), let round = Self.round(name, zone, now: now) else {
                    return nil
                }
                let done = try transaction.row(
                    "SELECT 1 AS done FROM report_notice WHERE time_zone = \(name) AND week = \(round.week.from)"
                )
                return done == nil ? round : nil
            }
        }
    }

    private static func round(_ name: String, _ zone: TimeZone, now: Instant) -> Round? {
        let local = now + .seconds(Int64(zone.secondsFromGMT(for: now.date)))
        let week = ReportPeriod(.week, containing: Day(of: local))
        let monday = Instant(millisecondsSince1970: 0) + .days(week.from.number)
        guard (begins..<ends).contains(local - monday) else { return nil }
        return Round(zone: name, week: week.previous)
    }

    /// Writes to the next families of a round, each with the message that tells it, and none twice: a family that was told
    /// of the week has that message. Families of which no child watched anything are not troubled.
    ///
    /// - Returns: how many were told, and the last that was looked at; nil at the end of the round, which is then kept as
    ///   done.
    package func tell(
        _ round: Round,
        after last: Guardian.ID?,
        limit: Int,
        now: Instant
    ) async throws -> (told: Int, last: Guardian.ID?) {
        let ids = ids
        return try await database.write { transaction in
            let start: Query = if let last { "AND g.id > \(last)" } else { "" }
            let rows = try transaction.rows(
                """
                SELECT g.id, g.language FROM guardian g
                WHERE g.time_zone = \(round.zone) AND g.deletion_requested_at IS NULL \(start)
                    AND EXISTS (SELECT 1 FROM child c JOIN watch_day d ON d.child_id = c.id
                        WHERE c.guardian_id = g.id AND d.day >= \(round.week.from) AND d.day <= \(round.week.to)
                            AND d.watched_ms > 0)
                ORDER BY g.id LIMIT \(limit)
                """
            )
            let letters = try rows.map { row in
                let language: Guardian.Language = try row["language"]
                return OutboxWriter.Letter(
                    .weeklyReport(id: ids.next(), of: round.week.from, in: language),
                    to: try row["id"]
                )
            }
            let cause = "weekly_report:\(round.week.from)"
            let told = try OutboxWriter.enqueue(letters, cause: cause, now: now, transaction)
            guard rows.count == limit else {
                try transaction.run(
                    """
                    INSERT INTO report_notice (time_zone, week, told_at) VALUES (\(round.zone), \(round.week.from), \(now))
                    ON CONFLICT (time_zone, week) DO NOTHING
                    """
                )
                return (told, nil)
            }
            return (told, letters.last?.guardian)
        }
    }

    /// Forgets rounds of long ago.
    package func removeOld(now: Instant) async throws -> Int {
        try await database.write { transaction in
            try transaction.run("DELETE FROM report_notice WHERE told_at < \(now - .days(30))")
        }
    }
}
