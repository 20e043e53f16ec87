/// A day of the week. The raw value is the name on the wire and in the database.
package enum Weekday: String, Sendable, Hashable, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    package init(of day: Day) {
        self = Self.allCases[Self.index(of: day.number)]
    }

    /// 0 for Monday to 6 for Sunday; the first day there is, 1970-01-01, was a Thursday.
    static func index(of dayNumber: Int64) -> Int {
        let days = Int((dayNumber + 3) % 7)
        return days < 0 ? days + 7 : days
    }
}

/// Whole minutes for each day of the week: 0 is "none on this day", nil is "no limit". Its range is checked where it
/// becomes part of `WatchRules`.
package struct DailyMinutes: Sendable, Hashable {
    /// What a day may have: none of it to all of it.
    package static let limits = 0...1_440
    package static let unlimited = Self(every: nil)

    /// Monday first.
    private var minutes: [Int?]

    /// The same on every day.
    package init(every minutes: Int?) {
        self.minutes = Array(repeating: minutes, count: 7)
    }

    package init(_ minutes: (Weekday) -> Int?) {
        self.minutes = Weekday.allCases.map(minutes)
    }

    package subscript(weekday: Weekday) -> Int? {
        get { minutes[Self.place(of: weekday)] }
        set { minutes[Self.place(of: weekday)] = newValue }
    }

    private static func place(of weekday: Weekday) -> Int {
        switch weekday {
        case .monday: 0
        case .tuesday: 1
        case .wednesday: 2
        case .thursday: 3
        case .friday: 4
        case .saturday: 5
        case .sunday: 6
        }
    }
}
