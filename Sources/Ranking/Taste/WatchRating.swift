import Foundation

/// How much a child liked a video, judged by watching alone (no stars, no thumbs):
///
///     ratio    w = watched ms / duration ms, all plays together
///     strength s = min(w, 1) + repeatWeight · log₂(1 + min(max(w − 1, 0), countedRepeats))
///     rating     = s · 2^(−days since last watched / halfLifeDays)
///
/// Watching again is how young children say "I like it", so repeats count, each less than the one before, up to a cap:
/// a video running in a loop cannot take over a child's taste. With the default settings a rating lies in 0…1.75. The
/// constants are starting values; they have not been measured on children's data.
package struct WatchRating: Sendable, Equatable {
    /// After this many days a rating is worth half.
    package let halfLifeDays: Double
    package let repeatWeight: Double
    /// Repeats beyond these add nothing.
    package let countedRepeats: Double

    package init(halfLifeDays: Double = 30, repeatWeight: Double = 0.25, countedRepeats: Double = 7) {
        self.halfLifeDays = max(halfLifeDays, 1e-6)
        self.repeatWeight = max(repeatWeight, 0)
        self.countedRepeats = max(countedRepeats, 0)
    }

    /// Watched time in units of the whole video; may exceed 1. Zero when the duration is unknown.
    package static func ratio(watchedMilliseconds: Int64, durationMilliseconds: Int64) -> Double {
        guard watchedMilliseconds > 0, durationMilliseconds > 0 else { return 0 }
        return Double(watchedMilliseconds) / Double(durationMilliseconds)
    }

    /// The rating without decay.
    package func strength(ratio: Double) -> Double {
        guard ratio > 0 else { return 0 }
        let repeats = min(max(ratio - 1, 0), countedRepeats)
        return min(ratio, 1) + repeatWeight * log2(1 + repeats)
    }

    /// 2^(−days / halfLifeDays), 1 for a time in the future. Times in milliseconds UTC.
    package func decay(since time: Int64, now: Int64) -> Double {
        exp2(-days(from: time, to: now) / halfLifeDays)
    }

    package func rating(ratio: Double, lastWatchedAt: Int64, now: Int64) -> Double {
        strength(ratio: ratio) * decay(since: lastWatchedAt, now: now)
    }
}

/// Days between two times in milliseconds UTC, not below zero; in floating point, so that no pair of times overflows.
func days(from earlier: Int64, to later: Int64) -> Double {
    max(0, (Double(later) - Double(earlier)) / 86_400_000)
}
