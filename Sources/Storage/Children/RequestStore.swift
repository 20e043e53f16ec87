package import Domain
package import SQL

/// What children ask their guardians for, and what became of it.
package struct RequestStore: Sendable {
    /// How many a list shows: all that wait (at most `ChildRequest.maximumWaiting`) and the newest of the others.
    package static let listed = 100

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    private static let columns: Query = "id, child_id, kind, video_id, state, minutes, created_at, decided_at"

    static func request(_ row: Row) throws -> ChildRequest {
        guard let subject = ChildRequest.Subject(kind: try row["kind"], video: try row["video_id"]) else {
            throw DatabaseError.unexpectedValue(column: "video_id", expected: "what the kind asks for")
        }
        return ChildRequest(
            id: try row["id"],
            child: try row["child_id"],
            subject: subject,
            createdAt: try row["created_at"],
            state: try row["state"],
            minutes: try row["minutes"],
            decidedAt: try row["decided_at"]
        )
    }

    /// Those that wait, then the others, each newest first: what waits and is not listed could not be decided, and
    /// would keep the child from asking for more.
    package func requests(of child: Child.ID) async throws -> [ChildRequest] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT \(Self.columns) FROM request WHERE child_id = \(child)
                ORDER BY CASE WHEN state = 'waiting' THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT \(Self.listed)
                """
            ).map(Self.request)
        }
    }

    /// All, oldest first.
    static func all(of child: Child.ID, _ transaction: any Transaction) throws -> [ChildRequest] {
        try transaction.rows(
            "SELECT \(columns) FROM request WHERE child_id = \(child) ORDER BY created_at, id"
        ).map(request)
    }

    // MARK: Asking

    package enum Asked: Sendable, Equatable {
        case asked(ChildRequest)
        /// The same waits already.
        case waiting(ChildRequest)
        /// `ChildRequest.maximumWaiting` wait.
        case tooMany
        case absent
    }

    /// Asks; what is asked again while it waits is asked once. The guardian is told, once in an hour of each child: one who
    /// presses everything rings once.
    ///
    /// - Parameter message: what the guardian is told.
    package func ask(
        _ request: ChildRequest,
        telling message: @escaping @Sendable (Guardian.Language) -> Message
    ) async throws -> Asked {
        try await database.write { transaction in
            let child = request.child
            guard try ChildStore.hold(child, transaction) else { return .absent }
            let open = try transaction.rows(
                """
                SELECT \(Self.columns) FROM request
                WHERE child_id = \(child) AND (state = 'waiting' OR id = \(request.id)) ORDER BY created_at, id
                """
            ).map(Self.request)
            if let repeated = open.first(where: { $0.id == request.id }) { return .asked(repeated) }
            if let same = open.first(where: { $0.subject == request.subject }) { return .waiting(same) }
            guard open.count < ChildRequest.maximumWaiting else { return .tooMany }
            try transaction.run(
                """
                INSERT INTO request (id, child_id, kind, video_id, created_at)
                VALUES (\(request.id), \(child), \(request.subject.kind), \(request.subject.video),
                    \(request.createdAt))
                """
            )
            try Self.tell(message, of: request, transaction)
            return .asked(request)
        }
    }

    private static func tell(
        _ message: (Guardian.Language) -> Message,
        of request: ChildRequest,
        _ transaction: any Transaction
    ) throws {
        let row = try transaction.row(
            """
            SELECT g.id, g.language FROM child c JOIN guardian g ON g.id = c.guardian_id WHERE c.id = \(request.child)
            """
        )
        guard let row else { return }
        let hour = request.createdAt.millisecondsSince1970 / Span.hours(1).milliseconds
        try OutboxWriter.enqueue(
            message(try row["language"]),
            to: try row["id"],
            about: request.child,
            cause: "request_waiting:\(request.child):\(hour)",
            now: request.createdAt,
            transaction
        )
    }

    // MARK: Deciding

    package enum Decision: Sendable, Equatable {
        case decided(ChildRequest)
        /// It was decided before, and otherwise.
        case decidedOtherwise
        /// Time is granted in minutes, and nothing else is.
        case minutesRequired, minutesUnexpected
        /// The day would have more than `Bonus.limits` allows.
        case tooMuch
        /// No such request of this child, or no such video any more.
        case absent
    }

    /// Grants or refuses, and does what was granted: approves the video, or adds the minutes to the day's bonus. The same
    /// decision again is the same decision.
    package func decide(
        _ id: ChildRequest.ID,
        of child: Child.ID,
        granted: Bool,
        minutes: Int?,
        now: Instant
    ) async throws -> Decision {
        try await database.write { transaction in
            guard try ChildStore.hold(child, transaction),
                let row = try transaction.row(
                    "SELECT \(Self.columns) FROM request WHERE id = \(id) AND child_id = \(child)"
                )
            else { return .absent }
            var request = try Self.request(row)
            let takesMinutes = granted && request.subject == .time
            if takesMinutes, minutes == nil { return .minutesRequired }
            if !takesMinutes, minutes != nil { return .minutesUnexpected }
            let state: ChildRequest.State = granted ? .granted : .refused
            guard request.state == .waiting else {
                return request.state == state && request.minutes == minutes ? .decided(request) : .decidedOtherwise
            }
            if granted, let refusal = try Self.grant(request, minutes: minutes, now: now, transaction) {
                return refusal
            }
            (request.state, request.minutes, request.decidedAt) = (state, minutes, now)
            try transaction.run(
                "UPDATE request SET state = \(state), minutes = \(minutes), decided_at = \(now) WHERE id = \(id)"
            )
            return .decided(request)
        }
    }

    /// Why it cannot be granted; nil when it is.
    private static func grant(
        _ request: ChildRequest,
        minutes: Int?,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Decision? {
        switch request.subject {
        case .video(let video):
            return try ChoiceStore.approve(video, for: request.child, now: now, transaction) ? nil : .absent
        case .time:
            guard let minutes else { return .minutesRequired }
            // Under the request's own id: it is granted once.
            let grant = BonusStore.Grant(id: Identifier(request.id.uuid), child: request.child, minutes: minutes)
            return switch try BonusStore.grant(grant, now: now, transaction) {
            case .granted: nil
            case .tooMuch: .tooMuch
            case .absent: .absent
            }
        }
    }
}
