package import Domain

/// Everything kept about one child, as it stands in `POST /v1/me/export`. Times that were watched are milliseconds.
package struct ChildExport: Codable, Sendable {
    /// A video the guardian approved or wants less of, or the child marked.
    package struct Choice: Codable, Sendable {
        package let videoID: Video.ID
        package let createdAt: Timestamp

        package init(videoID: Video.ID, createdAt: Instant) {
            self.videoID = videoID
            self.createdAt = Timestamp(createdAt)
        }

        package enum CodingKeys: String, CodingKey {
            case videoID = "video_id"
            case createdAt = "created_at"
        }
    }

    /// All rules, and when they were last set.
    package struct RulesExport: Codable, Sendable {
        package let rules: RulesBody
        package let updatedAt: Timestamp

        package init(_ rules: WatchRules, updatedAt: Instant) {
            self.rules = RulesBody(rules)
            self.updatedAt = Timestamp(updatedAt)
        }

        package enum CodingKeys: String, CodingKey {
            case rules
            case updatedAt = "updated_at"
        }
    }

    /// All rules as they were at the end of a day on which they were set.
    package struct RulesOfDayExport: Codable, Sendable {
        package let day: String
        package let rules: RulesBody

        package init(day: Day, rules: WatchRules) {
            self.day = day.description
            self.rules = RulesBody(rules)
        }
    }

    /// Advice that was given with a week's report.
    package struct AdviceExport: Codable, Sendable {
        /// Its Monday.
        package let week: String
        package let rule: String
        package let givenAt: Timestamp

        package init(week: Day, rule: AdviceRule.ID, givenAt: Instant) {
            self.week = week.description
            self.rule = rule.description
            self.givenAt = Timestamp(givenAt)
        }

        package enum CodingKeys: String, CodingKey {
            case week, rule
            case givenAt = "given_at"
        }
    }

    /// Minutes granted on top of the rules for a day.
    package struct BonusExport: Codable, Sendable {
        package let id: Identifier<Bonus>
        package let day: String
        package let minutes: Int
        package let grantedAt: Timestamp

        package init(id: Identifier<Bonus>, day: Day, minutes: Int, grantedAt: Instant) {
            self.id = id
            self.day = day.description
            self.minutes = minutes
            self.grantedAt = Timestamp(grantedAt)
        }

        package enum CodingKeys: String, CodingKey {
            case id, day, minutes
            case grantedAt = "granted_at"
        }
    }

    package struct PlayExport: Codable, Sendable {
        package let id: Play.ID
        package let videoID: Video.ID
        package let surface: Surface
        /// Why it was offered; absent where the video was chosen without a reason.
        package let reason: Recommendation.Reason?
        package let startedAt: Timestamp
        /// When the player was last heard of, and when it last noted something: hours apart if it was offline.
        package let heardAt: Timestamp
        package let madeAt: Timestamp
        package let state: PlayLedger.State
        package let positionMS: Int64
        package let watchedMS: Int64
        /// Where in the video it began.
        package let resumedMS: Int64
        /// Whether the video was watched through, what lies before that place included.
        package let finished: Bool

        package init(
            id: Play.ID,
            videoID: Video.ID,
            surface: Surface,
            reason: Recommendation.Reason?,
            startedAt: Instant,
            heardAt: Instant,
            madeAt: Instant,
            state: PlayLedger.State,
            position: Span,
            watched: Span,
            resumed: Span,
            isFinished: Bool
        ) {
            self.id = id
            self.videoID = videoID
            self.surface = surface
            self.reason = reason
            self.startedAt = Timestamp(startedAt)
            self.heardAt = Timestamp(heardAt)
            self.madeAt = Timestamp(madeAt)
            self.state = state
            positionMS = position.milliseconds
            watchedMS = watched.milliseconds
            resumedMS = resumed.milliseconds
            finished = isFinished
        }

        package enum CodingKeys: String, CodingKey {
            case id, surface, reason, state, finished
            case videoID = "video_id"
            case startedAt = "started_at"
            case heardAt = "heard_at"
            case madeAt = "made_at"
            case positionMS = "position_ms"
            case watchedMS = "watched_ms"
            case resumedMS = "resumed_ms"
        }
    }

    /// The totals of one video, over all its plays.
    package struct VideoExport: Codable, Sendable {
        package let videoID: Video.ID
        package let plays: Int
        package let watchedMS: Int64
        /// Where the child would go on; 0 where it watched to the end.
        package let positionMS: Int64
        package let lastWatchedAt: Timestamp
        package let firstPlayedAt: Timestamp?

        package init(
            videoID: Video.ID,
            plays: Int,
            watched: Span,
            position: Span,
            lastWatchedAt: Instant,
            firstPlayedAt: Instant?
        ) {
            self.videoID = videoID
            self.plays = plays
            watchedMS = watched.milliseconds
            positionMS = position.milliseconds
            self.lastWatchedAt = Timestamp(lastWatchedAt)
            self.firstPlayedAt = firstPlayedAt.map(Timestamp.init)
        }

        package enum CodingKeys: String, CodingKey {
            case plays
            case videoID = "video_id"
            case watchedMS = "watched_ms"
            case positionMS = "position_ms"
            case lastWatchedAt = "last_watched_at"
            case firstPlayedAt = "first_played_at"
        }
    }

    package struct HourExport: Codable, Sendable {
        package let hourAt: Timestamp
        /// The curriculum areas of what was watched; none for videos of none. The entries of an hour add up to it.
        package let areas: [CurriculumArea]
        package let watchedMS: Int64

        package init(hourAt: Instant, areas: [CurriculumArea], watched: Span) {
            self.hourAt = Timestamp(hourAt)
            self.areas = areas
            watchedMS = watched.milliseconds
        }

        package enum CodingKeys: String, CodingKey {
            case areas
            case hourAt = "hour_at"
            case watchedMS = "watched_ms"
        }
    }

    package struct DayExport: Codable, Sendable {
        package let day: String
        package let watchedMS: Int64
        package let learningMS: Int64
        package let funMS: Int64

        package init(day: Day, used: Allowance.Used) {
            self.day = day.description
            watchedMS = used.total.milliseconds
            learningMS = used.learning.milliseconds
            funMS = used.fun.milliseconds
        }

        package enum CodingKeys: String, CodingKey {
            case day
            case watchedMS = "watched_ms"
            case learningMS = "learning_ms"
            case funMS = "fun_ms"
        }
    }

    /// What the child adds to the averages over all children: plays that are over, by the hour of the week they began in.
    package struct HabitExport: Codable, Sendable {
        /// 0 for Monday's first hour to 167, on the family's clock.
        package let hourOfWeek: Int
        /// 0 for children under three, then one for each year, 4 for those of six and older.
        package let ageGroup: Int
        /// A curriculum area; empty for videos of none. A video of two areas counts in both.
        package let area: String
        /// Empty for videos of none.
        package let topic: String
        package let plays: Int
        package let watchedMS: Int64
        /// How many of them came to the end of their video.
        package let finished: Int

        package init(
            hourOfWeek: Int,
            ageGroup: AgeGroup,
            area: String,
            topic: String,
            plays: Int,
            watched: Span,
            finished: Int
        ) {
            self.hourOfWeek = hourOfWeek
            self.ageGroup = ageGroup.rawValue
            self.area = area
            self.topic = topic
            self.plays = plays
            watchedMS = watched.milliseconds
            self.finished = finished
        }

        package enum CodingKeys: String, CodingKey {
            case area, topic, plays, finished
            case hourOfWeek = "hour_of_week"
            case ageGroup = "age_group"
            case watchedMS = "watched_ms"
        }
    }

    /// What the recommender believes the child likes, in words.
    package struct TasteExport: Codable, Sendable {
        package struct Part: Codable, Sendable {
            package let labelID: Label.ID
            /// Null where staff have removed the label since.
            package let kind: String?
            package let name: String?
            /// Larger is liked more; only to be compared with the others.
            package let weight: Double

            package init(_ id: Label.ID, label: Label?, weight: Double) {
                labelID = id
                kind = label?.kind.description
                name = label?.name
                self.weight = weight
            }

            package enum CodingKeys: String, CodingKey {
                case kind, name, weight
                case labelID = "label_id"
            }
        }

        package let updatedAt: Timestamp
        /// The most liked first.
        package let labels: [Part]

        package init(updatedAt: Instant, labels: [Part]) {
            self.updatedAt = Timestamp(updatedAt)
            self.labels = labels
        }

        package enum CodingKeys: String, CodingKey {
            case labels
            case updatedAt = "updated_at"
        }
    }

    package let profile: ChildResponse
    package let createdAt: Timestamp
    /// Absent where none were ever set.
    package let rules: RulesExport?
    package let rulesOfDays: [RulesOfDayExport]
    package let bonuses: [BonusExport]
    package let requests: [RequestResponse]
    package let blocks: [BlockResponse]
    package let approvals: [Choice]
    package let lessOf: [Choice]
    package let favourites: [Choice]
    package let plays: [PlayExport]
    package let videos: [VideoExport]
    package let hours: [HourExport]
    package let days: [DayExport]
    package let habits: [HabitExport]
    package let taste: TasteExport?
    package let advice: [AdviceExport]

    package init(
        profile: ChildResponse,
        createdAt: Instant,
        rules: RulesExport?,
        rulesOfDays: [RulesOfDayExport],
        bonuses: [BonusExport],
        requests: [RequestResponse],
        blocks: [BlockResponse],
        approvals: [Choice],
        lessOf: [Choice],
        favourites: [Choice],
        plays: [PlayExport],
        videos: [VideoExport],
        hours: [HourExport],
        days: [DayExport],
        habits: [HabitExport],
        taste: TasteExport?,
        advice: [AdviceExport]
    ) {
        self.profile = profile
        self.createdAt = Timestamp(createdAt)
        self.rules = rules
        self.rulesOfDays = rulesOfDays
        self.bonuses = bonuses
        self.requests = requests
        self.blocks = blocks
        self.approvals = approvals
        self.lessOf = lessOf
        self.favourites = favourites
        self.plays = plays
        self.videos = videos
        self.hours = hours
        self.days = days
        self.habits = habits
        self.taste = taste
        self.advice = advice
    }

    package enum CodingKeys: String, CodingKey {
        case profile, rules, bonuses, requests, blocks, approvals, favourites, plays, videos, hours, days, habits, taste
        case advice
        case rulesOfDays = "rules_of_days"
        case createdAt = "created_at"
        case lessOf = "less_of"
    }
}
