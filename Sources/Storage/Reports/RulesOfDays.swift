import Domain
import SQL

/// The rules that held on the days of a period, and what was granted on top.
struct RulesOfDays {
    /// From the newest on, each with the first day it held.
    private let rules: [(from: Day, rules: WatchRules?)]
    private let bonuses: [Day: Int]

    /// - Parameter viewing: the child's, of which the rules of a day are a part.
    init(
        of child: Child.ID,
        _ period: ReportPeriod,
        viewing: ViewingRules,
        _ transaction: any Transaction
    ) throws {
        let before = try transaction.rows(
            """
            SELECT day, rules FROM watch_rule_day WHERE child_id = \(child) AND day <= \(period.from)
            ORDER BY day DESC LIMIT 1
            """
        )
        let within = try transaction.rows(
            """
            SELECT day, rules FROM watch_rule_day
            WHERE child_id = \(child) AND day > \(period.from) AND day <= \(period.to) ORDER BY day DESC
            """
        )
        rules = try (within + before).map { row in
            let text: String = try row["rules"]
            return (from: try row["day"], rules: WatchRuleText.rules(text, viewing: viewing))
        }
        let granted = try transaction.rows(
            """
            SELECT day, minutes FROM bonus WHERE child_id = \(child) AND day >= \(period.from) AND day <= \(period.to)
            """
        )
        bonuses = Dictionary(
            try granted.map { row -> (Day, Int) in (try row["day"], try row["minutes"]) },
            uniquingKeysWith: +
        )
    }

    func limits(of day: Day) -> DayLimits? { rules(on: day)?.limits(of: day, bonus: bonuses[day] ?? 0) }
    func bedtime(of day: Day) -> Int? { rules(on: day)?.bedtime(of: day) }

    /// None before the first were set. Those that cannot be read say nothing of their days.
    private func rules(on day: Day) -> WatchRules? { rules.first { $0.from <= day }?.rules }
}
