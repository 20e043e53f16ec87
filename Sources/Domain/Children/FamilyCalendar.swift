import struct Foundation.TimeZone

/// Days and months as the family lives them. An unknown zone is refused, never guessed.
package struct FamilyCalendar: Sendable, Hashable {
    package static let defaultZone = "Asia/Seoul"

    private let zone: TimeZone

    package init?(zone name: String) {
        guard name.utf8.count <= 64, let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// The calendar day an instant falls on.
    package func day(of instant: Instant) -> Day {
        Day(of: instant, in: zone)
    }

    package func month(of instant: Instant) -> BirthMonth? {
        let day = day(of: instant)
        return BirthMonth(year: day.year, month: day.month)
    }
}
