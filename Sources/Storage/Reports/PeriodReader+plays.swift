import Domain
import Foundation
import SQL

extension PeriodReader {
    /// A play as a report sees it, and as a part of a sitting.
    struct ReadPlay {
        let facts: PlayFacts
        let stretch: Sitting.Stretch
    }

    /// What belongs to a video and not to a play of it.
    private struct VideoFacts {
        var title: Wording?
        var duration: Span?
        var series: PlayFacts.SeriesPlace?
        var topics: [String] = []
        var characters: [String] = []
        var areas: [CurriculumArea] = []
        var contents: [CurriculumReference] = []
    }

    private struct PlayRow {
        let video: Video.ID
        let surface: Surface
        let state: PlayLedger.State
        let startedAt: Instant
        let madeAt: Instant
        let firstPlayedAt: Instant?
        let position: Span
        let watched: Span
        let isFinished: Bool

        init(_ row: Row) throws {
            video = try row["video_id"]
            surface = try row["surface"]
            state = try row["state"]
            startedAt = try row["started_at"]
            madeAt = try row["made_at"]
            firstPlayedAt = try row["first_played_at"]
            position = try row["position_ms"]
            watched = try row["watched_ms"]
            isFinished = try row["finished"]
        }

        /// A player that was left on pause goes on to say so: what lies further from the start than what was watched and
        /// the break that ends a sitting is no part of one.
        var end: Instant { min(madeAt, startedAt + watched + Sitting.endingBreak) }
    }

    /// Those of the period, in the order they began, and a few of the days beside it.
    func plays(_ days: [ReadDay]) throws -> [ReadPlay] {
        let rows = try transaction.rows(
            """
            SELECT p.video_id, p.surface, p.state, p.started_at, p.made_at, p.position_ms, p.watched_ms, p.finished,
                w.first_played_at
            FROM play p LEFT JOIN watched_video w ON w.child_id = p.child_id AND w.video_id = p.video_id
            WHERE p.child_id = \(child) AND p.started_at >= \(times.lowerBound)
                AND p.started_at < \(times.upperBound)
            ORDER BY p.started_at, p.id
            """
        ).map(PlayRow.init)
        let videos = try videos()
        let days = Dictionary(days.map { ($0.facts.day, $0) }, uniquingKeysWith: { first, _ in first })
        let last = lastPlays(rows, videos)
        return rows.enumerated().map { place, row in
            let day = Day(of: row.startedAt, in: zone)
            let video = videos[row.video] ?? VideoFacts()
            let endedByRule = days[day].map { wasEnded(row, by: $0, lastOf: last[place]) } ?? false
            let facts = PlayFacts(
                video: row.video,
                title: video.title,
                topics: video.topics,
                characters: video.characters,
                areas: video.areas,
                contents: video.contents,
                duration: video.duration,
                watched: row.watched,
                startedAt: row.startedAt,
                isAutomatic: row.surface == .autoplay,
                isFirstTime: row.firstPlayedAt.map { row.startedAt <= $0 } ?? true,
                wasLeftEarly: wasLeftEarly(row, of: video, endedByRule: endedByRule),
                series: video.series
            )
            let stretch = Sitting.Stretch(start: row.startedAt, end: row.end, watched: row.watched)
            return ReadPlay(facts: facts, stretch: stretch)
        }
    }

    /// What a play was the last of on its day.
    private struct Last {
        var ofDay = false
        var ofKind: Allowance.Category?
    }

    private func lastPlays(_ rows: [PlayRow], _ videos: [Video.ID: VideoFacts]) -> [Last] {
        var last = [Last](repeating: Last(), count: rows.count)
        var later: (day: Day?, kinds: Set<Allowance.Category>) = (nil, [])
        for (place, row) in rows.enumerated().reversed() {
            let day = Day(of: row.startedAt, in: zone)
            if later.day != day { later = (day, []) }
            let kind = Allowance.Category(areas: videos[row.video]?.areas ?? [])
            last[place].ofDay = later.kinds.isEmpty
            if later.kinds.insert(kind).inserted { last[place].ofKind = kind }
        }
        return last
    }

    private func wasLeftEarly(_ row: PlayRow, of video: VideoFacts, endedByRule: Bool) -> Bool {
        let isStillOn = row.state != .ended && now - row.madeAt < Sitting.endingBreak
        guard !row.isFinished, row.state != .ended, !isStillOn else { return false }
        return PlayFacts.isLeftEarly(position: row.position, duration: video.duration, endedByRule: endedByRule)
    }

    /// Whether the rules, and not the child, ended a play: the last of a day, or the last of its kind on a day on which that
    /// kind's budget was used up.
    private func wasEnded(_ row: PlayRow, by day: ReadDay, lastOf last: Last) -> Bool {
        if let kind = last.ofKind, day.usedUp.contains(kind) { return true }
        guard last.ofDay else { return false }
        if day.isUsedUp { return true }
        guard let bedtime = day.facts.bedtime else { return false }
        // Before noon it is after that midnight.
        let minute = Int64(bedtime < 12 * 60 ? bedtime + 24 * 60 : bedtime)
        let midnight = Instant(millisecondsSince1970: 0) + .days(day.facts.day.number)
        let local = row.end + .seconds(Int64(zone.secondsFromGMT(for: row.end.date)))
        return local + Self.lastBeat >= midnight + .minutes(minute)
    }

    // MARK: Videos

    /// The videos of the plays, as a list for `IN`.
    private var played: Query {
        """
        SELECT video_id FROM play WHERE child_id = \(child) AND started_at >= \(times.lowerBound)
            AND started_at < \(times.upperBound)
        """
    }

    private func videos() throws -> [Video.ID: VideoFacts] {
        var videos: [Video.ID: VideoFacts] = [:]
        let rows = try transaction.rows(
            """
            SELECT v.id, v.youtube_id, v.state, v.title, v.own_title_ko, v.own_title_en, v.fetched_at, v.duration_ms,
                v.series_id, v.episode, s.title_ko, s.title_en
            FROM video v LEFT JOIN series s ON s.id = v.series_id WHERE v.id IN (\(played))
            """
        )
        for row in rows { videos[try row["id"]] = try video(row) }
        // CROSS JOIN tells SQLite which table to begin with: it would take all labels of the kinds first.
        let labels = try transaction.rows(
            """
            SELECT x.video_id, l.kind, l.name FROM video_label x CROSS JOIN label l
            WHERE l.id = x.label_id AND x.video_id IN (\(played))
                AND l.kind IN (\(list: [Label.Kind.topic, .character, .area]))
            ORDER BY x.video_id, x.weight DESC, l.name
            """
        )
        for row in labels {
            let (video, kind, name): (Video.ID, Label.Kind, String) = (
                try row["video_id"], try row["kind"], try row["name"]
            )
            switch kind {
            case .topic: videos[video]?.topics.append(name)
            case .character: videos[video]?.characters.append(name)
            default: if let area = CurriculumArea(rawValue: name) { videos[video]?.areas.append(area) }
            }
        }
        let contents = try transaction.rows(
            """
            SELECT video_id, edition, code FROM video_content WHERE video_id IN (\(played))
            ORDER BY video_id, edition, code
            """
        )
        for row in contents {
            videos[try row["video_id"]]?.contents.append(
                CurriculumReference(edition: try row["edition"], code: try row["code"])
            )
        }
        return videos
    }

    private func video(_ row: Row) throws -> VideoFacts {
        var facts = VideoFacts()
        let (korean, english): (String?, String?) = (try row["own_title_ko"], try row["own_title_en"])
        if let own = korean ?? english {
            facts.title = Wording(korean: korean ?? own, english: english ?? own)
        } else if try isShowable(row) {
            let title: String? = try row["title"]
            facts.title = title.map(Wording.init)
        }
        facts.duration = try row["duration_ms"]
        if let series: Series.ID = try row["series_id"] {
            facts.series = PlayFacts.SeriesPlace(
                id: series,
                title: Wording(korean: try row["title_ko"], english: try row["title_en"]),
                episode: try row["episode"]
            )
        }
        return facts
    }

    /// Whether a title that is not ours may be told: of a video that is still about, and read from its source lately.
    private func isShowable(_ row: Row) throws -> Bool {
        let (state, youtube): (Video.State, YouTubeVideoID?) = (try row["state"], try row["youtube_id"])
        guard state == .published || state == .accepted else { return false }
        guard youtube != nil else { return true }
        let fetched: Instant? = try row["fetched_at"]
        return fetched.map { now - $0 < Screening.freshness } ?? false
    }

    // MARK: What was met before

    /// Of the themes of these plays, which were met before the period, and whether anything was.
    func metBefore(_ plays: [PlayFacts]) throws -> ReportFacts.MetBefore {
        var met = ReportFacts.MetBefore(categories: [], topics: [])
        let start = Instant(millisecondsSince1970: 0) + .days(period.from.number)
        let begin = start - .seconds(Int64(zone.secondsFromGMT(for: start.date)))
        let known: Query = "w.child_id = \(child) AND w.first_played_at < \(begin) AND w.watched_ms > 0"
        for category in Set(plays.flatMap(\.contents).map(\.code.category)).sorted() {
            let (first, end) = ("\(category).", "\(category)/")
            let row = try transaction.row(
                """
                SELECT 1 AS met FROM watched_video w JOIN video_content m ON m.video_id = w.video_id
                WHERE \(known) AND m.code >= \(first) AND m.code < \(end) LIMIT 1
                """
            )
            if row != nil { met.categories.insert(category) }
        }
        try transaction.forPieces(of: Set(plays.flatMap(\.topics)).sorted()) { topics in
            // By the label's videos, of which there are few, and not by all that the child ever watched.
            let rows = try transaction.rows(
                """
                SELECT l.name FROM label l WHERE l.kind = \(Label.Kind.topic) AND l.name IN (\(list: topics))
                AND EXISTS (SELECT 1 FROM video_label x CROSS JOIN watched_video w
                    WHERE w.video_id = x.video_id AND x.label_id = l.id AND \(known))
                """
            )
            for row in rows { met.topics.insert(try row["name"]) }
        }
        guard met.categories.isEmpty, met.topics.isEmpty else { return met }
        // Everything of this period is new. Whether there was anything before says whether that is worth a word.
        let earlier = try transaction.row(
            """
            SELECT l.name FROM watched_video w JOIN video_label x ON x.video_id = w.video_id
                JOIN label l ON l.id = x.label_id
            WHERE \(known) AND l.kind = \(Label.Kind.topic) LIMIT 1
            """
        )
        if let name: String = try earlier?["name"] { met.topics.insert(name) }
        return met
    }
}
