package import Domain
import Foundation
package import SQL

/// What waits to be delivered, taken by one sender at a time.
package struct OutboxStore: Sendable {
    /// How long messages are kept after they were written.
    package static let lifetime = Span.days(90)
    /// How many of them are removed at once, each with up to twenty deliveries: some tenths of a second.
    package static let batch = 1_000

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// One message for one device, taken by a sender.
    package struct Due: Sendable {
        package let message: Message
        package let device: PushDevice.ID
        package let address: SealedAddress
        /// This one included.
        package let attempts: Int
        package let takenAt: Instant
        /// Names the taking it came of.
        package let taker: String
    }

    package struct Taken: Sendable {
        package let due: [Due]
        /// Whether there may be more: as many were looked at as were asked for.
        package let isFull: Bool
    }

    /// How a delivery ends, or goes on.
    package enum Ending: Sendable, Equatable {
        case delivered
        case refused(PushRefusal)
        case later(at: Instant)
    }

    package func enqueue(
        _ message: Message,
        to guardian: Guardian.ID,
        cause: String,
        now: Instant
    ) async throws -> Bool {
        try await database.write { try OutboxWriter.enqueue(message, to: guardian, cause: cause, now: now, $0) }
    }

    /// Takes what is due, for so long: a sender that dies loses what it took when the lease ends. Two senders never hold the
    /// same at once. What came too late, is not wanted any more or falls into quiet hours is dealt with here.
    ///
    /// - Parameter taker: names this taking among all others.
    package func take(limit: Int, lease: Span, taker: String, now: Instant) async throws -> Taken {
        try await database.write { transaction in
            let rows = try transaction.rows(Self.dueQuery(limit: limit, now: now, transaction.dialect))
            var due: [Due] = []
            var keys: [Query] = []
            for row in rows {
                let message: Message.ID = try row["message_id"]
                let device: PushDevice.ID = try row["device_id"]
                switch try Self.fate(of: row, now: now) {
                case .send:
                    due.append(try Self.due(row, taker: taker, now: now))
                    keys.append("(\(message), \(device))")
                case .end(let state):
                    try transaction.run(
                        """
                        UPDATE delivery SET state = \(state), ended_at = \(now), taker = NULL
                        WHERE message_id = \(message) AND device_id = \(device)
                        """
                    )
                case .wait(let until):
                    try transaction.run(
                        """
                        UPDATE delivery SET next_at = \(until), taker = NULL
                        WHERE message_id = \(message) AND device_id = \(device)
                        """
                    )
                }
            }
            if !keys.isEmpty {
                try transaction.run(
                    """
                    UPDATE delivery SET attempts = attempts + 1, next_at = \(now + lease), taker = \(taker)
                    WHERE (message_id, device_id) IN (VALUES \(Query(keys, joinedBy: ", ")))
                    """
                )
            }
            return Taken(due: due, isFull: rows.count == limit)
        }
    }

    /// First the few that are taken, then what belongs to them: else PostgreSQL may join all that is due before it sorts.
    private static func dueQuery(limit: Int, now: Instant, _ dialect: Dialect) -> Query {
        """
        WITH due AS MATERIALIZED (
            SELECT d.message_id, d.device_id, d.attempts, d.next_at FROM delivery d
            WHERE d.state = 'waiting' AND d.next_at <= \(now)
            ORDER BY d.next_at LIMIT \(limit) \(dialect.forUpdateSkippingLocked(of: "d"))
        )
        SELECT due.message_id, due.device_id, due.attempts, m.kind, m.title, m.body, m.path, m.expires_at,
            v.address_lookup, v.address_cipher, v.address_key_id, g.time_zone, s.revoked_at,
            s.expires_at AS session_ends,
            q.guardian_id AS quiet_known, q.start_minute, q.end_minute, p.enabled
        FROM due
            JOIN message m ON m.id = due.message_id
            JOIN push_device v ON v.id = due.device_id
            JOIN guardian g ON g.id = m.guardian_id
            JOIN session s ON s.id = v.session_id
            LEFT JOIN quiet_hours q ON q.guardian_id = m.guardian_id
            LEFT JOIN message_preference p ON p.guardian_id = m.guardian_id AND p.kind = m.kind
        ORDER BY due.next_at
        """
    }

    private enum Fate {
        case send
        case end(String)
        case wait(Instant)
    }

    private static func fate(of row: Row, now: Instant) throws -> Fate {
        let expires: Instant = try row["expires_at"]
        if expires <= now { return .end("expired") }
        let (revoked, sessionEnds): (Instant?, Instant) = (try row["revoked_at"], try row["session_ends"])
        let enabled: Bool? = try row["enabled"]
        if revoked != nil || sessionEnds <= now || enabled == false { return .end("unwanted") }
        let known: Guardian.ID? = try row["quiet_known"]
        let quiet = known == nil ? QuietHours.usual : try MessagePreferenceStore.quiet(in: row)
        guard let quiet, let zone = TimeZone(identifier: try row["time_zone"]),
            let end = quiet.end(after: now, in: zone)
        else { return .send }
        return .wait(end)
    }

    private static func due(_ row: Row, taker: String, now: Instant) throws -> Due {
        let attempts: Int = try row["attempts"]
        return Due(
            message: Message(
                id: try row["message_id"],
                kind: try row["kind"],
                title: try row["title"],
                body: try row["body"],
                path: try row["path"]
            ),
            device: try row["device_id"],
            address: SealedAddress(
                lookup: try row["address_lookup"],
                cipher: try row["address_cipher"],
                keyID: try row["address_key_id"]
            ),
            attempts: attempts + 1,
            takenAt: now,
            taker: taker
        )
    }

    /// Writes down how a send ended. A sender whose lease has ended and passed to another changes nothing.
    package func end(_ due: Due, _ ending: Ending, now: Instant) async throws {
        let change: Query =
            switch ending {
            case .delivered: "state = 'delivered', ended_at = \(now), taker = NULL"
            case .refused(let refusal):
                "state = 'refused', refusal = \(refusal.rawValue), ended_at = \(now), taker = NULL"
            case .later(let instant): "next_at = \(instant), taker = NULL"
            }
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE delivery SET \(change) WHERE message_id = \(due.message.id) AND device_id = \(due.device)
                    AND state = 'waiting' AND taker = \(due.taker)
                """
            )
        }
    }

    /// What was taken and not sent after all, for others to take at once.
    package func giveBack(_ due: [Due], now: Instant) async throws {
        try await database.write { transaction in
            for one in due {
                try transaction.run(
                    """
                    UPDATE delivery SET next_at = \(now), attempts = attempts - 1, taker = NULL
                    WHERE message_id = \(one.message.id) AND device_id = \(one.device)
                        AND state = 'waiting' AND taker = \(one.taker)
                    """
                )
            }
        }
    }

    /// Removes messages that are past their time, with what became of them, the oldest first: at most `limit`.
    ///
    /// - Returns: how many.
    package func removeOld(now: Instant, limit: Int = Self.batch) async throws -> Int {
        try await database.write { transaction in
            try transaction.run(
                """
                DELETE FROM message WHERE id IN
                    (SELECT id FROM message WHERE created_at < \(now - Self.lifetime) ORDER BY created_at LIMIT \(limit))
                """
            )
        }
    }
}
