package import Domain
package import SQL

/// Children's profiles, the consent that allows each, and the rules set for them.
package struct ChildStore: Sendable {
    /// A family is small; the cap keeps a stolen token from filling the table.
    package static let maximumPerGuardian = 10

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    static let columns: Query = """
        c.id, c.guardian_id, c.nickname, c.birth_month, c.avatar, c.approved_only, c.search_enabled, c.autoplay_cap
        """

    static func child(_ row: Row) throws -> Child {
        Child(
            id: try row["id"],
            guardianID: try row["guardian_id"],
            nickname: try row["nickname"],
            birthMonth: try row["birth_month"],
            avatar: try row["avatar"],
            rules: try viewingRules(row)
        )
    }

    static func viewingRules(_ row: Row) throws -> ViewingRules {
        ViewingRules(
            approvedOnly: try row["approved_only"],
            searchEnabled: try row["search_enabled"],
            autoplayCap: try row["autoplay_cap"]
        )
    }

    package enum Addition: Sendable, Equatable {
        /// With the consent that is still to be confirmed; nil where that was done before.
        case added(unconfirmed: Consent.ID?)
        case tooMany
        /// The guardian has asked for the account to be deleted.
        case leaving
    }

    /// Adds a child together with the consent: there is never one without the other. A child that is there under the same
    /// id was added by the same request before, and with it the consent that was kept then, under its own id.
    package func add(_ child: Child, consent: Consent) async throws -> Addition {
        try await database.write { transaction in
            let guardian = child.guardianID
            let account = try transaction.row(
                "SELECT deletion_requested_at FROM guardian WHERE id = \(guardian) \(transaction.dialect.forUpdate)"
            )
            let leavingSince: Instant? = try account?["deletion_requested_at"]
            guard account != nil, leavingSince == nil else { return .leaving }
            let siblings: [Child.ID] = try transaction.rows(
                "SELECT id FROM child WHERE guardian_id = \(guardian)"
            ).map { try $0["id"] }
            if siblings.contains(child.id) {
                let kept = try transaction.row(
                    """
                    SELECT id FROM consent WHERE guardian_id = \(guardian) AND child_id = \(child.id)
                        AND confirmed_at IS NULL AND withdrawn_at IS NULL
                    """
                )
                let unconfirmed: Consent.ID? = try kept?["id"]
                return .added(unconfirmed: unconfirmed)
            }
            guard siblings.count < Self.maximumPerGuardian else { return .tooMany }
            try transaction.run(
                """
                INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, approved_only, search_enabled,
                    autoplay_cap, created_at)
                VALUES (\(child.id), \(guardian), \(child.nickname), \(child.birthMonth), \(child.avatar),
                    \(child.rules.approvedOnly), \(child.rules.searchEnabled), \(child.rules.autoplayCap),
                    \(consent.givenAt))
                """
            )
            try transaction.run(
                """
                INSERT INTO consent (id, guardian_id, child_id, text_version, given_at)
                VALUES (\(consent.id), \(guardian), \(child.id), \(consent.textVersion), \(consent.givenAt))
                """
            )
            return .added(unconfirmed: consent.id)
        }
    }

    /// A child with all its rules, and what its guardian's account says about days and language.
    package struct Profile: Sendable {
        package let child: Child
        package let rules: WatchRules
        /// Those that were set cannot be read: then `rules` are closed until they are set anew.
        package let hasUnreadableRules: Bool
        package let language: Guardian.Language
        package let timeZone: String
        package let dayOfMove: DayOfMove?

        package func clock(at now: Instant) throws(DatabaseError) -> FamilyClock {
            FamilyClock(zone: try FamilyClocks.zone(timeZone, at: now), dayOfMove: dayOfMove)
        }
    }

    package func profile(_ id: Child.ID) async throws -> Profile? {
        try await database.read { try Self.profile(id, $0) }
    }

    static func profile(_ id: Child.ID, _ transaction: any Transaction) throws -> Profile? {
        let row = try transaction.row(
            """
            SELECT \(columns), w.rules, g.language, g.time_zone, g.move_first, g.move_last, g.move_until
            FROM child c JOIN guardian g ON g.id = c.guardian_id LEFT JOIN watch_rule w ON w.child_id = c.id
            WHERE c.id = \(id) AND g.deletion_requested_at IS NULL
            """
        )
        guard let row else { return nil }
        let child = try child(row)
        let rules = WatchRuleText.rules(try row["rules"], viewing: child.rules)
        return Profile(
            child: child,
            rules: rules ?? .closed(viewing: child.rules),
            hasUnreadableRules: rules == nil,
            language: try row["language"],
            timeZone: try row["time_zone"],
            dayOfMove: try FamilyClocks.dayOfMove(row)
        )
    }

    /// Lets what is written for a child be written one after the other; false when the child is gone. Beats go on.
    static func hold(_ id: Child.ID, _ transaction: any Transaction) throws -> Bool {
        try transaction.row("SELECT id FROM child WHERE id = \(id) \(transaction.dialect.forNoKeyUpdate)") != nil
    }

    package func children(of guardian: Guardian.ID) async throws -> [Child] {
        try await database.read { transaction in
            try transaction.rows(
                "SELECT \(Self.columns) FROM child c WHERE c.guardian_id = \(guardian) ORDER BY c.id"
            ).map(Self.child)
        }
    }

    /// Changes what is given of a profile and leaves the rest, the rules too: two devices may change different things at
    /// once. Nil when the child is gone.
    package func updateProfile(
        of id: Child.ID,
        nickname: Nickname?,
        birthMonth: BirthMonth?,
        avatar: Avatar?
    ) async throws -> Child? {
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE child SET nickname = coalesce(\(nickname?.text), nickname),
                    birth_month = coalesce(\(birthMonth), birth_month), avatar = coalesce(\(avatar), avatar)
                WHERE id = \(id)
                """
            )
            return try transaction.row("SELECT \(Self.columns) FROM child c WHERE c.id = \(id)").map(Self.child)
        }
    }

    /// Replaces all rules, and keeps them for reports of the day; false when the child is gone.
    package func setRules(_ rules: WatchRules, of id: Child.ID, now: Instant) async throws -> Bool {
        let (viewing, text) = (rules.viewing, try WatchRuleText.text(of: rules))
        return try await database.write { transaction in
            let changed = try transaction.run(
                """
                UPDATE child SET approved_only = \(viewing.approvedOnly), search_enabled = \(viewing.searchEnabled),
                    autoplay_cap = \(viewing.autoplayCap) WHERE id = \(id)
                """
            )
            guard changed > 0 else { return false }
            try transaction.run(
                """
                INSERT INTO watch_rule (child_id, rules, updated_at) VALUES (\(id), \(text), \(now))
                ON CONFLICT (child_id) DO UPDATE SET rules = \(text), updated_at = \(now)
                """
            )
            guard let profile = try Self.profile(id, transaction) else { return false }
            let today = try profile.clock(at: now).today(at: now)
            try transaction.run(
                """
                INSERT INTO watch_rule_day (child_id, day, rules) VALUES (\(id), \(today), \(text))
                ON CONFLICT (child_id, day) DO UPDATE SET rules = \(text)
                """
            )
            return true
        }
    }

    /// Deletes a child with everything it watched, and records that the consent was withdrawn.
    ///
    /// - Parameter location: where the answer to the request that added the child said it is: what is kept of that answer
    ///   goes, too.
    package func delete(
        _ id: Child.ID,
        of guardian: Guardian.ID,
        at location: String,
        now: Instant
    ) async throws -> Bool {
        try await database.write { transaction in
            try PopularityStore.forget(childrenWhere: "id = \(id) AND guardian_id = \(guardian)", transaction)
            try AverageStore.forget(childrenWhere: "id = \(id) AND guardian_id = \(guardian)", transaction)
            let deleted = try transaction.run("DELETE FROM child WHERE id = \(id) AND guardian_id = \(guardian)")
            try transaction.run(
                """
                UPDATE consent SET withdrawn_at = \(now)
                WHERE guardian_id = \(guardian) AND child_id = \(id) AND withdrawn_at IS NULL
                """
            )
            if deleted > 0 { try IdempotencyKeyStore.forget(location, of: guardian.description, transaction) }
            return deleted > 0
        }
    }
}
