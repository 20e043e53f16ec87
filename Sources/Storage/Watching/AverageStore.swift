package import Domain
package import SQL

/// What is watched when, by whom and of what: children, plays, minutes and completion for each hour of the family's week,
/// age group, curriculum area and topic, over all plays there ever were.
///
/// A play is counted once, when nothing can change it any more: `PlayLedger.closing` after it began its beats are refused.
/// So a run takes the plays that began after the last one it has counted, in bounded batches by their start, and a batch
/// moves the mark in the transaction that adds its sums. A batch that fails has done nothing, one that is repeated finds
/// the mark moved, and neither its time nor its memory depends on what was counted before. A play counts by the labels its
/// video has when it is counted; one of several areas or topics counts fully in each, one of none under none. One of a
/// family whose time zone this machine does not know is passed over, so that nobody else's wait for it.
///
/// Two tables, because an average must say of how many children it is, and a child that is deleted must be gone from it.
/// `watch_average` is read: one row a cell, at most 168 hours × 5 groups × 6 areas × the topics there are, however many
/// children watch. `watch_average_child` holds each child's part in a cell, with which it is known whether a play makes a
/// cell one child richer, and what to take away when the child goes; raw plays cannot tell, they are removed. It grows with
/// the children and not with their plays: a child adds to the hours it usually watches in. Its key begins with the child,
/// so that a batch touches a few pages a child, deletion finds its rows, and one index is enough. Sketches of a few bytes
/// a cell would be smaller, but nothing can be taken out of them.
package struct AverageStore: Sendable {
    /// Of fewer children a cell tells nothing: it would tell of single families.
    package static let fewestChildren = 5
    /// After how long a play is counted: closed, by the clock of any machine, and its last transaction committed.
    package static let settling = PlayLedger.closing + JobStore.clockTolerance

    let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// What a play counts under.
    package struct Cell: Hashable, Sendable {
        /// 0 for Monday's first on the family's clock to 167.
        package let hourOfWeek: Int
        /// On the day the play began.
        package let ageGroup: AgeGroup
        /// Nil for videos of no area.
        package let area: CurriculumArea?
        /// The name of a label; nil for videos of no topic.
        package let topic: String?

        package init(hourOfWeek: Int, ageGroup: AgeGroup, area: CurriculumArea?, topic: String?) {
            self.hourOfWeek = hourOfWeek
            self.ageGroup = ageGroup
            self.area = area
            self.topic = topic
        }

        var areaName: String { area?.rawValue ?? "" }
        var topicName: String { topic ?? "" }
    }

    struct Sums {
        var plays = 0
        var watched = Span.zero
        var finished = 0

        mutating func add(_ watched: Span, isFinished: Bool) {
            plays += 1
            self.watched = self.watched + watched
            finished += isFinished ? 1 : 0
        }
    }

    // MARK: Reading

    /// What a cell says.
    package enum Reading: Hashable, Sendable {
        /// It is of fewer than `fewestChildren`.
        case withheld
        /// - completion: the share of plays that came to the end of their video.
        case of(children: Int, plays: Int, watched: Span, completion: Double)
    }

    /// What children of an age watch in an hour of the week. Nothing in the product reads it yet: it is for the overview of
    /// the staff's site, which is still to come.
    package func readings(of group: AgeGroup, hourOfWeek: Int) async throws -> [Cell: Reading] {
        let rows = try await database.read { transaction in
            try transaction.rows(
                """
                SELECT area, topic, children, plays, watched_ms, finished FROM watch_average
                WHERE hour_of_week = \(hourOfWeek) AND age_group = \(group) ORDER BY area, topic
                """
            )
        }
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                let (area, topic): (String, String) = (try row["area"], try row["topic"])
                let cell = Cell(
                    hourOfWeek: hourOfWeek,
                    ageGroup: group,
                    area: CurriculumArea(rawValue: area),
                    topic: topic.isEmpty ? nil : topic
                )
                let (children, plays, finished): (Int, Int, Int) = (
                    try row["children"], try row["plays"], try row["finished"]
                )
                guard children >= Self.fewestChildren, plays > 0 else { return (cell, .withheld) }
                let completion = Double(finished) / Double(plays)
                let watched: Span = try row["watched_ms"]
                return (cell, .of(children: children, plays: plays, watched: watched, completion: completion))
            }
        )
    }

    // MARK: Counting

    /// What a call dealt with.
    package struct Counted: Sendable, Equatable {
        /// How many plays, or parts of what is counted anew; 0 when there is nothing left to do.
        package let done: Int
        /// Those of them that are in no average: this machine's data does not know their family's time zone.
        package let withoutZone: Int

        package init(done: Int, withoutZone: Int = 0) {
            self.done = done
            self.withoutZone = withoutZone
        }
    }

    /// The plays of a batch, and where the mark is after it.
    private struct Batch {
        let plays: [Row]
        let end: Instant
    }

    /// Counts the next plays that are closed: about `limit`, and those that began in the same millisecond as the last.
    package func count(now: Instant, limit: Int) async throws -> Counted {
        try await database.write { transaction in
            // Whoever else counts waits here: batches follow one another, also where a lease has run out in the middle.
            let mark = try Self.lockMark(transaction)
            guard !mark.isClearing else { return Counted(done: try Self.clear(limit: limit, transaction)) }
            let closed = now - Self.settling
            guard let batch = try Self.batch(after: mark.countedUntil, until: closed, limit: limit, transaction) else {
                return Counted(done: 0)
            }
            let withoutZone = try Self.add(batch.plays, transaction)
            try transaction.run("UPDATE watch_average_mark SET counted_until = \(batch.end) WHERE id = 1")
            // All of its children may just have been deleted; there may still be more.
            return Counted(done: max(1, batch.plays.count), withoutZone: withoutZone)
        }
    }

    struct Mark {
        /// Every play that began by then is counted.
        let countedUntil: Instant
        /// Every day up to this one is counted.
        let daysCounted: Day?
        /// Plays that began by then are removed: nobody can count them again.
        let removedUntil: Instant?
        /// Whether everything is being taken away, to be counted anew.
        let isClearing: Bool
    }

    static func lockMark(_ transaction: any Transaction) throws -> Mark {
        let row = try transaction.row(
            """
            SELECT counted_until, days_counted, removed_until, clearing FROM watch_average_mark WHERE id = 1
            \(transaction.dialect.forUpdate)
            """
        )
        guard let row else { throw DatabaseError.conflict }
        return Mark(
            countedUntil: try row["counted_until"],
            daysCounted: try row["days_counted"],
            removedUntil: try row["removed_until"],
            isClearing: try row["clearing"]
        )
    }

    private static func batch(
        after mark: Instant,
        until closed: Instant,
        limit: Int,
        _ transaction: any Transaction
    ) throws -> Batch? {
        let starts: [Instant] = try transaction.rows(
            """
            SELECT started_at FROM play WHERE started_at > \(mark) AND started_at <= \(closed)
            ORDER BY started_at LIMIT \(limit)
            """
        ).map { try $0["started_at"] }
        guard let end = starts.last else { return nil }
        // A child that is being deleted is waited for, and then not there; one that is there cannot be deleted before the
        // end, which would find less of it in the sums than this batch adds.
        let plays = try transaction.rows(
            """
            SELECT p.child_id, p.video_id, p.started_at, p.watched_ms, p.finished, c.birth_month, g.time_zone
            FROM play p JOIN child c ON c.id = p.child_id JOIN guardian g ON g.id = c.guardian_id
            WHERE p.started_at > \(mark) AND p.started_at <= \(end) \(transaction.dialect.forKeyShare(of: "c"))
            """
        )
        return Batch(plays: plays, end: end)
    }

    private struct Part: Hashable {
        let child: String
        let cell: Cell
    }

    /// - Returns: how many plays could not be added.
    private static func add(_ plays: [Row], _ transaction: any Transaction) throws -> Int {
        let themes = try Themes(of: Set(try plays.map { try $0["video_id"] }), transaction)
        var clocks: [String: ZoneClock] = [:]
        var (cells, parts): ([Cell: Sums], [Part: Sums]) = ([:], [:])
        var withoutZone = 0
        for row in plays {
            let (child, zone): (String, String) = (try row["child_id"], try row["time_zone"])
            let start: Instant = try row["started_at"]
            guard let clock = (clocks[zone] ?? ZoneClock(zone: zone, around: start))?.covering(start) else {
                withoutZone += 1
                continue
            }
            clocks[zone] = clock
            let birth: BirthMonth = try row["birth_month"]
            let day = clock.day(of: start)
            guard let month = BirthMonth(year: day.year, month: day.month) else {
                throw DatabaseError.unexpectedValue(column: "started_at", expected: "a time of this era")
            }
            let group = AgeGroup(ageInMonths: birth.ageInMonths(in: month))
            let (watched, isFinished): (Span, Bool) = (try row["watched_ms"], try row["finished"])
            for (area, topic) in themes.of(try row["video_id"]) {
                let hour = clock.hourOfWeek(of: start)
                let cell = Cell(hourOfWeek: hour, ageGroup: group, area: area, topic: topic)
                cells[cell, default: Sums()].add(watched, isFinished: isFinished)
                parts[Part(child: child, cell: cell), default: Sums()].add(watched, isFinished: isFinished)
            }
        }
        let numbers = try add(cells, transaction)
        try add(parts, numbers, transaction)
        return withoutZone
    }

    /// Adds to cells, makes those that are new, and returns the number of each.
    private static func add(_ cells: [Cell: Sums], _ transaction: any Transaction) throws -> [Cell: Int64] {
        let newest = try transaction.row("SELECT coalesce(max(cell), 0) AS newest FROM watch_average")
        var number: Int64 = try newest?["newest"] ?? 0
        // In one order, so that the same batch makes the same numbers. A deletion takes its cells in whatever order the
        // database finds them: where the two wait in a circle, one is begun again, up to five times, as all writes are.
        let sorted = cells.sorted { left, right in
            let (a, b) = (left.key, right.key)
            return (a.hourOfWeek, a.ageGroup.rawValue, a.areaName, a.topicName)
                < (b.hourOfWeek, b.ageGroup.rawValue, b.areaName, b.topicName)
        }
        let rows = sorted.map { cell, sums -> Query in
            number += 1
            return """
                (\(number), \(cell.hourOfWeek), \(cell.ageGroup), \(cell.areaName), \(cell.topicName), 0, \(sums.plays), \
                \(sums.watched), \(sums.finished))
                """
        }
        // Only the batch that holds the mark makes cells: the numbers above the newest are free.
        let found = try transaction.insertReturning(rows, columns: 8) { values in
            """
            INSERT INTO watch_average
                (cell, hour_of_week, age_group, area, topic, children, plays, watched_ms, finished)
            VALUES \(values)
            ON CONFLICT (hour_of_week, age_group, area, topic) DO UPDATE
            SET plays = watch_average.plays + excluded.plays, watched_ms = watch_average.watched_ms + excluded.watched_ms,
                finished = watch_average.finished + excluded.finished
            RETURNING cell, hour_of_week, age_group, area, topic
            """
        }
        var numbers: [Cell: Int64] = [:]
        for row in found {
            let (area, topic): (String, String) = (try row["area"], try row["topic"])
            let cell = Cell(
                hourOfWeek: try row["hour_of_week"],
                ageGroup: try row["age_group"],
                area: CurriculumArea(rawValue: area),
                topic: topic.isEmpty ? nil : topic
            )
            numbers[cell] = try row["cell"]
        }
        return numbers
    }

    /// Adds to each child's parts, and one child to the cells it was not in.
    private static func add(
        _ parts: [Part: Sums],
        _ numbers: [Cell: Int64],
        _ transaction: any Transaction
    ) throws {
        struct Key: Hashable {
            let child: String
            let cell: Int64
        }
        var added: [Key: Sums] = [:]
        for (part, sums) in parts {
            guard let cell = numbers[part.cell] else { throw DatabaseError.conflict }
            added[Key(child: part.child, cell: cell)] = sums
        }
        let rows = added.sorted { ($0.key.child, $0.key.cell) < ($1.key.child, $1.key.cell) }.map {
            key,
            sums -> Query in
            "(\(key.child), \(key.cell), \(sums.plays), \(sums.watched), \(sums.finished))"
        }
        let found = try transaction.insertReturning(rows, columns: 5) { values in
            """
            INSERT INTO watch_average_child (child_id, cell, plays, watched_ms, finished) VALUES \(values)
            ON CONFLICT (child_id, cell) DO UPDATE
            SET plays = watch_average_child.plays + excluded.plays,
                watched_ms = watch_average_child.watched_ms + excluded.watched_ms,
                finished = watch_average_child.finished + excluded.finished
            RETURNING child_id, cell, plays
            """
        }
        var newcomers: [Int64: Int] = [:]
        for row in found {
            let key = Key(child: try row["child_id"], cell: try row["cell"])
            // Nobody has parts without a play: where these are all it has, it is new.
            if try row["plays"] == added[key]?.plays { newcomers[key.cell, default: 0] += 1 }
        }
        let more = newcomers.sorted { $0.key < $1.key }.map { cell, children -> Query in "(\(cell), \(children))" }
        try transaction.insert(more, columns: 2) { values in
            """
            UPDATE watch_average SET children = children + more.column2
            FROM (VALUES \(values)) AS more WHERE cell = more.column1
            """
        }
    }

    /// Takes children out that are about to be deleted. The transaction holds their rows, as `PopularityStore.forget` does.
    ///
    /// - Parameter condition: on `child`.
    static func forget(childrenWhere condition: Query, _ transaction: any Transaction) throws {
        let children: [Child.ID] = try transaction.rows("SELECT id FROM child WHERE \(condition) ORDER BY id")
            .map { try $0["id"] }
        guard !children.isEmpty else { return }
        let theirs: Query = "SELECT cell FROM watch_average_child WHERE child_id IN (\(list: children))"
        try transaction.run(
            """
            UPDATE watch_average SET (children, plays, watched_ms, finished) =
                (SELECT watch_average.children - count(*), watch_average.plays - CAST(sum(w.plays) AS BIGINT),
                    watch_average.watched_ms - CAST(sum(w.watched_ms) AS BIGINT),
                    watch_average.finished - CAST(sum(w.finished) AS BIGINT)
                FROM watch_average_child w
                WHERE w.child_id IN (\(list: children)) AND w.cell = watch_average.cell)
            WHERE cell IN (\(theirs))
            """
        )
        try transaction.run("DELETE FROM watch_average WHERE children = 0 AND cell IN (\(theirs))")
        try forgetDays(of: children, transaction)
    }
}

/// The areas and topics of videos.
private struct Themes {
    private var areas: [Video.ID: [CurriculumArea]] = [:]
    private var topics: [Video.ID: [String]] = [:]

    init(of videos: Set<Video.ID>, _ transaction: any Transaction) throws {
        let (area, topic) = (Label.Kind.area, Label.Kind.topic)
        try transaction.forPieces(of: videos.sorted()) { videos in
            let rows = try transaction.rows(
                """
                SELECT v.video_id, l.kind, l.name FROM video_label v JOIN label l ON l.id = v.label_id
                WHERE v.video_id IN (\(list: videos)) AND l.kind IN (\(area), \(topic))
                """
            )
            for row in rows {
                let (video, kind): (Video.ID, Label.Kind) = (try row["video_id"], try row["kind"])
                let name: String = try row["name"]
                if kind == topic {
                    topics[video, default: []].append(name)
                } else if let area = CurriculumArea(rawValue: name) {
                    areas[video, default: []].append(area)
                }
            }
        }
    }

    /// Every area with every topic.
    func of(_ video: Video.ID) -> [(CurriculumArea?, String?)] {
        let areas = self.areas[video]?.map(Optional.some) ?? [nil]
        let topics = self.topics[video]?.map(Optional.some) ?? [nil]
        return areas.flatMap { area in topics.map { (area, $0) } }
    }
}
