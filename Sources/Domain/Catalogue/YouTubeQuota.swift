import Foundation

/// What a day of the YouTube Data API may cost (developers.google.com/youtube/data/determine_quota_cost).
package enum YouTubeQuota {
    package enum Bucket: String, Sendable, Hashable, CaseIterable, Codable {
        /// Everything but search, in units.
        case units
        /// Calls of `search.list`, pages counted.
        case search

        /// The default of a project, per day.
        package var dailyLimit: Int { self == .units ? 10_000 : 100 }
    }

    /// What one call of `videos.list`, `channels.list` or `playlistItems.list` costs; an answer 304 is budgeted alike.
    package static let listCost = 1

    /// The day a call counts for, `2026-11-22`: quota days begin at midnight in California.
    package static func day(of instant: Instant) -> String {
        Day(of: instant, in: calendar.timeZone).description
    }

    /// When the day's quota is given anew.
    package static func reset(after instant: Instant) -> Instant {
        let start = calendar.startOfDay(for: instant.date)
        // Days of 23 and 25 hours exist: step well into the next one, then back to its start.
        return Instant(calendar.startOfDay(for: start.addingTimeInterval(30 * 3_600)))
    }

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        // Without a zone database standard time is used: the day then ends at most an hour late in summer.
        if let zone = TimeZone(identifier: "America/Los_Angeles") ?? TimeZone(secondsFromGMT: -8 * 3_600) {
            calendar.timeZone = zone
        }
        return calendar
    }
}
