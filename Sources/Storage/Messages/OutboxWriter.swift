package import Domain
package import SQL

/// Puts messages into the outbox, in the transaction of what caused them: either both are there afterwards or neither.
package enum OutboxWriter {
    /// How long delivery is tried before it is given up.
    package static let patience = Span.days(3)
    /// The same for a request: it is answered in the app within the day, or is not worth a ring any more. Quiet hours are
    /// shorter than a day, so that what is asked when they begin is told when they end.
    package static let patienceForRequests = Span.days(1)

    /// A message and who is told.
    package struct Letter: Sendable {
        package let message: Message
        package let guardian: Guardian.ID

        package init(_ message: Message, to guardian: Guardian.ID) {
            self.message = message
            self.guardian = guardian
        }
    }

    /// One message to one guardian; see ``enqueue(_:about:cause:until:now:_:)``.
    ///
    /// - Returns: whether it was written.
    @discardableResult
    package static func enqueue(
        _ message: Message,
        to guardian: Guardian.ID,
        about child: Child.ID? = nil,
        cause: String,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Bool {
        try enqueue([Letter(message, to: guardian)], about: child, cause: cause, now: now, transaction) == 1
    }

    /// One delivery for every device of each guardian that is signed in now. None where the kind is switched off.
    ///
    /// - Parameters:
    ///   - child: the one child it is about; with its deletion the message is gone.
    ///   - cause: what it is about, `weekly_report:2026-11-16`. A guardian is told of one cause once: a job that runs again
    ///     may say it again.
    ///   - until: when it is over, where that is known: later nobody is told.
    /// - Returns: how many messages were written.
    @discardableResult
    package static func enqueue(
        _ letters: [Letter],
        about child: Child.ID? = nil,
        cause: String,
        until end: Instant? = nil,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Int {
        let rows: [Query] = letters.map { letter in
            let message = letter.message
            let patient = now + (message.kind == .requestWaiting ? patienceForRequests : patience)
            let expires = end.map { min(patient, $0) } ?? patient
            return """
                (\(message.id), \(letter.guardian), \(child), \(message.kind), \(cause), \(message.title), \(message.body),
                \(message.path), \(now), \(expires))
                """
        }
        let written: [Message.ID] = try transaction.insertReturning(rows, columns: 10) { rows in
            """
            INSERT INTO message (id, guardian_id, child_id, kind, cause, title, body, path, created_at, expires_at)
            VALUES \(rows) ON CONFLICT (guardian_id, cause) DO NOTHING RETURNING id
            """
        }.map { try $0["id"] }
        try transaction.forPieces(of: written) { ids in
            try transaction.run(
                """
                INSERT INTO delivery (message_id, device_id, next_at)
                SELECT m.id, v.id, m.created_at
                FROM message m JOIN push_device v ON v.guardian_id = m.guardian_id JOIN session s ON s.id = v.session_id
                WHERE m.id IN (\(list: ids)) AND s.revoked_at IS NULL AND s.expires_at > \(now)
                    AND NOT EXISTS (
                        SELECT 1 FROM message_preference p
                        WHERE p.guardian_id = m.guardian_id AND p.kind = m.kind AND p.enabled = 0
                    )
                """
            )
        }
        return written.count
    }

    /// Ends what still waits of a cause that is no more. What a sender holds at this moment may still go out; how that ends
    /// is not written down any more.
    package static func takeBack(cause: String, now: Instant, _ transaction: any Transaction) throws {
        // Older ones are expired: the messages of a few days are looked through, not all that are kept.
        try transaction.run(
            """
            UPDATE delivery SET state = 'unwanted', ended_at = \(now), taker = NULL
            WHERE state = 'waiting' AND message_id IN
                (SELECT id FROM message WHERE created_at >= \(now - patience) AND cause = \(cause))
            """
        )
    }
}
