/// The days a report is about: one day, a week from Monday to Sunday, or a month of the calendar.
package struct ReportPeriod: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case day, week, month
    }

    /// Why there is no report for a period.
    package enum Refusal: Error, Sendable, Hashable {
        /// All of it is still to come.
        case inTheFuture
        /// All of it is before the child's profile was made.
        case beforeTheChild
    }

    package let kind: Kind
    package let from: Day
    /// The last day, inclusive.
    package let to: Day

    /// The period of a kind that a day is in.
    package init(_ kind: Kind, containing day: Day) {
        self.kind = kind
        switch kind {
        case .day:
            (from, to) = (day, day)
        case .week:
            let monday = Day(number: day.number - Self.daysSinceMonday(day))
            (from, to) = (monday, Day(number: monday.number + 6))
        case .month:
            let first = Day(number: day.number - Int64(day.day - 1))
            // The 31 days after the first of a month always reach the next month, and never the one after it.
            let inNextMonth = Day(number: first.number + 31)
            (from, to) = (first, Day(number: inNextMonth.number - Int64(inNextMonth.day)))
        }
    }

    package var days: [Day] { (from.number...to.number).map(Day.init(number:)) }

    package func contains(_ day: Day) -> Bool { from <= day && day <= to }

    /// The period of the same kind just before this one.
    package var previous: Self { Self(kind, containing: Day(number: from.number - 1)) }

    /// Weeks since the first Monday of 1970; of the period's first day.
    package var weekNumber: Int64 { (from.number - Self.daysSinceMonday(from)) / 7 }

    /// Throws where there is nothing to report: a period that is wholly to come, or wholly before the profile.
    package func check(today: Day, childSince: Day) throws(Refusal) {
        guard from <= today else { throw .inTheFuture }
        guard to >= childSince else { throw .beforeTheChild }
    }

    /// 0 for a Monday. 1970-01-01, day number 0, was a Thursday.
    private static func daysSinceMonday(_ day: Day) -> Int64 {
        let remainder = (day.number + 3) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }
}
