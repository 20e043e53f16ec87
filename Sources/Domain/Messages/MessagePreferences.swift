package import Foundation

/// What a guardian wants to be told, and when not.
package struct MessagePreferences: Sendable, Hashable {
    /// Kinds that are switched off; what was never said is on.
    package var off: Set<Message.Kind>
    /// Nil: at any hour.
    package var quiet: QuietHours?

    package init(off: Set<Message.Kind> = [], quiet: QuietHours? = .usual) {
        self.off = off
        self.quiet = quiet
    }
}

/// The hours of the family in which no device rings, every day, mostly over midnight: what comes then waits for their end.
package struct QuietHours: Sendable, Hashable {
    /// From nine in the evening to eight in the morning.
    package static let usual = QuietHours(startMinute: 21 * 60, endMinute: 8 * 60)

    /// Minutes since midnight, 0 to 1439. The start belongs to the quiet, the end does not.
    package let start: Int
    package let end: Int

    /// Nil for minutes that no day has, and for an end that is the start: that could mean always as well as never.
    package init?(start: Int, end: Int) {
        guard (0..<1_440).contains(start), (0..<1_440).contains(end), start != end else { return nil }
        self.init(startMinute: start, endMinute: end)
    }

    private init(startMinute: Int, endMinute: Int) {
        start = startMinute
        end = endMinute
    }

    /// When the quiet ends that `now` falls into, by the wall clock of a zone; nil where it is not quiet. Where clocks are
    /// put forward over the end, it is the first moment after.
    package func end(after now: Instant, in zone: TimeZone) -> Instant? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let time = calendar.dateComponents([.hour, .minute], from: now.date)
        let minute = (time.hour ?? 0) * 60 + (time.minute ?? 0)
        let isQuiet = start < end ? (start..<end).contains(minute) : minute >= start || minute < end
        guard isQuiet else { return nil }
        let next = calendar.nextDate(
            after: now.date,
            matching: DateComponents(hour: end / 60, minute: end % 60),
            matchingPolicy: .nextTime
        )
        return next.map { Instant($0) } ?? now + .hours(1)
    }
}
