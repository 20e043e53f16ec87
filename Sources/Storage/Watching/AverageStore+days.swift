package import Domain
import SQL

/// What children of an age watch on a day, for a parent to set their own child's day beside.
extension AverageStore {
    /// After its end in Greenwich the day still lasts twelve hours in the last time zone, and beats of it come for as long
    /// as outboxes keep them.
    static let dayEnds = Span.hours(12) + PlayLedger.outbox + JobStore.clockTolerance

    /// The last day that nothing can change any more.
    static func lastClosedDay(now: Instant) -> Day {
        Day(number: Day(of: now - dayEnds).number - 1)
    }

    /// Counts children's days that are over: at most `limit`.
    ///
    /// - Returns: how many; 0 when there is none left, and then it is known up to which day an average tells everything.
    package func countDays(now: Instant, limit: Int) async throws -> Int {
        let last = Self.lastClosedDay(now: now)
        return try await database.write { transaction in
            let mark = try Self.lockMark(transaction)
            let days = try transaction.rows(
                """
                SELECT d.child_id, d.day, d.watched_ms, c.birth_month FROM watch_day d JOIN child c ON c.id = d.child_id
                WHERE d.age_group IS NULL AND d.day <= \(last) ORDER BY d.day, d.child_id LIMIT \(limit)
                \(transaction.dialect.forKeyShare(of: "c"))
                """
            )
            try Self.add(days, transaction)
            if days.isEmpty, mark.daysCounted.map({ $0 < last }) ?? true {
                try transaction.run("UPDATE watch_average_mark SET days_counted = \(last) WHERE id = 1")
            }
            return days.count
        }
    }

    private static func add(_ days: [Row], _ transaction: any Transaction) throws {
        struct Key: Hashable {
            let day: Day
            let group: AgeGroup
        }
        struct Sums {
            var children = 0
            var watched = Span.zero
        }
        var sums: [Key: Sums] = [:]
        var marks: [Query] = []
        for row in days {
            let (day, birth): (Day, BirthMonth) = (try row["day"], try row["birth_month"])
            // Passed over, it would come again with every batch, without end.
            guard let month = BirthMonth(year: day.year, month: day.month) else {
                throw DatabaseError.unexpectedValue(column: "day", expected: "a day of this era")
            }
            let group = AgeGroup(ageInMonths: birth.ageInMonths(in: month))
            sums[Key(day: day, group: group), default: Sums()].children += 1
            let watched: Span = try row["watched_ms"]
            sums[Key(day: day, group: group), default: Sums()].watched =
                (sums[Key(day: day, group: group)]?.watched ?? .zero) + watched
            let child: String = try row["child_id"]
            marks.append("(\(child), \(day), \(group))")
        }
        try transaction.insert(marks, columns: 3) { values in
            """
            UPDATE watch_day SET age_group = mark.column3 FROM (VALUES \(values)) AS mark
            WHERE child_id = mark.column1 AND day = mark.column2
            """
        }
        for (key, sum) in sums.sorted(by: { ($0.key.day, $0.key.group.rawValue) < ($1.key.day, $1.key.group.rawValue) })
        {
            try transaction.send(
                """
                INSERT INTO watch_day_average (day, age_group, children, watched_ms)
                VALUES (\(key.day), \(key.group), \(sum.children), \(sum.watched))
                ON CONFLICT (day, age_group) DO UPDATE SET children = watch_day_average.children + excluded.children,
                    watched_ms = watch_day_average.watched_ms + excluded.watched_ms
                """
            )
        }
    }

    /// What a child of this age watches on a day on which it watches, on average over these days.
    ///
    /// Days of too few children are left out, so that no small one can be reckoned from two averages. `children` is how
    /// many watched on the day that most did.
    ///
    /// - Returns: withheld where no day has enough children, unknown where none of the days is counted yet.
    package func average(of group: AgeGroup, over days: ClosedRange<Day>) async throws -> BandAverage {
        try await database.read { try Self.average(of: group, over: days, $0) }
    }

    static func average(
        of group: AgeGroup,
        over days: ClosedRange<Day>,
        _ transaction: any Transaction
    ) throws -> BandAverage {
        let mark = try transaction.row("SELECT days_counted FROM watch_average_mark WHERE id = 1")
        guard let mark, let counted: Day = try mark["days_counted"], days.lowerBound <= counted else {
            return .unknown
        }
        let sum = try transaction.row(
            """
            SELECT coalesce(max(children), 0) AS most, CAST(coalesce(sum(children), 0) AS BIGINT) AS child_days,
                CAST(coalesce(sum(watched_ms), 0) AS BIGINT) AS watched_ms
            FROM watch_day_average
            WHERE age_group = \(group) AND day BETWEEN \(days.lowerBound) AND \(min(days.upperBound, counted))
                AND children >= \(BandAverage.minimumChildren)
            """
        )
        guard let sum, let childDays: Int64 = try sum["child_days"], childDays > 0 else { return .withheld }
        let watched: Span = try sum["watched_ms"]
        return .average(
            perDay: Span(milliseconds: watched.milliseconds / childDays),
            children: try sum["most"]
        )
    }

    /// - Parameter children: whom the transaction holds.
    static func forgetDays(of children: [Child.ID], _ transaction: any Transaction) throws {
        let theirs: Query = """
            SELECT day, age_group FROM watch_day WHERE child_id IN (\(list: children)) AND age_group IS NOT NULL
            """
        try transaction.run(
            """
            UPDATE watch_day_average SET (children, watched_ms) =
                (SELECT watch_day_average.children - count(*),
                    watch_day_average.watched_ms - CAST(sum(d.watched_ms) AS BIGINT)
                FROM watch_day d
                WHERE d.child_id IN (\(list: children)) AND d.day = watch_day_average.day
                    AND d.age_group = watch_day_average.age_group)
            WHERE (day, age_group) IN (\(theirs))
            """
        )
        try transaction.run("DELETE FROM watch_day_average WHERE children = 0 AND (day, age_group) IN (\(theirs))")
    }
}
