/// A parent's report of one child's watching in Kyck. It says what the child met, never how well: there is no number to
/// reach in it.
package struct Report: Sendable, Hashable {
    package let period: ReportPeriod
    package let age: Int
    /// Whether all days of the period are over.
    package let isComplete: Bool
    /// Every day of the period, in order.
    package let days: [DayLine]
    package let total: Measured<Span>
    /// Twenty-four, from midnight, in the family's time zone, over all days of the period.
    package let hours: Measured<[HourLine]>
    package let rhythm: Measured<Rhythm>
    package let longestSitting: Measured<Sitting>
    package let average: BandAverage
    package let themes: Measured<Themes>
    package let newAndRepeated: Measured<NewAndRepeated>
    /// Most watched first.
    package let series: [SeriesLine]
    /// Videos that were left in their beginning every time; most often first.
    package let leftEarly: [VideoLine]
    /// Most watched first; at most `favouriteCount`.
    package let topics: [FavouriteLine]
    package let characters: [FavouriteLine]
    package let choosing: Measured<Choosing>
    /// The videos most watched, for something to ask or do.
    package let mainVideos: [MainVideo]
    package let guidance: ScreenGuidance

    package static let favouriteCount = 5
    package static let mainVideoCount = 3
}

/// Why something is not known. None of these is a zero.
package enum Missing: String, Sendable, CaseIterable, Codable {
    /// Nothing was watched in Kyck.
    case notWatched = "not_watched"
    /// What was watched carries no label that would say it.
    case unlabelled
    /// What was watched had been started before the period: it is told of there.
    case begunBefore = "begun_before"
    /// The child had no profile yet.
    case beforeChild = "before_child"
    /// The time has not come.
    case notYet = "not_yet"
    /// Single plays of that time are no longer kept.
    case noLongerKept = "no_longer_kept"
}

/// A value, or why there is none.
package enum Measured<Value> {
    case known(Value)
    case missing(Missing)

    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    package var missing: Missing? {
        if case .missing(let reason) = self { reason } else { nil }
    }

    package func map<Other>(_ transform: (Value) -> Other) -> Measured<Other> {
        switch self {
        case .known(let value): .known(transform(value))
        case .missing(let reason): .missing(reason)
        }
    }
}

extension Measured: Sendable where Value: Sendable {}
extension Measured: Equatable where Value: Equatable {}
extension Measured: Hashable where Value: Hashable {}

extension Report {
    package struct DayLine: Sendable, Hashable {
        package let day: Day
        package let watched: Measured<Span>
        /// What the family's rule gave that day; nil where no time was set.
        package let limit: Span?
        /// Whether the family had set any time that day, of one kind of video too.
        package let isLimited: Bool

        /// Whether watching ended within the rule; nil without watching or without a rule.
        package var isWithinLimit: Bool? {
            guard let limit, let watched = watched.value else { return nil }
            return watched <= limit + Self.tolerance
        }

        /// The video that is playing when time runs out may finish gently, and a play ends at a beat, not at a second: this
        /// much more is still within the rule.
        package static let tolerance = WatchRules.gentleEnd + .minutes(1)
    }

    package struct HourLine: Sendable, Hashable {
        /// 0 to 23.
        package let hour: Int
        package let watched: Span
    }

    /// On how many days watching came close to the night.
    package struct Rhythm: Sendable, Hashable {
        /// Days with a bedtime on which something was watched within the hour before it, or later; nil where the family set
        /// no bedtime.
        package let eveningsCloseToBed: Int?
        /// Days without a bedtime on which something was watched after `lateEvening`; nil where every day has a bedtime.
        package let lateEvenings: Int?
        /// Days on which something was watched before `earlyMorning`.
        package let earlyMornings: Int

        /// Minutes after midnight: nine in the evening.
        package static let lateEvening = 21 * 60
        /// Seven in the morning.
        package static let earlyMorning = 7 * 60
        /// Watching before four in the morning belongs to the evening before.
        package static let endOfNight = 4 * 60
        package static let beforeBed = 60
    }

    package struct Themes: Sendable, Hashable {
        /// Nil outside the curriculum's ages: then the five are themes without its name, and have no categories.
        package let edition: CurriculumEdition.ID?
        /// All five, met and not met, in the curriculum's order.
        package let areas: [AreaLine]
        /// Different videos that no label puts anywhere yet.
        package let unlabelledVideos: Int
        /// What the child met for the first time; empty too where earlier records are not known.
        package let newlyMet: [Wording]
    }

    package struct AreaLine: Sendable, Hashable {
        package let area: CurriculumArea
        package let name: Wording
        /// Different videos by which the child met it.
        package let videos: Int
        /// Nil outside the curriculum's ages; missing where the area's videos are not labelled so finely.
        package let categories: Measured<[CategoryLine]>?

        package var isMet: Bool { videos > 0 }
    }

    package struct CategoryLine: Sendable, Hashable {
        package let code: CurriculumCategoryCode
        package let name: Wording
        package let videos: Int
        /// The contents that were met, in the order of their codes.
        package let contents: [CurriculumContent]

        package var isMet: Bool { videos > 0 }
    }

    package struct NewAndRepeated: Sendable, Hashable {
        /// Different videos seen for the first time within the period.
        package let newVideos: Int
        /// Different videos the child knew already.
        package let knownVideos: Int
        package let plays: Int
        /// Plays of a video the child had watched before.
        package let repeatedPlays: Int
        /// The video played most often, where it was more than once.
        package let mostPlayed: VideoLine?
    }

    package struct VideoLine: Sendable, Hashable {
        package let video: Video.ID
        package let title: Wording?
        package let times: Int
    }

    package struct SeriesLine: Sendable, Hashable {
        package let series: Series.ID
        package let title: Wording
        /// Different videos of the series.
        package let videos: Int
        /// The highest episode watched; nil where the series has no numbers.
        package let latestEpisode: Int?
        package let watched: Span
    }

    package struct FavouriteLine: Sendable, Hashable {
        /// As staff wrote it.
        package let name: String
        /// As people read it; the name itself where we have no other words for it.
        package let wording: Wording
        package let watched: Span
        /// Different videos.
        package let videos: Int
    }

    /// How the next video came to be played.
    package struct Choosing: Sendable, Hashable {
        package let chosen: Int
        /// Videos that followed by themselves.
        package let automatic: Int
    }

    package struct MainVideo: Sendable, Hashable {
        package let video: Video.ID
        package let title: Wording?
        package let watched: Span
        package let topics: [String]
        package let categories: [CurriculumCategoryCode]
        package let areas: [CurriculumArea]
    }
}
