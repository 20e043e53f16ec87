package import Domain
package import SQL

/// Everything kept about a family, for the guardian to take along: what the tables hold, not what surfaces make of it.
package struct ExportStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct FamilyRecord: Sendable {
        package let sessions: [SessionRecord]
        package let healthReports: [HealthReport]
        package let messages: MessageExport
        package let dismissals: [EventDismissal]
        package let children: [ChildRecord]
    }

    /// A session, also one that has ended and is not removed yet.
    package struct SessionRecord: Sendable {
        package let session: Session
        package let revokedAt: Instant?
        package let revokedReason: String?
    }

    package struct HealthReport: Sendable {
        package let video: Video.ID
        package let errorCode: Int
        package let reportedAt: Instant
    }

    package struct ChildRecord: Sendable {
        package let child: Child
        package let createdAt: Instant
        /// Nil where none were ever set.
        package let rules: RulesRecord?
        /// As they were at the end of each day they were set on, oldest first.
        package let rulesOfDays: [RulesOfDayRecord]
        package let bonuses: [BonusRecord]
        /// Oldest first.
        package let requests: [ChildRequest]
        package let approvals: [Choice]
        package let lessOf: [Choice]
        package let favourites: [Choice]
        package let plays: [PlayRecord]
        package let videos: [HistoryStore.Watched]
        package let hours: [HourRecord]
        package let days: [DayRecord]
        package let habits: [HabitRecord]
        package let taste: TasteRecord?
        /// Oldest first.
        package let advice: [AdviceRecord]
    }

    package struct RulesOfDayRecord: Sendable {
        package let day: Day
        package let rules: WatchRules
    }

    /// Advice that was given with a week's report.
    package struct AdviceRecord: Sendable {
        /// Its Monday.
        package let week: Day
        package let rule: AdviceRule.ID
        package let givenAt: Instant
    }

    package struct RulesRecord: Sendable {
        package let rules: WatchRules
        package let updatedAt: Instant
    }

    /// One grant.
    package struct BonusRecord: Sendable {
        package let id: Identifier<Bonus>
        package let day: Day
        package let minutes: Int
        package let grantedAt: Instant
    }

    package struct Choice: Sendable {
        package let video: Video.ID
        package let createdAt: Instant
    }

    package struct PlayRecord: Sendable {
        package let id: Play.ID
        package let video: Video.ID
        package let surface: Surface
        package let reason: Recommendation.Reason?
        package let startedAt: Instant
        package let heardAt: Instant
        package let madeAt: Instant
        package let state: PlayLedger.State
        package let position: Span
        package let watched: Span
        package let resumed: Span
        package let isFinished: Bool
    }

    package struct HourRecord: Sendable {
        package let hourAt: Instant
        package let areas: [CurriculumArea]
        package let watched: Span
    }

    package struct DayRecord: Sendable {
        package let day: Day
        package let used: Allowance.Used
    }

    /// The child's part in an average.
    package struct HabitRecord: Sendable {
        package let hourOfWeek: Int
        package let ageGroup: AgeGroup
        package let area: String
        package let topic: String
        package let plays: Int
        package let watched: Span
        package let finished: Int
    }

    package struct TasteRecord: Sendable {
        /// As the recommender wrote it.
        package let vector: [UInt8]
        package let updatedAt: Instant
    }

    /// Read in one transaction: one consistent picture.
    package func family(of guardian: Guardian.ID) async throws -> FamilyRecord {
        try await database.read { transaction in
            FamilyRecord(
                sessions: try Self.sessions(of: guardian, transaction),
                healthReports: try Self.healthReports(of: guardian, transaction),
                messages: try MessageExport(of: guardian, transaction),
                dismissals: try EventDismissal.all(of: guardian, transaction),
                children: try transaction.rows(
                    "SELECT \(ChildStore.columns), c.created_at FROM child c WHERE c.guardian_id = \(guardian) ORDER BY c.id"
                ).map { try Self.record(of: $0, transaction) }
            )
        }
    }

    private static func sessions(
        of guardian: Guardian.ID,
        _ transaction: any Transaction
    ) throws -> [SessionRecord] {
        try transaction.rows(
            """
            SELECT id, guardian_id, device_name, created_at, last_used_at, expires_at, revoked_at, revoked_reason
            FROM session WHERE guardian_id = \(guardian) ORDER BY last_used_at DESC, id
            """
        ).map { row in
            SessionRecord(
                session: Session(
                    id: try row["id"],
                    guardianID: try row["guardian_id"],
                    deviceName: try row["device_name"],
                    createdAt: try row["created_at"],
                    lastUsedAt: try row["last_used_at"],
                    expiresAt: try row["expires_at"]
                ),
                revokedAt: try row["revoked_at"],
                revokedReason: try row["revoked_reason"]
            )
        }
    }

    private static func healthReports(
        of guardian: Guardian.ID,
        _ transaction: any Transaction
    ) throws -> [HealthReport] {
        try transaction.rows(
            """
            SELECT video_id, error_code, reported_at FROM video_health WHERE guardian_id = \(guardian)
            ORDER BY reported_at, video_id
            """
        ).map { row in
            HealthReport(
                video: try row["video_id"],
                errorCode: try row["error_code"],
                reportedAt: try row["reported_at"]
            )
        }
    }

    private static func record(of row: Row, _ transaction: any Transaction) throws -> ChildRecord {
        let child = try ChildStore.child(row)
        return ChildRecord(
            child: child,
            createdAt: try row["created_at"],
            rules: try rules(of: child, transaction),
            rulesOfDays: try rulesOfDays(of: child, transaction),
            bonuses: try bonuses(of: child.id, transaction),
            requests: try RequestStore.all(of: child.id, transaction),
            approvals: try choices(in: "approval", of: child.id, transaction),
            lessOf: try choices(in: "less_of", of: child.id, transaction),
            favourites: try choices(in: "favourite", of: child.id, transaction),
            plays: try plays(of: child.id, transaction),
            videos: try HistoryStore.watched(by: child.id, before: nil, limit: .max, transaction),
            hours: try hours(of: child.id, transaction),
            days: try days(of: child.id, transaction),
            habits: try habits(of: child.id, transaction),
            taste: try taste(of: child.id, transaction),
            advice: try advice(of: child.id, transaction)
        )
    }

    private static func rules(of child: Child, _ transaction: any Transaction) throws -> RulesRecord? {
        try transaction.row("SELECT rules, updated_at FROM watch_rule WHERE child_id = \(child.id)").map { row in
            RulesRecord(
                rules: WatchRuleText.rules(try row["rules"], viewing: child.rules) ?? .closed(viewing: child.rules),
                updatedAt: try row["updated_at"]
            )
        }
    }

    private static func rulesOfDays(
        of child: Child,
        _ transaction: any Transaction
    ) throws -> [RulesOfDayRecord] {
        try transaction.rows("SELECT day, rules FROM watch_rule_day WHERE child_id = \(child.id) ORDER BY day").map {
            row in
            RulesOfDayRecord(
                day: try row["day"],
                rules: WatchRuleText.rules(try row["rules"], viewing: child.rules) ?? .closed(viewing: child.rules)
            )
        }
    }

    private static func advice(of child: Child.ID, _ transaction: any Transaction) throws -> [AdviceRecord] {
        try transaction.rows(
            "SELECT week, rule, given_at FROM advice WHERE child_id = \(child) ORDER BY week, rule"
        ).map { AdviceRecord(week: try $0["week"], rule: try $0["rule"], givenAt: try $0["given_at"]) }
    }

    private static func bonuses(of child: Child.ID, _ transaction: any Transaction) throws -> [BonusRecord] {
        try transaction.rows(
            "SELECT id, day, minutes, granted_at FROM bonus WHERE child_id = \(child) ORDER BY day, granted_at, id"
        ).map { row in
            BonusRecord(
                id: try row["id"],
                day: try row["day"],
                minutes: try row["minutes"],
                grantedAt: try row["granted_at"]
            )
        }
    }

    private static func choices(
        in table: Query,
        of child: Child.ID,
        _ transaction: any Transaction
    ) throws -> [Choice] {
        try transaction.rows(
            "SELECT video_id, created_at FROM \(table) WHERE child_id = \(child) ORDER BY created_at DESC, video_id"
        ).map { Choice(video: try $0["video_id"], createdAt: try $0["created_at"]) }
    }

    private static func plays(of child: Child.ID, _ transaction: any Transaction) throws -> [PlayRecord] {
        try transaction.rows(
            """
            SELECT id, video_id, surface, reason, started_at, heard_at, made_at, state, position_ms, watched_ms,
                resumed_ms, finished
            FROM play WHERE child_id = \(child) ORDER BY started_at, id
            """
        ).map { row in
            PlayRecord(
                id: try row["id"],
                video: try row["video_id"],
                surface: try row["surface"],
                reason: try row["reason"],
                startedAt: try row["started_at"],
                heardAt: try row["heard_at"],
                madeAt: try row["made_at"],
                state: try row["state"],
                position: try row["position_ms"],
                watched: try row["watched_ms"],
                resumed: try row["resumed_ms"],
                isFinished: try row["finished"]
            )
        }
    }

    private static func hours(of child: Child.ID, _ transaction: any Transaction) throws -> [HourRecord] {
        try transaction.rows(
            "SELECT hour_at, areas, watched_ms FROM watch_hour WHERE child_id = \(child) ORDER BY hour_at, areas"
        ).map { row in
            let areas: String = try row["areas"]
            return HourRecord(
                hourAt: try row["hour_at"],
                areas: areas.split(separator: " ").compactMap { CurriculumArea(rawValue: String($0)) },
                watched: try row["watched_ms"]
            )
        }
    }

    private static func days(of child: Child.ID, _ transaction: any Transaction) throws -> [DayRecord] {
        try transaction.rows(
            "SELECT day, watched_ms, learning_ms, fun_ms FROM watch_day WHERE child_id = \(child) ORDER BY day"
        ).map { DayRecord(day: try $0["day"], used: try Allowance.Used($0)) }
    }

    private static func habits(of child: Child.ID, _ transaction: any Transaction) throws -> [HabitRecord] {
        try transaction.rows(
            """
            SELECT a.hour_of_week, a.age_group, a.area, a.topic, w.plays, w.watched_ms, w.finished
            FROM watch_average_child w JOIN watch_average a ON a.cell = w.cell
            WHERE w.child_id = \(child) ORDER BY a.hour_of_week, a.age_group, a.area, a.topic
            """
        ).map { row in
            HabitRecord(
                hourOfWeek: try row["hour_of_week"],
                ageGroup: try row["age_group"],
                area: try row["area"],
                topic: try row["topic"],
                plays: try row["plays"],
                watched: try row["watched_ms"],
                finished: try row["finished"]
            )
        }
    }

    private static func taste(of child: Child.ID, _ transaction: any Transaction) throws -> TasteRecord? {
        try transaction.row("SELECT vector, updated_at FROM taste WHERE child_id = \(child)").map { row in
            TasteRecord(vector: try row["vector"], updatedAt: try row["updated_at"])
        }
    }
}
