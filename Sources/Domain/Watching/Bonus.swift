/// Minutes a guardian grants on top of the rules for one day of the family (DESIGN §5; field.md, wish 4). It adds to the
/// day's minutes and to both budgets, whatever is watched with it, and not to the night: a bedtime stays a bedtime.
package struct Bonus: Sendable, Hashable {
    /// What one day can be given: less is no bonus, and more is a rule to be changed.
    package static let limits = 1...240

    package enum Refusal: Error, Hashable, Sendable {
        /// Not within `limits`.
        case outOfRange
        /// With what was granted before, the day would have more than `limits` allows.
        case tooMuchForOneDay
    }

    package let day: Day
    /// All that was granted for the day, `limits`.
    package let minutes: Int

    package init(day: Day, minutes: Int) throws(Refusal) {
        guard Self.limits.contains(minutes) else { throw .outOfRange }
        self.day = day
        self.minutes = minutes
    }

    /// The day's bonus after another grant for the same day.
    package func adding(_ more: Int) throws(Refusal) -> Bonus {
        guard Self.limits.contains(more) else { throw .outOfRange }
        guard minutes + more <= Self.limits.upperBound else { throw .tooMuchForOneDay }
        return try Bonus(day: day, minutes: minutes + more)
    }
}
