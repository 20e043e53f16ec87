package import Domain
package import SQL

/// Guardians, their PIN, and the end of an account.
package struct GuardianStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    static func guardian(where condition: Query, _ transaction: any Transaction) throws -> Guardian? {
        let row = try transaction.row(
            """
            SELECT id, language, time_zone, pin_hash, pin_version, created_at, deletion_requested_at FROM guardian
            WHERE \(condition)
            """
        )
        guard let row else { return nil }
        let pinHash: [UInt8]? = try row["pin_hash"]
        return Guardian(
            id: try row["id"],
            language: try row["language"],
            timeZone: try row["time_zone"],
            pinVersion: pinHash == nil ? nil : try row["pin_version"],
            createdAt: try row["created_at"],
            deletionRequestedAt: try row["deletion_requested_at"]
        )
    }

    package func guardian(_ id: Guardian.ID) async throws -> Guardian? {
        try await database.read { try Self.guardian(where: "id = \(id)", $0) }
    }

    package func phone(of id: Guardian.ID) async throws -> SealedPhone? {
        try await database.read { transaction in
            let row = try transaction.row(
                "SELECT phone_lookup, phone_cipher, phone_key_id FROM guardian WHERE id = \(id)"
            )
            guard let row else { return nil }
            return SealedPhone(
                lookup: try row["phone_lookup"],
                cipher: try row["phone_cipher"],
                keyID: try row["phone_key_id"]
            )
        }
    }

    /// Changes what is given and leaves the rest. A new time zone begins the day of a move.
    package func update(
        _ id: Guardian.ID,
        language: Guardian.Language?,
        timeZone: String?,
        now: Instant
    ) async throws -> Guardian? {
        try await database.write { transaction in
            if let timeZone { try Self.move(id, to: timeZone, now: now, transaction) }
            try transaction.run(
                """
                UPDATE guardian SET language = coalesce(\(language), language),
                    time_zone = coalesce(\(timeZone), time_zone) WHERE id = \(id)
                """
            )
            return try Self.guardian(where: "id = \(id)", transaction)
        }
    }

    /// Remembers which dates count as one day. A zone that the family has already is no move.
    private static func move(
        _ id: Guardian.ID,
        to timeZone: String,
        now: Instant,
        _ transaction: any Transaction
    ) throws {
        let row = try transaction.row(
            """
            SELECT time_zone, move_first, move_last, move_until FROM guardian WHERE id = \(id)
            \(transaction.dialect.forUpdate)
            """
        )
        guard let row else { return }
        let old: String = try row["time_zone"]
        // From a zone that nobody knows any more there is no way to reckon, and the way out of it must be open.
        guard old != timeZone, let zone = try? FamilyClocks.zone(old, at: now) else { return }
        let clock = FamilyClock(zone: zone, dayOfMove: try FamilyClocks.dayOfMove(row))
        let day = DayOfMove(from: clock, to: try FamilyClocks.zone(timeZone, at: now), at: now)
        try transaction.run(
            """
            UPDATE guardian SET move_first = \(day.first), move_last = \(day.last), move_until = \(day.until)
            WHERE id = \(id)
            """
        )
    }

    // MARK: PIN

    /// How often a PIN may be wrong before it rests, and for how long.
    package static let pinAttempts = 5
    package static let pinRest = Span.minutes(15)

    package func setPIN(hash: [UInt8], salt: [UInt8], of id: Guardian.ID) async throws {
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE guardian SET pin_hash = \(hash), pin_salt = \(salt), pin_version = pin_version + 1,
                    pin_failures = 0, pin_locked_until = NULL
                WHERE id = \(id)
                """
            )
        }
    }

    package enum PINAttempt: Sendable, Equatable {
        case none
        case locked(until: Instant)
        case compare(hash: [UInt8], salt: [UInt8], version: Int)
    }

    /// Takes one attempt before the PIN is compared, so that guesses made at once are all counted.
    package func beginPINAttempt(of id: Guardian.ID, now: Instant) async throws -> PINAttempt {
        try await database.write { transaction in
            let row = try transaction.row(
                """
                SELECT pin_hash, pin_salt, pin_version, pin_failures, pin_locked_until FROM guardian WHERE id = \(id)
                \(transaction.dialect.forUpdate)
                """
            )
            guard let row, let hash: [UInt8] = try row["pin_hash"], let salt: [UInt8] = try row["pin_salt"] else {
                return .none
            }
            if let until: Instant = try row["pin_locked_until"], until > now, until - now <= Self.pinRest {
                return .locked(until: until)
            }
            let failures: Int = try row["pin_failures"]
            let isLast = failures + 1 >= Self.pinAttempts
            let lockedUntil: Instant? = isLast ? now + Self.pinRest : nil
            try transaction.run(
                """
                UPDATE guardian SET pin_failures = \(isLast ? 0 : failures + 1), pin_locked_until = \(lockedUntil)
                WHERE id = \(id)
                """
            )
            return .compare(hash: hash, salt: salt, version: try row["pin_version"])
        }
    }

    package func clearPINFailures(of id: Guardian.ID) async throws {
        try await database.write { transaction in
            try transaction.run("UPDATE guardian SET pin_failures = 0, pin_locked_until = NULL WHERE id = \(id)")
        }
    }

    // MARK: The end of an account

    /// Marks the account for deletion and signs every device out. Asking again keeps the first date.
    package func requestDeletion(of id: Guardian.ID, now: Instant) async throws -> Instant? {
        try await database.write { transaction in
            let row = try transaction.row(
                """
                UPDATE guardian SET deletion_requested_at = coalesce(deletion_requested_at, \(now)) WHERE id = \(id)
                RETURNING deletion_requested_at
                """
            )
            guard let row else { return nil }
            try SessionStore.revoke("guardian_id = \(id)", reason: "deleted", now: now, transaction)
            return try row["deletion_requested_at"]
        }
    }

    /// Takes the request back; false when there was none.
    package func cancelDeletion(of id: Guardian.ID) async throws -> Bool {
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE guardian SET deletion_requested_at = NULL
                WHERE id = \(id) AND deletion_requested_at IS NOT NULL
                """
            ) > 0
        }
    }

    /// Deletes every account whose delay is over, with all that hangs on it, one transaction each. Returns how many.
    ///
    /// - Throws: the first failure, after the others are deleted: one account that resists keeps nobody else's data.
    package func deleteDue(now: Instant) async throws -> Int {
        let cutoff = now - Guardian.deletionDelay
        let due: [Guardian.ID] = try await database.read { transaction in
            try transaction.rows(
                "SELECT id FROM guardian WHERE deletion_requested_at <= \(cutoff) ORDER BY deletion_requested_at, id"
            ).map { try $0["id"] }
        }
        var deleted = 0
        var failure: DatabaseError?
        for id in due {
            try Task.checkCancellation()
            do {
                if try await delete(id, requestedBefore: cutoff) { deleted += 1 }
            } catch let error as DatabaseError {
                switch error {
                // Nobody else could be deleted now either.
                case .unavailable, .full, .outcomeUnknown: throw error
                default: failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
        return deleted
    }

    /// False when the request was taken back meanwhile.
    private func delete(_ id: Guardian.ID, requestedBefore cutoff: Instant) async throws -> Bool {
        try await database.write { transaction in
            let row = try transaction.row(
                """
                SELECT phone_lookup FROM guardian WHERE id = \(id) AND deletion_requested_at <= \(cutoff)
                \(transaction.dialect.forUpdate)
                """
            )
            guard let row else { return false }
            let lookup: [UInt8] = try row["phone_lookup"]
            try transaction.run("DELETE FROM otp_challenge WHERE phone_lookup = \(lookup)")
            try transaction.run("DELETE FROM idempotency_key WHERE owner = \(id)")
            try transaction.run("DELETE FROM video_health WHERE guardian_id = \(id)")
            try PopularityStore.forget(childrenWhere: "guardian_id = \(id)", transaction)
            try AverageStore.forget(childrenWhere: "guardian_id = \(id)", transaction)
            try transaction.run("DELETE FROM guardian WHERE id = \(id)")
            return true
        }
    }
}
