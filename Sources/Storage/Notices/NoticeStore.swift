package import Domain
package import SQL

/// Boards, posts and events.
package struct NoticeStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    private static let postColumns: Query =
        "id, board, title_ko, title_en, body_ko, body_en, starts_at, ends_at, withdrawn_at"
    private static let eventColumns: Query =
        "id, title_ko, title_en, body_ko, body_en, path, starts_at, ends_at, withdrawn_at"

    // MARK: Boards and posts

    package func boards() async throws -> [Board] {
        try await database.read { transaction in
            try transaction.rows("SELECT name, title_ko, title_en FROM board ORDER BY place, name").map { row in
                Board(name: try row["name"], title: try Self.text("title", in: row))
            }
        }
    }

    /// Those shown now, the newest first; nil where there is no such board. `before` pages on.
    package func posts(
        on board: String,
        before cursor: (start: Instant, id: Post.ID)? = nil,
        limit: Int,
        now: Instant
    ) async throws -> [Post]? {
        try await database.read { transaction in
            guard try transaction.row("SELECT name FROM board WHERE name = \(board)") != nil else { return nil }
            let start: Query =
                if let cursor {
                    "AND (starts_at < \(cursor.start) OR (starts_at = \(cursor.start) AND id < \(cursor.id)))"
                } else { "" }
            return try transaction.rows(
                """
                SELECT \(Self.postColumns) FROM post
                WHERE board = \(board) AND starts_at <= \(now) AND (ends_at IS NULL OR ends_at > \(now))
                    AND withdrawn_at IS NULL \(start)
                ORDER BY starts_at DESC, id DESC LIMIT \(limit)
                """
            ).map(Self.post(in:))
        }
    }

    package func post(_ id: Post.ID) async throws -> Post? {
        try await database.read { transaction in
            try transaction.row("SELECT \(Self.postColumns) FROM post WHERE id = \(id)").map(Self.post(in:))
        }
    }

    /// All there are, also what is over, to come or withdrawn: for staff. The newest first.
    package func allPosts(limit: Int) async throws -> [Post] {
        try await database.read { transaction in
            try transaction.rows(
                "SELECT \(Self.postColumns) FROM post ORDER BY starts_at DESC, id DESC LIMIT \(limit)"
            ).map(Self.post(in:))
        }
    }

    /// Writes a post, and where guardians are to be told, a message to each in the same transaction: to all who did not
    /// switch such messages off, also without a device that could ring.
    ///
    /// - Parameter message: what a guardian is told, until the post is over; nil: nobody is.
    /// - Returns: to how many a message was written; nil where there is no such board.
    package func add(
        _ post: Post,
        telling message: (@Sendable (Guardian.Language) -> Message)? = nil,
        now: Instant
    ) async throws -> Int? {
        try await telling { transaction in
            guard try transaction.row("SELECT name FROM board WHERE name = \(post.board)") != nil else { return nil }
            try transaction.run(
                """
                INSERT INTO post (id, board, title_ko, title_en, body_ko, body_en, starts_at, ends_at)
                VALUES (\(post.id), \(post.board), \(post.title.korean), \(post.title.english), \(post.body.korean),
                    \(post.body.english), \(post.period.start), \(post.period.end))
                """
            )
            return try Self.tell(
                .boardNotice,
                message,
                about: Self.cause(post.id, in: "post"),
                until: post.period.end,
                now: now,
                transaction
            )
        }
    }

    // MARK: Events

    /// Those shown now that the guardian has not put away, the oldest first.
    package func events(for guardian: Guardian.ID, now: Instant) async throws -> [Event] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT \(Self.eventColumns) FROM event e
                WHERE starts_at <= \(now) AND (ends_at IS NULL OR ends_at > \(now)) AND withdrawn_at IS NULL
                    AND NOT EXISTS (
                        SELECT 1 FROM event_dismissal d WHERE d.event_id = e.id AND d.guardian_id = \(guardian)
                            AND (d.until_at IS NULL OR d.until_at > \(now))
                    )
                ORDER BY starts_at, id LIMIT 20
                """
            ).map(Self.event(in:))
        }
    }

    package func allEvents(limit: Int) async throws -> [Event] {
        try await database.read { transaction in
            try transaction.rows(
                "SELECT \(Self.eventColumns) FROM event ORDER BY starts_at DESC, id DESC LIMIT \(limit)"
            ).map(Self.event(in:))
        }
    }

    /// As with posts.
    package func add(
        _ event: Event,
        telling message: (@Sendable (Guardian.Language) -> Message)? = nil,
        now: Instant
    ) async throws -> Int {
        try await telling { transaction in
            try transaction.run(
                """
                INSERT INTO event (id, title_ko, title_en, body_ko, body_en, path, starts_at, ends_at)
                VALUES (\(event.id), \(event.title.korean), \(event.title.english), \(event.body.korean),
                    \(event.body.english), \(event.path), \(event.period.start), \(event.period.end))
                """
            )
            return try Self.tell(
                .event,
                message,
                about: Self.cause(event.id, in: "event"),
                until: event.period.end,
                now: now,
                transaction
            )
        }
    }

    /// Puts an event away for a guardian, for good or until a time; false where no such event is shown now.
    package func dismiss(
        _ id: Event.ID,
        for guardian: Guardian.ID,
        until: Instant?,
        now: Instant
    ) async throws -> Bool {
        try await database.write { transaction in
            let row = try transaction.row("SELECT \(Self.eventColumns) FROM event WHERE id = \(id)")
            guard let event = try row.map(Self.event(in:)), event.isShown(at: now) else { return false }
            try transaction.run(
                """
                INSERT INTO event_dismissal (guardian_id, event_id, until_at) VALUES (\(guardian), \(id), \(until))
                ON CONFLICT (guardian_id, event_id) DO UPDATE SET until_at = excluded.until_at
                """
            )
            return true
        }
    }

    // MARK: Withdrawing

    package enum Withdrawal: Sendable, Equatable {
        case withdrawn, before, unknown
    }

    /// Ends a post for good, with the messages of it that still wait.
    package func withdraw(_ id: Post.ID, now: Instant) async throws -> Withdrawal {
        try await withdraw(id, in: "post", cause: Self.cause(id, in: "post"), now: now)
    }

    /// As with posts.
    package func withdraw(_ id: Event.ID, now: Instant) async throws -> Withdrawal {
        try await withdraw(id, in: "event", cause: Self.cause(id, in: "event"), now: now)
    }

    private func withdraw<Subject>(
        _ id: Identifier<Subject>,
        in table: Query,
        cause: String,
        now: Instant
    ) async throws -> Withdrawal {
        try await telling { transaction in
            let changed = try transaction.run(
                "UPDATE \(table) SET withdrawn_at = \(now) WHERE id = \(id) AND withdrawn_at IS NULL"
            )
            if changed == 1 {
                try OutboxWriter.takeBack(cause: cause, now: now, transaction)
                return .withdrawn
            }
            return try transaction.row("SELECT id FROM \(table) WHERE id = \(id)") == nil ? .unknown : .before
        }
    }

    // MARK: Telling

    /// What a message says it is about.
    private static func cause<Subject>(_ id: Identifier<Subject>, in kind: String) -> String { "\(kind):\(id)" }

    /// A message to each of many guardians takes a while, and so does taking it back.
    private func telling<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await TransactionDeadline.$current.withValue(.seconds(600)) { try await database.write(body) }
    }

    private static func tell(
        _ kind: Message.Kind,
        _ message: (@Sendable (Guardian.Language) -> Message)?,
        about cause: String,
        until end: Instant?,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Int {
        guard let message else { return 0 }
        let letters = try transaction.rows(
            """
            SELECT id, language FROM guardian g
            WHERE deletion_requested_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM message_preference p
                WHERE p.guardian_id = g.id AND p.kind = \(kind) AND p.enabled = 0
            )
            ORDER BY id
            """
        ).map { OutboxWriter.Letter(message(try $0["language"]), to: try $0["id"]) }
        return try OutboxWriter.enqueue(letters, cause: cause, until: end, now: now, transaction)
    }

    // MARK: Rows

    private static func text(_ name: String, in row: Row) throws -> Wording {
        Wording(korean: try row[name + "_ko"], english: try row[name + "_en"])
    }

    private static func period(in row: Row) throws -> NoticePeriod {
        guard let period = NoticePeriod(start: try row["starts_at"], end: try row["ends_at"]) else {
            throw DatabaseError.unexpectedValue(column: "ends_at", expected: "NoticePeriod")
        }
        return period
    }

    private static func post(in row: Row) throws -> Post {
        Post(
            id: try row["id"],
            board: try row["board"],
            title: try text("title", in: row),
            body: try text("body", in: row),
            period: try period(in: row),
            withdrawnAt: try row["withdrawn_at"]
        )
    }

    private static func event(in row: Row) throws -> Event {
        Event(
            id: try row["id"],
            title: try text("title", in: row),
            body: try text("body", in: row),
            path: try row["path"],
            period: try period(in: row),
            withdrawnAt: try row["withdrawn_at"]
        )
    }
}
