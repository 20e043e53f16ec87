/// What the rules gave of one day, bonus included.
package struct DayLimits: Sendable, Hashable {
    /// Of everything together; nil where nothing limits all.
    package let total: Span?
    /// Of one kind of video; nil where there is no such budget.
    package let learning: Span?
    package let fun: Span?

    package var isAny: Bool { total != nil || learning != nil || fun != nil }
}

/// What a report says of the rules: one limit and one bedtime for a day.
extension WatchRules {
    /// What a day gives.
    ///
    /// - Parameter bonus: minutes granted for the day on top.
    package func limits(of day: Day, bonus: Int = 0) -> DayLimits {
        let plan = plans[Weekday.index(of: day.number)]
        func span(_ time: Int64) -> Span? {
            time < DayPlan.unlimited ? Span(milliseconds: time) + .minutes(Int64(bonus)) : nil
        }
        return DayLimits(
            total: span(min(plan.total, plan.learning + plan.fun)),
            learning: span(plan.learning),
            fun: span(plan.fun)
        )
    }

    /// When the bedtime at the end of a day begins, in minutes after midnight: before noon it is after that midnight. Nil
    /// where none is set: a rest at noon, or half an hour for supper, is no night.
    package func bedtime(of day: Day) -> Int? {
        let evening = nights(on: day).filter { $0.start >= Self.noon }.map(\.start).min()
        return evening ?? nights(on: Day(number: day.number + 1)).filter { $0.start < Self.noon }.map(\.start).min()
    }

    private static let noon = 12 * 60
    /// Who goes to bed for the night does so between four in the afternoon and four in the morning, for four hours at least.
    private static let shortestNight = 4 * 60
    private static let evening = 16 * 60
    private static let endOfNight = Report.Rhythm.endOfNight

    private func nights(on day: Day) -> [Bedtime] {
        plans[Weekday.index(of: day.number)].bedtimes.filter { bedtime in
            bedtime.length >= Self.shortestNight
                && (bedtime.start >= Self.evening || bedtime.start < Self.endOfNight)
        }
    }
}
