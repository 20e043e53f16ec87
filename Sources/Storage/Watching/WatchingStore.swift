package import Domain
package import SQL

/// Plays, and everything their beats count. One beat's effects are one transaction.
package struct WatchingStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    // MARK: Plays

    package struct NewPlay: Sendable {
        package let id: Play.ID
        package let child: Child.ID
        package let video: Video.ID
        /// Where the child chose the video, and the reason that stood with it.
        package let offer: Offer

        package init(
            id: Play.ID,
            child: Child.ID,
            video: Video.ID,
            surface: Surface,
            reason: Recommendation.Reason? = nil
        ) {
            self.id = id
            self.child = child
            self.video = video
            offer = Offer(surface: surface, reason: reason)
        }
    }

    package struct Begun: Sendable, Equatable {
        /// Where the child left the video.
        package let resume: Span
        /// Whether it had been begun before, under the same id.
        package let isRepeated: Bool
        /// How many videos followed by themselves in a row, this one included; zero where the child chose it.
        package let followed: Int
    }

    /// As many videos as the rules allow have followed by themselves: the child has to choose.
    package struct AutoplayOver: Error, Hashable {}

    /// Begins a play. Begun once more under the same id, as a repeated request does, it is the same play.
    ///
    /// - Throws: `AutoplayOver`, and nothing has begun.
    package func begin(_ play: NewPlay, now: Instant) async throws -> Begun {
        let ledger = PlayLedger(startedAt: now)
        return try await database.write { transaction in
            let followed = try Self.followed(with: play, transaction)
            let begun = try transaction.run(
                """
                INSERT INTO play (id, child_id, video_id, surface, reason, started_at, heard_at, made_at, bank_ms,
                    resumed_ms)
                VALUES (\(play.id), \(play.child), \(play.video), \(play.offer.surface), \(play.offer.reason), \(now),
                    \(ledger.heardAt), \(ledger.madeAt), \(ledger.bank),
                    coalesce((SELECT position_ms FROM watched_video
                        WHERE child_id = \(play.child) AND video_id = \(play.video)), 0))
                ON CONFLICT (id) DO NOTHING
                """
            )
            let total = try transaction.row(
                """
                INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at,
                    first_played_at)
                VALUES (\(play.child), \(play.video), 1, 0, 0, \(now), \(now))
                ON CONFLICT (child_id, video_id) DO UPDATE
                SET plays = watched_video.plays + \(begun), last_watched_at = \(now)
                RETURNING position_ms, popularity, popularity_group,
                    (SELECT birth_month FROM child WHERE id = \(play.child)) AS birth_month,
                    (SELECT g.time_zone FROM child c JOIN guardian g ON g.id = c.guardian_id
                        WHERE c.id = \(play.child)) AS time_zone
                """
            )
            guard let total else { throw DatabaseError.conflict }
            let part = PopularityStore.Part(
                child: play.child,
                video: play.video,
                weight: try total["popularity"],
                group: try total["popularity_group"]
            )
            try PopularityStore.count(part, in: try Self.ageGroup(total, now: now), now: now, transaction)
            if begun > 0 { try OfferStore.add(OfferStore.Cell(play.offer, at: now), opened: 1, transaction) }
            return Begun(resume: try total["position_ms"], isRepeated: begun == 0, followed: followed)
        }
    }

    /// A video the child chose begins the row anew. The child's row is held, or two devices would pass the cap together.
    private static func followed(with play: NewPlay, _ transaction: any Transaction) throws -> Int {
        guard play.offer.surface == .autoplay else { return 0 }
        let row = try transaction.row(
            """
            SELECT c.autoplay_cap, (SELECT count(*) FROM play p WHERE p.id = \(play.id)) AS begun FROM child c
            WHERE c.id = \(play.child) \(transaction.dialect.forNoKeyUpdate(of: "c"))
            """
        )
        guard let row else { return 0 }
        let cap: Int = try row["autoplay_cap"]
        let latest = try transaction.rows(
            """
            SELECT surface FROM play WHERE child_id = \(play.child)
            ORDER BY started_at DESC, id DESC LIMIT \(max(1, cap))
            """
        ).map { try $0["surface"] as Surface }
        let before = latest.prefix { $0 == .autoplay }.count
        guard try row["begun"] == 0 else { return max(1, before) }
        guard before < cap else { throw AutoplayOver() }
        return before + 1
    }

    private static func ageGroup(_ row: Row, now: Instant) throws -> AgeGroup {
        guard let month = FamilyCalendar(zone: try row["time_zone"])?.month(of: now) else {
            throw DatabaseError.unexpectedValue(column: "time_zone", expected: "time zone")
        }
        let birthMonth: BirthMonth = try row["birth_month"]
        return AgeGroup(ageInMonths: birthMonth.ageInMonths(in: month))
    }

    /// Whose play it is and of what.
    package struct Owner: Sendable {
        package let child: Child.ID
        package let guardian: Guardian.ID
        package let video: Video.ID
    }

    // MARK: Beats

    /// What is known about a play beside its beats.
    package struct Setting: Sendable {
        /// Under which areas the time counts; empty counts as no area.
        package let areas: [CurriculumArea]
        package let duration: Span

        package init(areas: [CurriculumArea], duration: Span) {
            self.areas = areas
            self.duration = duration
        }

        var category: Allowance.Category { Allowance.Category(areas: areas) }
    }

    /// Beats of one play that came together.
    package struct Arrival: Sendable {
        package let play: Play.ID
        package let beats: [PlayLedger.Beat]
        /// Who sends them. Asked for with the play, in the transaction that counts, so that a session that has ended counts
        /// nothing and a beat needs no read of its own to know; nil for those who ask nobody, such as loaders.
        package let session: Session.ID?
        /// Asked once whose play it is; nil refuses, as if there were no such play.
        package let setting: @Sendable (Owner) -> Setting?

        package init(
            play: Play.ID,
            beats: [PlayLedger.Beat],
            session: Session.ID? = nil,
            setting: @escaping @Sendable (Owner) -> Setting?
        ) {
            self.play = play
            self.beats = beats
            self.session = session
            self.setting = setting
        }
    }

    package struct Tally: Sendable, Equatable {
        package let child: Child.ID
        /// How many beats of the arrival were counted, the rest were duplicates or too old.
        package let accepted: Int
        package let credited: Span
        /// What the child's allowance is reckoned from, with this arrival.
        package let time: WatchTime
        /// What plays; nil once it has ended.
        package let current: Allowance.Current?
        /// Whether the share of the video the child has watched passed a tenth: the taste vector is due.
        package let ratingChanged: Bool
        /// What the child has watched through with this arrival, and not before.
        package let finished: Offer?
    }

    /// Counts an arrival of beats: the play, the video's total, the watch hours and the day, all or nothing. Nil, and
    /// nothing is counted, where there is no such play, it is refused, or the session is over.
    package func count(_ arrival: Arrival, now: Instant) async throws -> Tally? {
        try await database.write { try Self.count(arrival, now: now, $0) }
    }

    private static func count(_ arrival: Arrival, now: Instant, _ transaction: any Transaction) throws -> Tally? {
        let lock = transaction.dialect.forUpdate(of: "p")
        let row = try transaction.row(
            """
            SELECT p.child_id, c.guardian_id, p.video_id, p.started_at, p.heard_at, p.made_at, p.beats,
                p.state, p.bank_ms, p.position_ms, p.watched_ms, p.surface, p.reason, p.resumed_ms, p.finished,
                (SELECT count(*) FROM session s
                    WHERE s.id = \(arrival.session) AND s.revoked_at IS NULL AND s.expires_at > \(now)) AS sessions,
                g.time_zone, g.move_first, g.move_last, g.move_until,
                c.approved_only, c.search_enabled, c.autoplay_cap, w.rules
            FROM play p JOIN child c ON c.id = p.child_id JOIN guardian g ON g.id = c.guardian_id
                LEFT JOIN watch_rule w ON w.child_id = p.child_id
            WHERE p.id = \(arrival.play) \(lock)
            """
        )
        guard let row else { return nil }
        if arrival.session != nil, try row["sessions"] == 0 { return nil }
        let owner = Owner(
            child: try row["child_id"],
            guardian: try row["guardian_id"],
            video: try row["video_id"]
        )
        guard let setting = arrival.setting(owner) else { return nil }
        let (child, video) = (owner.child, owner.video)
        let day = try FamilyDay(row, of: child, now: now)
        var ledger = try PlayLedger(row: row)
        var accepted = 0
        var credits: [Instant: Span] = [:]
        ledger.hear(at: now)
        for beat in arrival.beats.sorted(by: { $0.number < $1.number }) {
            guard case .counted(let credit, let at) = ledger.take(beat, heardAt: now) else { continue }
            accepted += 1
            if credit > .zero { credits[at, default: .zero] = credits[at, default: .zero] + credit }
        }
        let wasFinished: Bool = try row["finished"]
        let finishes =
            try accepted > 0 && !wasFinished
            && Play.isFinished(row["resumed_ms"] + ledger.watched, of: setting.duration)
        try save(ledger, isFinished: wasFinished || finishes, of: arrival.play, transaction)
        let current =
            ledger.hasEnded
            ? nil
            : Allowance.Current(
                category: setting.category,
                remaining: max(.zero, setting.duration - ledger.position)
            )
        guard accepted > 0 else {
            return Tally(
                child: child,
                accepted: 0,
                credited: .zero,
                time: try day.add([:], setting.category, transaction),
                current: current,
                ratingChanged: false,
                finished: nil
            )
        }
        let credited = credits.values.reduce(.zero, +)
        let before = try addToVideo(
            credited,
            child: child,
            video: video,
            ledger: ledger,
            duration: setting.duration,
            transaction
        )
        try addToHours(credits, child: child, areas: setting.areas, transaction)
        let time = try day.add(credits, setting.category, transaction)
        let offer = Offer(surface: try row["surface"], reason: try row["reason"])
        // In the hour the play began, as its opening is: of those opened in an hour no more can be finished.
        if finishes { try OfferStore.add(OfferStore.Cell(offer, at: ledger.startedAt), finished: 1, transaction) }
        let duration = max(1, setting.duration.milliseconds)
        let tenth = { (span: Span) in span.milliseconds * 10 / duration }
        return Tally(
            child: child,
            accepted: accepted,
            credited: credited,
            time: time,
            current: current,
            ratingChanged: tenth(before) != tenth(before + credited) || (accepted > 0 && ledger.hasEnded),
            finished: finishes ? offer : nil
        )
    }

    private static func save(
        _ ledger: PlayLedger,
        isFinished: Bool,
        of play: Play.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.send(
            """
            UPDATE play SET heard_at = \(ledger.heardAt), made_at = \(ledger.madeAt), beats = \(ledger.numbers),
                state = \(ledger.state), bank_ms = \(ledger.bank), position_ms = \(ledger.position),
                watched_ms = \(ledger.watched), finished = \(isFinished)
            WHERE id = \(play)
            """
        )
    }

    /// Returns what the child had watched of the video before this arrival. An outbox of an older play adds its time, but
    /// the child goes on where it was later.
    private static func addToVideo(
        _ credited: Span,
        child: Child.ID,
        video: Video.ID,
        ledger: PlayLedger,
        duration: Span,
        _ transaction: any Transaction
    ) throws -> Span {
        // A video watched to its end begins anew next time.
        let resume: Span =
            ledger.hasEnded || ledger.position >= duration - .seconds(5) ? .zero : ledger.position
        let row = try transaction.row(
            """
            INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at,
                first_played_at)
            VALUES (\(child), \(video), 1, \(credited), \(resume), \(ledger.madeAt), \(ledger.startedAt))
            ON CONFLICT (child_id, video_id) DO UPDATE SET watched_ms = watched_video.watched_ms + \(credited),
                position_ms = CASE WHEN watched_video.last_watched_at <= \(ledger.madeAt) THEN \(resume)
                    ELSE watched_video.position_ms END,
                last_watched_at = \(transaction.dialect.greatest)(watched_video.last_watched_at, \(ledger.madeAt))
            RETURNING watched_ms
            """
        )
        guard let row else { return .zero }
        return try (row["watched_ms"] as Span) - credited
    }
}

extension PlayLedger {
    fileprivate init(row: Row) throws {
        self.init(
            startedAt: try row["started_at"],
            heardAt: try row["heard_at"],
            madeAt: try row["made_at"],
            numbers: try row["beats"],
            state: try row["state"],
            bank: try row["bank_ms"],
            position: try row["position_ms"],
            watched: try row["watched_ms"]
        )
    }
}
