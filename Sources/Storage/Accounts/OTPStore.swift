package import Domain
package import SQL

/// One-time codes. Attempts are counted by one atomic statement, before the code is compared.
package struct OTPStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package enum Issue: Sendable, Equatable {
        case issued
        /// The number has had its share of codes; another may be asked for at `until`.
        case tooMany(until: Instant)
    }

    /// Stores a challenge unless the number had too many lately. The number's older codes are dead from now on.
    package func issue(_ challenge: OTPChallenge) async throws -> Issue {
        do {
            return try await insert(challenge)
        } catch DatabaseError.constraint(.unique, _) {
            // Another request for the number was a moment earlier: its code is the live one.
            return .tooMany(until: challenge.createdAt + OTPChallenge.resendDelay)
        }
    }

    private func insert(_ challenge: OTPChallenge) async throws -> Issue {
        try await database.write { transaction in
            let now = challenge.createdAt
            let lookup = challenge.phone.lookup
            let recent = try transaction.rows(
                """
                SELECT created_at FROM otp_challenge WHERE phone_lookup = \(lookup)
                AND created_at > \(now - .days(1)) AND created_at <= \(now) ORDER BY created_at DESC
                """
            ).map { row -> Instant in try row["created_at"] }
            if let until = Self.earliestNext(after: recent, now: now) { return .tooMany(until: until) }
            // A code so young that no other may follow it stays: then this one breaks the unique rule and is refused, also
            // where the query above could not see it yet.
            try transaction.run(
                """
                UPDATE otp_challenge SET used_at = \(now) WHERE phone_lookup = \(lookup) AND used_at IS NULL
                AND (created_at <= \(now - OTPChallenge.resendDelay) OR created_at > \(now))
                """
            )
            try transaction.run(
                """
                INSERT INTO otp_challenge
                    (id, phone_lookup, phone_cipher, phone_key_id, code_hmac, created_at, expires_at)
                VALUES (\(challenge.id), \(lookup), \(challenge.phone.cipher), \(challenge.phone.keyID),
                    \(challenge.codeHMAC), \(now), \(challenge.expiresAt))
                """
            )
            return .issued
        }
    }

    /// `recent` holds the last day's codes, newest first.
    static func earliestNext(after recent: [Instant], now: Instant) -> Instant? {
        if let newest = recent.first, now - newest < OTPChallenge.resendDelay {
            return newest + OTPChallenge.resendDelay
        }
        let lastHour = recent.filter { now - $0 < .hours(1) }
        if lastHour.count >= OTPChallenge.perHour { return lastHour[OTPChallenge.perHour - 1] + .hours(1) }
        if recent.count >= OTPChallenge.perDay { return recent[OTPChallenge.perDay - 1] + .days(1) }
        return nil
    }

    package enum Redemption: Sendable, Equatable {
        case redeemed(phone: SealedPhone)
        case wrong(attemptsLeft: Int)
        case exhausted
        case expired
        case unknown
    }

    /// Takes one attempt, then compares. `matches` is given the stored HMAC and compares in constant time.
    package func redeem(
        _ id: OTPChallenge.ID,
        now: Instant,
        matches: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws -> Redemption {
        try await database.write { try Self.redeem(id, now: now, matches: matches, $0) }
    }

    static func redeem(
        _ id: OTPChallenge.ID,
        now: Instant,
        matches: ([UInt8]) -> Bool,
        _ transaction: any Transaction
    ) throws -> Redemption {
        let taken = try transaction.row(
            """
            UPDATE otp_challenge SET attempts = attempts + 1
            WHERE id = \(id) AND used_at IS NULL AND attempts < \(OTPChallenge.attempts)
            AND expires_at > \(now) AND created_at <= \(now + .minutes(1))
            RETURNING attempts, code_hmac, phone_lookup, phone_cipher, phone_key_id
            """
        )
        guard let taken else { return try whyRefused(id, now: now, transaction) }
        guard matches(try taken["code_hmac"]) else {
            let attempts: Int = try taken["attempts"]
            return attempts >= OTPChallenge.attempts
                ? .exhausted : .wrong(attemptsLeft: OTPChallenge.attempts - attempts)
        }
        try transaction.run("UPDATE otp_challenge SET used_at = \(now) WHERE id = \(id)")
        return .redeemed(
            phone: SealedPhone(
                lookup: try taken["phone_lookup"],
                cipher: try taken["phone_cipher"],
                keyID: try taken["phone_key_id"]
            )
        )
    }

    private static func whyRefused(
        _ id: OTPChallenge.ID,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Redemption {
        let row = try transaction.row("SELECT attempts, used_at FROM otp_challenge WHERE id = \(id)")
        guard let row else { return .unknown }
        let usedAt: Instant? = try row["used_at"]
        let attempts: Int = try row["attempts"]
        if usedAt == nil, attempts >= OTPChallenge.attempts { return .exhausted }
        return .expired
    }

    /// Removes codes that can no longer be redeemed or counted against a number's share.
    package func removeOld(now: Instant) async throws -> Int {
        try await database.write { transaction in
            try transaction.run("DELETE FROM otp_challenge WHERE created_at < \(now - .days(2))")
        }
    }
}
