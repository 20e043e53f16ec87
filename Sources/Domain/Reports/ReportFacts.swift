package import struct Foundation.TimeZone

/// What a report is made of: our own records of one child's watching, as they were read. Nothing in it comes from YouTube's
/// numbers.
package struct ReportFacts: Sendable, Hashable {
    package var period: ReportPeriod
    /// The family's day at the time of reading.
    package var today: Day
    /// The family's time zone.
    package var zone: TimeZone
    /// Completed years at the period's end, never more.
    package var age: Int
    /// The family's day on which the profile was made.
    package var childSince: Day
    /// At most one for a day. A day that is missing is a recorded day without watching and without a rule.
    package var days: [DayFacts]
    /// Every hour once; a video that carries two areas must not count twice.
    package var hours: [HourFacts]
    package var sittings: [Sitting]
    /// In any order; each began within the period.
    package var plays: [PlayFacts]
    package var average: BandAverage
    /// What the child had met before the period; nil where that is not known.
    package var metBefore: MetBefore?
    /// The first family day whose single plays are still kept; nil where all are. Days before have totals alone.
    package var playsKeptSince: Day?

    package init(
        period: ReportPeriod,
        today: Day,
        zone: TimeZone,
        age: Int,
        childSince: Day,
        days: [DayFacts],
        hours: [HourFacts],
        sittings: [Sitting],
        plays: [PlayFacts],
        average: BandAverage,
        metBefore: MetBefore? = nil,
        playsKeptSince: Day? = nil
    ) {
        self.period = period
        self.today = today
        self.zone = zone
        self.age = age
        self.childSince = childSince
        self.days = days
        self.hours = hours
        self.sittings = sittings
        self.plays = plays
        self.average = average
        self.metBefore = metBefore
        self.playsKeptSince = playsKeptSince
    }

    package struct DayFacts: Sendable, Hashable {
        package var day: Day
        package var watched: Span
        /// What the family's rule gave that day, bonus included; nil where no time was set.
        package var limit: Span?
        /// Whether any time was set, of one kind of video too.
        package var isLimited: Bool
        /// When that day's bedtime begins, in minutes after midnight, 0 to 1439; before noon means after that midnight. Nil
        /// where the family set none.
        package var bedtime: Int?

        package init(day: Day, watched: Span, limit: Span? = nil, isLimited: Bool = false, bedtime: Int? = nil) {
            self.day = day
            self.watched = watched
            self.limit = limit
            self.isLimited = isLimited || limit != nil
            self.bedtime = bedtime
        }
    }

    /// Watching within one hour.
    package struct HourFacts: Sendable, Hashable {
        /// The hour's start. In a zone whose offset is no whole hour, an hour counts where it starts.
        package var startsAt: Instant
        package var watched: Span

        package init(startsAt: Instant, watched: Span) {
            self.startsAt = startsAt
            self.watched = watched
        }
    }

    package struct MetBefore: Sendable, Hashable {
        package var categories: Set<CurriculumCategoryCode>
        package var topics: Set<String>

        package init(categories: Set<CurriculumCategoryCode>, topics: Set<String>) {
            self.categories = categories
            self.topics = topics
        }
    }
}

/// One play as a report sees it.
package struct PlayFacts: Sendable, Hashable {
    package struct SeriesPlace: Sendable, Hashable {
        package var id: Series.ID
        package var title: Wording
        package var episode: Int?

        package init(id: Series.ID, title: Wording, episode: Int?) {
            self.id = id
            self.title = title
            self.episode = episode
        }
    }

    package var video: Video.ID
    /// Nil once the source's data was purged.
    package var title: Wording?
    /// Names of labels as staff wrote them, heaviest first.
    package var topics: [String]
    package var characters: [String]
    package var areas: [CurriculumArea]
    package var contents: [CurriculumReference]
    /// Nil once the source's data was purged.
    package var duration: Span?
    package var watched: Span
    package var startedAt: Instant
    /// It followed by itself, nobody chose it.
    package var isAutomatic: Bool
    /// The child had never watched this video before.
    package var isFirstTime: Bool
    package var wasLeftEarly: Bool
    package var series: SeriesPlace?

    package init(
        video: Video.ID,
        title: Wording?,
        topics: [String] = [],
        characters: [String] = [],
        areas: [CurriculumArea] = [],
        contents: [CurriculumReference] = [],
        duration: Span?,
        watched: Span,
        startedAt: Instant,
        isAutomatic: Bool = false,
        isFirstTime: Bool = true,
        wasLeftEarly: Bool = false,
        series: SeriesPlace? = nil
    ) {
        self.video = video
        self.title = title
        self.topics = topics
        self.characters = characters
        self.areas = areas
        self.contents = contents
        self.duration = duration
        self.watched = watched
        self.startedAt = startedAt
        self.isAutomatic = isAutomatic
        self.isFirstTime = isFirstTime
        self.wasLeftEarly = wasLeftEarly
        self.series = series
    }

    /// Whether the play is long enough for the child to have met the video's theme: a minute, or half of a shorter video.
    package var metItsTheme: Bool {
        let half = duration.map { Span(milliseconds: $0.milliseconds / 2) } ?? .minutes(1)
        return watched > .zero && watched >= min(.minutes(1), half)
    }

    /// Whether a play ended in the first quarter of its video by the child's own wish. A video without a known length was not
    /// left early, and neither was one that the family's time ended.
    package static func isLeftEarly(position: Span, duration: Span?, endedByRule: Bool) -> Bool {
        guard let duration, !endedByRule else { return false }
        return position.milliseconds < duration.milliseconds / 4
    }
}

/// What children of the same age group watched on average: Kyck's own records, and withheld while they are of too few.
package enum BandAverage: Sendable, Hashable {
    /// Watched by a child on a day on which it watched; `children` is of the day with the most of them.
    case average(perDay: Span, children: Int)
    /// Fewer children than `minimumChildren`.
    case withheld
    /// The aggregates do not reach so far.
    case unknown

    /// The fewest children an average is shown of: below, it would tell of single families.
    package static let minimumChildren = 20
}
