package import Domain
import Foundation
package import SQL

/// What a report is made of, read for one child and one period. It reads the rows of the period and a few single ones: a
/// report costs the same however long the child has been with us.
package struct ReportStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct Reading: Sendable {
        package let facts: ReportFacts
        /// With the reports of the weeks around; nothing for a day or a month.
        package let given: AdviceGiven
    }

    package enum Outcome: Sendable {
        case read(Reading)
        case refused(ReportPeriod.Refusal)
        /// No such child, or its family is leaving.
        case absent
    }

    /// - Parameter day: one that the period has; nil for the family's today.
    package func reading(
        of child: Child.ID,
        _ kind: ReportPeriod.Kind,
        on day: Day?,
        curriculum: Curriculum,
        now: Instant
    ) async throws -> Outcome {
        try await database.read { transaction in
            guard let profile = try ChildStore.profile(child, transaction),
                let since: Instant = try transaction.row("SELECT created_at FROM child WHERE id = \(child)")?[
                    "created_at"
                ]
            else { return .absent }
            guard let zone = TimeZone(identifier: profile.timeZone) else {
                throw DatabaseError.unexpectedValue(column: "time_zone", expected: "time zone")
            }
            let today = Day(of: now, in: zone)
            let period = ReportPeriod(kind, containing: day ?? today)
            do throws(ReportPeriod.Refusal) {
                try period.check(today: today, childSince: Day(of: since, in: zone))
            } catch {
                return .refused(error)
            }
            let reader = PeriodReader(
                profile: profile,
                since: Day(of: since, in: zone),
                zone: zone,
                period: period,
                today: today,
                now: now,
                curriculum: curriculum,
                transaction: transaction
            )
            let given = kind == .week ? try AdviceStore.given(to: child, around: period, transaction) : AdviceGiven()
            return .read(Reading(facts: try reader.facts(), given: given))
        }
    }
}

/// One child's period, in one transaction.
struct PeriodReader {
    let profile: ChildStore.Profile
    let since: Day
    let zone: TimeZone
    let period: ReportPeriod
    let today: Day
    let now: Instant
    let curriculum: Curriculum
    let transaction: any Transaction

    var child: Child.ID { profile.child.id }

    func facts() throws -> ReportFacts {
        let last = min(period.to, today)
        guard let month = BirthMonth(year: last.year, month: last.month) else {
            throw DatabaseError.unexpectedValue(column: "day", expected: "day of this era")
        }
        let birth = profile.child.birthMonth
        let days = try self.days()
        let plays = try self.plays(days)
        return ReportFacts(
            period: period,
            today: today,
            zone: zone,
            age: birth.age(in: month),
            childSince: since,
            days: days.map(\.facts),
            hours: try hours(),
            sittings: Sitting.joining(plays.map(\.stretch)),
            plays: plays.map(\.facts).filter { period.contains(Day(of: $0.startedAt, in: zone)) },
            average: try AverageStore.average(
                of: AgeGroup(ageInMonths: birth.ageInMonths(in: month)),
                over: period.from...last,
                transaction
            ),
            metBefore: try metBefore(plays.map(\.facts)),
            playsKeptSince: try playsKeptSince()
        )
    }

    // MARK: Days and hours

    /// A day as a report sees it, and what of its time was used up.
    struct ReadDay {
        let facts: ReportFacts.DayFacts
        /// Whether nothing more could be watched.
        let isUsedUp: Bool
        /// The kinds of video of which nothing more could be.
        let usedUp: Set<Allowance.Category>

        init(_ day: Day, _ used: Allowance.Used, _ limits: DayLimits?, bedtime: Int?) {
            facts = ReportFacts.DayFacts(
                day: day,
                watched: used.total,
                limit: limits?.total,
                isLimited: limits?.isAny ?? false,
                bedtime: bedtime
            )
            func reaches(_ watched: Span, _ limit: Span?) -> Bool {
                limit.map { watched + PeriodReader.lastBeat >= $0 } ?? false
            }
            isUsedUp = reaches(used.total, limits?.total)
            let budgets: [Allowance.Category: Bool] = [
                .learning: reaches(used.learning, limits?.learning), .fun: reaches(used.fun, limits?.fun),
            ]
            usedUp = Set(budgets.filter(\.value).keys)
        }
    }

    /// A play ends at a beat, not at a second.
    static let lastBeat = Span.minutes(1)

    private func days() throws -> [ReadDay] {
        let rows = try transaction.rows(
            """
            SELECT day, watched_ms, learning_ms, fun_ms FROM watch_day
            WHERE child_id = \(child) AND day >= \(period.from) AND day <= \(period.to)
            """
        )
        let used = Dictionary(
            try rows.map { row -> (Day, Allowance.Used) in (try row["day"], try Allowance.Used(row)) },
            uniquingKeysWith: { first, _ in first }
        )
        let rules = try RulesOfDays(of: child, period, viewing: profile.child.rules, transaction)
        return period.days.map { day in
            let used = used[day] ?? Allowance.Used(total: .zero)
            return ReadDay(day, used, rules.limits(of: day), bedtime: rules.bedtime(of: day))
        }
    }

    /// The hours of all days of the period, and a few of the days beside it.
    private func hours() throws -> [ReportFacts.HourFacts] {
        // An hour has a row for each set of areas its videos had: together they are the hour.
        try transaction.rows(
            """
            SELECT hour_at, CAST(sum(watched_ms) AS BIGINT) AS watched_ms FROM watch_hour
            WHERE child_id = \(child) AND hour_at >= \(times.lowerBound) AND hour_at < \(times.upperBound)
            GROUP BY hour_at
            """
        ).map { ReportFacts.HourFacts(startsAt: try $0["hour_at"], watched: try $0["watched_ms"]) }
    }

    /// Wide enough for the period's days in any zone: what does not belong to them is left out afterwards.
    var times: Range<Instant> {
        let (first, end) = (Span.days(period.from.number), Span.days(period.to.number + 1))
        let era = Instant(millisecondsSince1970: 0)
        return era + first - .hours(16)..<era + end + .hours(16)
    }

    /// Plays are removed in the order they began: of the day after the last that was, all are there.
    private func playsKeptSince() throws -> Day? {
        let row = try transaction.row("SELECT removed_until FROM watch_average_mark WHERE id = 1")
        guard let removed: Instant = try row?["removed_until"] else { return nil }
        return Day(number: Day(of: removed, in: zone).number + 1)
    }
}
