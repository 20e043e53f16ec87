package import Domain
package import SQL

/// What a guardian blocked, approved and wants less of for a child, and what the child marked as a favourite.
package struct ChoiceStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Everything `Screening` asks about a child. `age` is the child's age now.
    static func viewer(of child: Child, age: Int, _ transaction: any Transaction) throws -> Screening.Viewer {
        var viewer = Screening.Viewer(age: age, approvedOnly: child.rules.approvedOnly)
        for block in try blocks(of: child.id, transaction) {
            switch block.target {
            case .video(let id): viewer.blockedVideos.insert(id)
            case .channel(let id): viewer.blockedChannels.insert(id)
            case .series(let id): viewer.blockedSeries.insert(id)
            case .label(let id): viewer.blockedLabels.insert(id)
            }
        }
        if child.rules.approvedOnly { viewer.approved = Set(try approvals(of: child.id, transaction)) }
        return viewer
    }

    // MARK: Blocks

    package func blocks(of child: Child.ID) async throws -> [Block] {
        try await database.read { try Self.blocks(of: child, $0) }
    }

    private static func blocks(of child: Child.ID, _ transaction: any Transaction) throws -> [Block] {
        try transaction.rows(
            "SELECT kind, target_id, created_at FROM block WHERE child_id = \(child) ORDER BY created_at, target_id"
        ).map { row in
            let kind: Block.Kind = try row["kind"]
            guard let target = Block.Target(kind: kind, id: try row["target_id"]) else {
                throw DatabaseError.unexpectedValue(column: "target_id", expected: "id")
            }
            return Block(target: target, createdAt: try row["created_at"])
        }
    }

    /// Blocks something that exists; false when there is no such thing. Blocking twice is blocking once.
    package func block(_ target: Block.Target, for child: Child.ID, now: Instant) async throws -> Bool {
        try await database.write { transaction in
            let found: Row? =
                switch target {
                case .video(let id): try transaction.row("SELECT id FROM video WHERE id = \(id)")
                case .channel(let id): try transaction.row("SELECT id FROM channel WHERE id = \(id)")
                case .series(let id): try transaction.row("SELECT id FROM series WHERE id = \(id)")
                case .label(let id): try transaction.row("SELECT id FROM label WHERE id = \(id)")
                }
            guard found != nil else { return false }
            try transaction.run(
                """
                INSERT INTO block (child_id, kind, target_id, created_at)
                VALUES (\(child), \(target.kind), \(target.id), \(now)) ON CONFLICT DO NOTHING
                """
            )
            return true
        }
    }

    package func unblock(_ target: Block.Target, for child: Child.ID) async throws {
        try await database.write { transaction in
            try transaction.run(
                "DELETE FROM block WHERE child_id = \(child) AND kind = \(target.kind) AND target_id = \(target.id)"
            )
        }
    }

    // MARK: Approvals

    package func approvals(of child: Child.ID) async throws -> [Video.ID] {
        try await database.read { try Self.approvals(of: child, $0) }
    }

    private static func approvals(of child: Child.ID, _ transaction: any Transaction) throws -> [Video.ID] {
        try transaction.rows(
            "SELECT video_id FROM approval WHERE child_id = \(child) ORDER BY created_at DESC, video_id"
        ).map { try $0["video_id"] }
    }

    /// False when there is no such video in the catalogue.
    package func approve(_ video: Video.ID, for child: Child.ID, now: Instant) async throws -> Bool {
        try await database.write { try Self.approve(video, for: child, now: now, $0) }
    }

    static func approve(
        _ video: Video.ID,
        for child: Child.ID,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Bool {
        try insert(video, into: "approval", of: child, now: now, transaction)
    }

    package func withdrawApproval(_ video: Video.ID, for child: Child.ID) async throws {
        try await database.write { transaction in
            try transaction.run("DELETE FROM approval WHERE child_id = \(child) AND video_id = \(video)")
        }
    }

    // MARK: Less of this

    /// Newest first.
    package func lessOf(_ child: Child.ID) async throws -> [Video.ID] {
        try await database.read { try Self.lessOf(child, $0) }
    }

    static func lessOf(_ child: Child.ID, _ transaction: any Transaction) throws -> [Video.ID] {
        try transaction.rows(
            "SELECT video_id FROM less_of WHERE child_id = \(child) ORDER BY created_at DESC, video_id"
        ).map { try $0["video_id"] }
    }

    /// False when there is no such published video.
    package func addLessOf(_ video: Video.ID, for child: Child.ID, now: Instant) async throws -> Bool {
        try await insert(video, into: "less_of", of: child, now: now)
    }

    package func removeLessOf(_ video: Video.ID, for child: Child.ID) async throws {
        try await database.write { transaction in
            try transaction.run("DELETE FROM less_of WHERE child_id = \(child) AND video_id = \(video)")
        }
    }

    // MARK: Favourites

    /// Newest first.
    package func favourites(of child: Child.ID) async throws -> [Video.ID] {
        try await database.read { transaction in
            try transaction.rows(
                "SELECT video_id FROM favourite WHERE child_id = \(child) ORDER BY created_at DESC, video_id"
            ).map { try $0["video_id"] }
        }
    }

    package func addFavourite(_ video: Video.ID, of child: Child.ID, now: Instant) async throws -> Bool {
        try await insert(video, into: "favourite", of: child, now: now)
    }

    package func removeFavourite(_ video: Video.ID, of child: Child.ID) async throws {
        try await database.write { transaction in
            try transaction.run("DELETE FROM favourite WHERE child_id = \(child) AND video_id = \(video)")
        }
    }

    private func insert(
        _ video: Video.ID,
        into table: Query,
        of child: Child.ID,
        now: Instant
    ) async throws -> Bool {
        try await database.write { try Self.insert(video, into: table, of: child, now: now, $0) }
    }

    private static func insert(
        _ video: Video.ID,
        into table: Query,
        of child: Child.ID,
        now: Instant,
        _ transaction: any Transaction
    ) throws -> Bool {
        guard try transaction.row("SELECT id FROM video WHERE id = \(video) AND state = 'published'") != nil
        else { return false }
        try transaction.run(
            """
            INSERT INTO \(table) (child_id, video_id, created_at) VALUES (\(child), \(video), \(now))
            ON CONFLICT DO NOTHING
            """
        )
        return true
    }
}
