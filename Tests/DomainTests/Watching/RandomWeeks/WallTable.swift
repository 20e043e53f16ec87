import Foundation

/// What the clock of a zone shows at every minute of some days, by Foundation's calendar, one question per minute.
struct WallTable {
    /// Days before and after the week that are in the table, for nights and forecasts that reach over its ends.
    static let margin = 3
    static let week = 7 * 1_440

    let zone: String
    /// Of entry 0, in minutes since 1970, UTC.
    let start: Int
    /// Days since 1970 of the date that is shown.
    private(set) var dates: [Int] = []
    /// `dates` in minutes and the minute of the day that is shown.
    private(set) var walls: [Int] = []
    /// 0 for Monday.
    private(set) var weekdays: [Int] = []

    /// - Parameter day: days since 1970; the week begins at its midnight in UTC.
    init?(zone: String, weekFrom day: Int) {
        guard let timeZone = TimeZone(identifier: zone), let utc = TimeZone(identifier: "UTC") else { return nil }
        self.zone = zone
        start = (day - Self.margin) * 1_440
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        var universal = Calendar(identifier: .gregorian)
        universal.timeZone = utc
        var dateOf: [DateComponents: Int] = [:]
        for minute in start..<start + (7 + 2 * Self.margin) * 1_440 {
            let shown = calendar.dateComponents(
                [.year, .month, .day, .weekday, .hour, .minute],
                from: Date(timeIntervalSince1970: Double(minute) * 60)
            )
            let date = DateComponents(year: shown.year, month: shown.month, day: shown.day)
            if dateOf[date] == nil {
                guard let midnight = universal.date(from: date) else { return nil }
                dateOf[date] = Int(midnight.timeIntervalSince1970 / 86_400)
            }
            guard let number = dateOf[date], let weekday = shown.weekday, let hour = shown.hour,
                let minuteOfHour = shown.minute
            else { return nil }
            dates.append(number)
            walls.append(number * 1_440 + hour * 60 + minuteOfHour)
            weekdays.append((weekday + 5) % 7)
        }
    }

    /// The entries of the week itself.
    var minutesOfWeek: Range<Int> { Self.margin * 1_440..<Self.margin * 1_440 + Self.week }

    /// Which minutes are in one of the nights: from the first that shows its start or more to the last that shows less
    /// than its end.
    func isNight(_ nights: [PlainRules.Night]) -> [Bool] {
        var result = [Bool](repeating: false, count: walls.count)
        guard let first = dates.min(), let last = dates.max() else { return result }
        for night in nights {
            for date in first - 1...last where night.weekdays[(date + 3) % 7] {
                let start = date * 1_440 + night.start
                let end = night.end > night.start ? date * 1_440 + night.end : (date + 1) * 1_440 + night.end
                // No clock is two days away from a steady one.
                let low = min(max(0, start - walls[0] - 2_880), walls.count)
                let high = max(min(walls.count, end - walls[0] + 2_880), low)
                guard let from = (low..<high).first(where: { walls[$0] >= start }),
                    let through = (low..<high).last(where: { walls[$0] < end }), from <= through
                else { continue }
                for minute in from...through { result[minute] = true }
            }
        }
        return result
    }
}
