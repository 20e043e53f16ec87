package import Domain
package import SQL

/// Which advice was given with which week's report, so that none is given three weeks running.
package struct AdviceStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// The advice of a week's report, kept as given. Nothing is written when all of it was given before.
    ///
    /// - Parameter known: as `ReportStore` read it with the facts.
    package func advice(
        for report: Report,
        of child: Child.ID,
        known: AdviceGiven,
        now: Instant
    ) async throws -> [Advice] {
        let advice = Advice.chosen(for: report, given: known)
        if known.thisWeek.isSuperset(of: advice.map(\.rule)) { return advice }
        return try await database.write { transaction in
            // Reports of neighbouring weeks opened at once choose one after the other.
            let lock = transaction.dialect.forUpdate
            guard try transaction.row("SELECT id FROM child WHERE id = \(child) \(lock)") != nil else { return [] }
            let given = try Self.given(to: child, around: report.period, transaction)
            let advice = Advice.chosen(for: report, given: given)
            for one in advice where !given.thisWeek.contains(one.rule) {
                try transaction.run(
                    """
                    INSERT INTO advice (child_id, week, rule, given_at)
                    VALUES (\(child), \(report.period.from), \(one.rule), \(now))
                    """
                )
            }
            return advice
        }
    }

    static func given(
        to child: Child.ID,
        around week: ReportPeriod,
        _ transaction: any Transaction
    ) throws -> AdviceGiven {
        let reach = Int64(AdviceGiven.reach) * 7
        let (first, last) = (Day(number: week.from.number - reach), Day(number: week.from.number + reach))
        let rows = try transaction.rows(
            """
            SELECT week, rule FROM advice WHERE child_id = \(child) AND week >= \(first) AND week <= \(last)
            """
        )
        return AdviceGiven(around: week, try rows.map { row in (week: try row["week"], rule: try row["rule"]) })
    }
}
