package import Domain
import SQL

/// All that a child's `Allowance` is reckoned from, as it was in the database at one moment.
package struct WatchTime: Sendable, Hashable {
    package let rules: WatchRules
    package let clock: FamilyClock
    /// Empty where no minutes are limited: there a bonus changes nothing, and none is read.
    package let bonuses: [Bonus]
    /// On the family's day, or on all dates of the day of a move.
    package let used: Allowance.Used

    package func allowance(at now: Instant, current: Allowance.Current? = nil) -> Allowance {
        Allowance.evaluate(rules: rules, bonuses: bonuses, used: used, now: now, clock: clock, current: current)
    }

    /// - Parameter used: where it is known already; else it is read.
    static func read(
        of child: Child.ID,
        rules: WatchRules,
        clock: FamilyClock,
        used: Allowance.Used? = nil,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> WatchTime {
        let days = clock.countedDays(at: now)
        return WatchTime(
            rules: rules,
            clock: clock,
            bonuses: rules.limitsMinutes ? try bonuses(of: child, on: days, transaction) : [],
            used: try used ?? Self.used(by: child, on: days, transaction)
        )
    }

    /// Over all these days. Added up here: sums are numbers of another type on PostgreSQL, and it is one row nearly always.
    static func used(
        by child: Child.ID,
        on days: ClosedRange<Day>,
        _ transaction: any Transaction
    ) throws -> Allowance.Used {
        try transaction.rows(
            """
            SELECT watched_ms, learning_ms, fun_ms FROM watch_day
            WHERE child_id = \(child) AND day >= \(days.lowerBound) AND day <= \(days.upperBound)
            """
        ).reduce(into: Allowance.Used(total: .zero)) { sum, row in
            let day = try Allowance.Used(row)
            sum.total = sum.total + day.total
            sum.learning = sum.learning + day.learning
            sum.fun = sum.fun + day.fun
        }
    }

    /// Those of the days and of the next, which watching may go on into; where a date was left out, that is the one after.
    static func bonuses(
        of child: Child.ID,
        on days: ClosedRange<Day>,
        _ transaction: any Transaction
    ) throws -> [Bonus] {
        let last = Day(number: days.upperBound.number + 2)
        let rows = try transaction.rows(
            """
            SELECT day, minutes FROM bonus
            WHERE child_id = \(child) AND day >= \(days.lowerBound) AND day <= \(last)
            """
        )
        var minutes: [Day: Int] = [:]
        for row in rows {
            let (day, granted): (Day, Int) = (try row["day"], try row["minutes"])
            minutes[day, default: 0] += granted
        }
        return try minutes.sorted { $0.key < $1.key }.map { day, minutes in
            guard let bonus = try? Bonus(day: day, minutes: minutes) else {
                throw DatabaseError.unexpectedValue(column: "minutes", expected: "bonus of a day")
            }
            return bonus
        }
    }
}

extension Allowance.Used {
    /// Of a row of `watch_day`.
    init(_ row: Row) throws(DatabaseError) {
        self.init(total: try row["watched_ms"], learning: try row["learning_ms"], fun: try row["fun_ms"])
    }
}
