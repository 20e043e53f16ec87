package import Domain
package import SQL

/// Which consents still wait for their confirming message.
package struct ConsentStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct Unconfirmed: Sendable {
        package let consent: Consent.ID
        package let givenAt: Instant
        package let phone: SealedPhone
        package let language: Guardian.Language
        package let nickname: String
    }

    /// Consents given in `period` whose message has not gone out, oldest first.
    ///
    /// - Parameter last: the last of the page before this one.
    package func unconfirmed(
        given period: Range<Instant>,
        after last: Unconfirmed? = nil,
        limit: Int
    ) async throws -> [Unconfirmed] {
        let (start, id) = (last?.givenAt ?? period.lowerBound, last?.consent.description ?? "")
        return try await database.read { transaction in
            try transaction.rows(
                """
                SELECT s.id, s.given_at, g.phone_lookup, g.phone_cipher, g.phone_key_id, g.language, c.nickname
                FROM consent s JOIN guardian g ON g.id = s.guardian_id JOIN child c ON c.id = s.child_id
                WHERE s.confirmed_at IS NULL AND s.given_at >= \(start) AND s.given_at < \(period.upperBound)
                    AND (s.given_at > \(start) OR s.id > \(id))
                ORDER BY s.given_at, s.id LIMIT \(limit)
                """
            ).map { row in
                Unconfirmed(
                    consent: try row["id"],
                    givenAt: try row["given_at"],
                    phone: SealedPhone(
                        lookup: try row["phone_lookup"],
                        cipher: try row["phone_cipher"],
                        keyID: try row["phone_key_id"]
                    ),
                    language: try row["language"],
                    nickname: try row["nickname"]
                )
            }
        }
    }

    package func confirm(_ id: Consent.ID, at now: Instant) async throws {
        try await database.write { transaction in
            try transaction.run("UPDATE consent SET confirmed_at = \(now) WHERE id = \(id) AND confirmed_at IS NULL")
        }
    }

    package func consents(of guardian: Guardian.ID) async throws -> [Consent] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT id, guardian_id, child_id, text_version, given_at, confirmed_at, withdrawn_at FROM consent
                WHERE guardian_id = \(guardian) ORDER BY given_at, id
                """
            ).map { row in
                Consent(
                    id: try row["id"],
                    guardianID: try row["guardian_id"],
                    childID: try row["child_id"],
                    textVersion: try row["text_version"],
                    givenAt: try row["given_at"],
                    confirmedAt: try row["confirmed_at"],
                    withdrawnAt: try row["withdrawn_at"]
                )
            }
        }
    }
}
