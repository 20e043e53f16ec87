/// Which advice a family was given with the reports of the weeks around one. A report may be opened long after its week,
/// and after those of later weeks, so these count as well.
package struct AdviceGiven: Sendable, Hashable {
    /// How many weeks on either side it has to know.
    package static let reach = 2

    /// By how many weeks after the report's week.
    private var rules: [Int64: Set<AdviceRule.ID>] = [:]

    /// Nothing was given.
    package init() {}

    /// - Parameter given: rules by the first day of the week they were given with.
    package init(around week: ReportPeriod, _ given: [(week: Day, rule: AdviceRule.ID)]) {
        for (other, rule) in given {
            rules[(other.number - week.from.number) / 7, default: []].insert(rule)
        }
    }

    /// What was given with the report of the week itself, when it was opened before.
    package var thisWeek: Set<AdviceRule.ID> { given(0) }
    package var lastWeek: Set<AdviceRule.ID> { given(-1) }

    /// Whether a rule, given now, would be given three weeks running.
    package func makesThreeRunning(_ rule: AdviceRule.ID) -> Bool {
        let (before, after) = (given(-1).contains(rule), given(1).contains(rule))
        return before && after || before && given(-2).contains(rule) || after && given(2).contains(rule)
    }

    private func given(_ weeks: Int64) -> Set<AdviceRule.ID> { rules[weeks] ?? [] }
}
