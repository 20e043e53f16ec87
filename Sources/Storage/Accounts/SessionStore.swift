package import Domain
package import SQL

/// Signed-in devices and their refresh tokens. Only hashes of tokens are stored.
package struct SessionStore: Sendable {
    /// How many that ended long ago are removed at once. With each go all its refresh tokens, of which an app that is open
    /// for an hour a day uses some hundreds in half a year, and one that never sleeps 17,000.
    package static let batch = 20

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct SignIn: Sendable {
        package let guardian: Guardian
        package let isNew: Bool
        package let session: Session
    }

    package enum Redemption: Sendable {
        case signedIn(SignIn)
        case refused(OTPStore.Redemption)
    }

    /// Redeems a code and begins a session in one transaction: a failure in between does not burn the code.
    package func signIn(
        redeeming challenge: OTPChallenge.ID,
        newGuardian: Guardian,
        session: Session.ID,
        deviceName: String,
        refreshTokenHash: [UInt8],
        now: Instant,
        matches: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws -> Redemption {
        try await database.write { transaction in
            let redemption = try OTPStore.redeem(challenge, now: now, matches: matches, transaction)
            guard case .redeemed(let phone) = redemption else { return .refused(redemption) }
            return .signedIn(
                try Self.signIn(
                    phone: phone,
                    newGuardian: newGuardian,
                    session: session,
                    deviceName: deviceName,
                    refreshTokenHash: refreshTokenHash,
                    now: now,
                    transaction
                )
            )
        }
    }

    /// Finds the guardian of a number or makes one, and begins a session.
    private static func signIn(
        phone: SealedPhone,
        newGuardian: Guardian,
        session id: Session.ID,
        deviceName: String,
        refreshTokenHash: [UInt8],
        now: Instant,
        _ transaction: any Transaction
    ) throws -> SignIn {
        let inserted = try transaction.run(
            """
            INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
            VALUES (\(newGuardian.id), \(phone.lookup), \(phone.cipher), \(phone.keyID),
                \(newGuardian.language), \(newGuardian.timeZone), \(now))
            ON CONFLICT (phone_lookup) DO NOTHING
            """
        )
        let found = try GuardianStore.guardian(where: "phone_lookup = \(phone.lookup)", transaction)
        guard let guardian = found else { throw DatabaseError.conflict }
        let session = Session(
            id: id,
            guardianID: guardian.id,
            deviceName: deviceName,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: now + Session.lifetime
        )
        try transaction.run(
            """
            INSERT INTO session (id, guardian_id, device_name, created_at, last_used_at, expires_at)
            VALUES (\(session.id), \(guardian.id), \(deviceName), \(now), \(now), \(session.expiresAt))
            """
        )
        try insertToken(refreshTokenHash, session: id, now: now, sessionEnds: session.expiresAt, transaction)
        return SignIn(guardian: guardian, isNew: inserted == 1, session: session)
    }

    private static func insertToken(
        _ hash: [UInt8],
        session: Session.ID,
        now: Instant,
        sessionEnds: Instant,
        _ transaction: any Transaction
    ) throws {
        let expiresAt = min(now + Session.idleLifetime, sessionEnds)
        try transaction.run(
            """
            INSERT INTO refresh_token (hash, session_id, issued_at, expires_at)
            VALUES (\(hash), \(session), \(now), \(expiresAt)) ON CONFLICT (hash) DO NOTHING
            """
        )
    }

    package enum Rotation: Sendable, Equatable {
        case rotated(session: Session.ID, guardian: Guardian.ID)
        case unknown
        case expired
        case revoked
        /// The token was used before and its grace is over: somebody else has it. The whole family is dead now.
        case reused(session: Session.ID)
    }

    /// Uses a refresh token up and makes `successor` the family's good one.
    package func rotate(_ hash: [UInt8], successor: [UInt8], now: Instant) async throws -> Rotation {
        try await database.write { transaction in
            let row = try transaction.row(
                """
                SELECT t.session_id, t.expires_at, t.used_at, s.guardian_id, s.revoked_at,
                    s.expires_at AS session_ends
                FROM refresh_token t JOIN session s ON s.id = t.session_id
                WHERE t.hash = \(hash) \(transaction.dialect.forUpdate)
                """
            )
            guard let row else { return .unknown }
            let session: Session.ID = try row["session_id"]
            let revokedAt: Instant? = try row["revoked_at"]
            if revokedAt != nil { return .revoked }
            let usedAt: Instant? = try row["used_at"]
            // Used after now, by a clock that was set back since, is used long ago as well; a second is for two servers' clocks.
            if let usedAt, now - usedAt > Session.rotationGrace || usedAt - now > .seconds(1) {
                try Self.revoke("id = \(session)", reason: "reuse", now: now, transaction)
                return .reused(session: session)
            }
            let expiresAt: Instant = try row["expires_at"]
            let sessionEnds: Instant = try row["session_ends"]
            guard expiresAt > now, sessionEnds > now else { return .expired }
            if usedAt == nil {
                try transaction.run("UPDATE refresh_token SET used_at = \(now) WHERE hash = \(hash)")
                try Self.insertToken(successor, session: session, now: now, sessionEnds: sessionEnds, transaction)
                try transaction.run("UPDATE session SET last_used_at = \(now) WHERE id = \(session)")
            }
            return .rotated(session: session, guardian: try row["guardian_id"])
        }
    }

    /// Whether an access token of this session still counts.
    package func isActive(_ id: Session.ID, now: Instant) async throws -> Bool {
        try await database.read { transaction in
            try transaction.row(
                "SELECT 1 AS found FROM session WHERE id = \(id) AND revoked_at IS NULL AND expires_at > \(now)"
            ) != nil
        }
    }

    package func sessions(of guardian: Guardian.ID, now: Instant) async throws -> [Session] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT id, guardian_id, device_name, created_at, last_used_at, expires_at FROM session
                WHERE guardian_id = \(guardian) AND revoked_at IS NULL AND expires_at > \(now)
                ORDER BY last_used_at DESC, id
                """
            ).map { row in
                Session(
                    id: try row["id"],
                    guardianID: try row["guardian_id"],
                    deviceName: try row["device_name"],
                    createdAt: try row["created_at"],
                    lastUsedAt: try row["last_used_at"],
                    expiresAt: try row["expires_at"]
                )
            }
        }
    }

    /// Signs one device out; false when the guardian has no such session.
    package func signOut(_ id: Session.ID, of guardian: Guardian.ID, now: Instant) async throws -> Bool {
        try await database.write { transaction in
            try Self.revoke(
                "id = \(id) AND guardian_id = \(guardian)",
                reason: "signed_out",
                now: now,
                transaction
            ) > 0
        }
    }

    @discardableResult
    static func revoke(
        _ which: Query,
        reason: String,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Int {
        try transaction.run(
            "UPDATE session SET revoked_at = \(now), revoked_reason = \(reason) WHERE \(which) AND revoked_at IS NULL"
        )
    }

    /// Removes sessions that ended long ago, with their tokens, those that are over for longest first: at most `limit`.
    ///
    /// - Returns: how many.
    package func removeOld(now: Instant, limit: Int = Self.batch) async throws -> Int {
        try await database.write { transaction in
            let expired = try transaction.run(
                """
                DELETE FROM session WHERE id IN
                    (SELECT id FROM session WHERE expires_at < \(now - .days(7)) ORDER BY expires_at LIMIT \(limit))
                """
            )
            guard expired < limit else { return expired }
            let revoked = try transaction.run(
                """
                DELETE FROM session WHERE id IN
                    (SELECT id FROM session WHERE revoked_at < \(now - .days(30)) ORDER BY revoked_at
                    LIMIT \(limit - expired))
                """
            )
            return expired + revoked
        }
    }
}
