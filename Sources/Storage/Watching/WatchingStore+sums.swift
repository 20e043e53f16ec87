import Domain
import SQL

extension WatchingStore {
    /// The hours' totals, each under the areas that its videos have together: one row a video, however many areas it has, and
    /// what an hour's rows add up to is the hour. A video of none counts under ''.
    static func addToHours(
        _ credits: [Instant: Span],
        child: Child.ID,
        areas: [CurriculumArea],
        _ transaction: any Transaction
    ) throws {
        let byHour = Dictionary(credits.map { ($0.startOfHour, $1) }, uniquingKeysWith: +)
        let names = areas.map(\.rawValue).sorted().joined(separator: " ")
        for (hour, credit) in byHour.sorted(by: { $0.key < $1.key }) {
            try transaction.send(
                """
                INSERT INTO watch_hour (child_id, hour_at, areas, watched_ms)
                VALUES (\(child), \(hour), \(names), \(credit))
                ON CONFLICT (child_id, hour_at, areas) DO UPDATE SET watched_ms = watch_hour.watched_ms + \(credit)
                """
            )
        }
    }

    /// The day `now` falls on for one child, with the rules that hold on it.
    struct FamilyDay {
        private let child: Child.ID
        private let rules: WatchRules
        private let clock: FamilyClock
        private let now: Instant

        /// Of a row with the columns of the child's rules and of the guardian's time zone.
        init(_ row: Row, of child: Child.ID, now: Instant) throws {
            self.child = child
            self.now = now
            let viewing = try ChildStore.viewingRules(row)
            rules = WatchRuleText.rules(try row["rules"], viewing: viewing) ?? .closed(viewing: viewing)
            clock = FamilyClock(
                zone: try FamilyClocks.zone(try row["time_zone"], at: now),
                dayOfMove: try FamilyClocks.dayOfMove(row)
            )
        }

        /// Counts what was watched, each moment under its date, and returns what the allowance is reckoned from now.
        func add(
            _ credits: [Instant: Span],
            _ category: Allowance.Category,
            _ transaction: any Transaction
        ) throws -> WatchTime {
            let byDay = Dictionary(credits.map { (clock.zone.day(of: $0), $1) }, uniquingKeysWith: +)
            let counted = clock.countedDays(at: now)
            // What counting told of the day itself need not be asked for; of the dates of the day of a move it is only one.
            var used: Allowance.Used?
            for (day, credit) in byDay.sorted(by: { $0.key < $1.key }) {
                let sum = try add(credit, category, to: day, transaction)
                if counted == day...day { used = sum }
            }
            return try WatchTime.read(of: child, rules: rules, clock: clock, used: used, now: now, transaction)
        }

        private func add(
            _ credit: Span,
            _ category: Allowance.Category,
            to day: Day,
            _ transaction: any Transaction
        ) throws -> Allowance.Used {
            let (learning, fun): (Span, Span) = category == .learning ? (credit, .zero) : (.zero, credit)
            let row = try transaction.row(
                """
                INSERT INTO watch_day (child_id, day, watched_ms, learning_ms, fun_ms)
                VALUES (\(child), \(day), \(credit), \(learning), \(fun))
                ON CONFLICT (child_id, day) DO UPDATE SET watched_ms = watch_day.watched_ms + \(credit),
                    learning_ms = watch_day.learning_ms + \(learning), fun_ms = watch_day.fun_ms + \(fun)
                RETURNING watched_ms, learning_ms, fun_ms
                """
            )
            guard let row else { throw DatabaseError.conflict }
            return try Allowance.Used(row)
        }
    }
}
