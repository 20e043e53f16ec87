package import Domain
package import SQL

/// Answers kept under the idempotency keys of their requests.
package struct IdempotencyKeyStore: Sendable {
    /// A reservation older than this belongs to a process that died.
    package static let reservation = Span.minutes(1)
    package static let lifetime = Span.days(1)
    /// How many answers past their time are removed at once: some hundredths of a second.
    package static let batch = 1_000

    package struct Answer: Sendable, Equatable {
        package let status: Int
        package let body: [UInt8]
        /// The path of what was created.
        package let location: String?

        package init(status: Int, body: [UInt8], location: String?) {
            self.status = status
            self.body = body
            self.location = location
        }
    }

    package enum Begin: Sendable, Equatable {
        case started, inProgress, otherRequest
        case finished(Answer)
        /// What was made has been deleted since, and the answer with it.
        case forgotten
    }

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package func begin(owner: String, key: String, requestHash: [UInt8], now: Instant) async throws -> Begin {
        try await database.write { transaction in
            // A reservation left by a dead process, or an answer past its time, makes room in the same statement.
            let reserved = try transaction.run(
                """
                INSERT INTO idempotency_key (owner, key, request_hash, created_at)
                VALUES (\(owner), \(key), \(requestHash), \(now))
                ON CONFLICT (owner, key) DO UPDATE
                SET request_hash = \(requestHash), status = NULL, body = NULL, location = NULL, created_at = \(now)
                WHERE (idempotency_key.status IS NULL AND idempotency_key.created_at < \(now - Self.reservation))
                    OR idempotency_key.created_at < \(now - Self.lifetime)
                """
            )
            if reserved == 1 { return .started }
            let row = try transaction.row(
                """
                SELECT request_hash, status, body, location FROM idempotency_key
                WHERE owner = \(owner) AND key = \(key)
                """
            )
            guard let row else { throw DatabaseError.conflict }
            let (status, body): (Int?, [UInt8]?) = (try row["status"], try row["body"])
            if status != nil, body == nil { return .forgotten }
            let hash: [UInt8] = try row["request_hash"]
            guard hash == requestHash else { return .otherRequest }
            guard let status, let body else { return .inProgress }
            return .finished(Answer(status: status, body: body, location: try row["location"]))
        }
    }

    package func finish(owner: String, key: String, answer: Answer) async throws {
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE idempotency_key SET status = \(answer.status), body = \(answer.body), location = \(answer.location)
                WHERE owner = \(owner) AND key = \(key)
                """
            )
        }
    }

    package func abandon(owner: String, key: String) async throws {
        try await database.write { transaction in
            try transaction.run(
                "DELETE FROM idempotency_key WHERE owner = \(owner) AND key = \(key) AND status IS NULL"
            )
        }
    }

    /// Empties the answer that told of something at `location`, which is being deleted, and the hash of the request, from
    /// which a short text could be guessed. The key stays taken: without it a repetition would make the thing again.
    static func forget(_ location: String, of owner: String, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            UPDATE idempotency_key SET body = NULL, location = NULL, request_hash = \([UInt8]())
            WHERE owner = \(owner) AND location = \(location)
            """
        )
    }

    /// Removes answers that are past their time, the oldest first: at most `limit`.
    ///
    /// - Returns: how many.
    package func removeOld(now: Instant, limit: Int = Self.batch) async throws -> Int {
        let end = now - Self.lifetime
        // The age is asked for twice: a key that is reserved anew while this runs is young, and stays.
        return try await database.write { transaction in
            try transaction.run(
                """
                DELETE FROM idempotency_key WHERE created_at < \(end) AND (owner, key) IN
                    (SELECT owner, key FROM idempotency_key WHERE created_at < \(end) ORDER BY created_at LIMIT \(limit))
                """
            )
        }
    }
}
