extension ZoneClock {
    /// How many hours a week has.
    package static let hoursOfWeek = 168

    /// The hour of the week on the clock: 0 is Monday's first, 167 Sunday's last.
    package func hourOfWeek(of instant: Instant) -> Int {
        let shown = Instant(millisecondsSince1970: local(instant.millisecondsSince1970))
        let day = Day(of: shown)
        let sinceMidnight = shown.millisecondsSince1970 - day.number * Span.days(1).milliseconds
        return Weekday.index(of: day.number) * 24 + Int(sinceMidnight / Span.hours(1).milliseconds)
    }
}
