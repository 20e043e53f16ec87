import Domain
import Foundation

/// When the demo's plays happened, seen from now, and the beats a player would have sent.
struct DemoWeek: Sendable {
    private let calendar: Calendar
    private let today: Date

    /// Nil for a time zone nobody knows.
    init?(now: Instant, zone name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
        today = calendar.startOfDay(for: now.date)
    }

    func instant(daysAgo: Int, minute: Int) -> Instant? {
        guard let day = calendar.date(byAdding: .day, value: -daysAgo, to: today),
            let time = calendar.date(bySettingHour: minute / 60, minute: minute % 60, second: 0, of: day)
        else { return nil }
        return Instant(time)
    }

    /// How often a player reports.
    private static let interval = Span.seconds(10)

    /// A beat every ten seconds and one at the end, as a player sends them that is never paused.
    static func beats(from start: Instant, duration: Span, share: Double) -> [PlayLedger.Beat] {
        let watched = Span(milliseconds: max(1, Int64((Double(duration.milliseconds) * share).rounded())))
        var beats: [PlayLedger.Beat] = []
        var position = Span.zero
        while position < watched {
            let next = min(watched, position + interval)
            let state: PlayLedger.State =
                if next < watched { .playing } else { watched < duration ? .paused : .ended }
            beats.append(
                PlayLedger.Beat(
                    number: Int64(beats.count + 1),
                    at: start + next,
                    position: next,
                    played: next - position,
                    state: state
                )
            )
            position = next
        }
        return beats
    }
}
