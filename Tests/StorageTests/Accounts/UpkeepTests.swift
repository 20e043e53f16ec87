import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("Cleaning up after sign-in")
struct UpkeepTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)
    private static let ids = IdentifierSource(clock: .system)

    private static func left(_ column: String, of table: String, _ database: any Database) async throws -> [String] {
        try await database.read { transaction in
            let query = Query(definition: "SELECT \(column) AS name FROM \(table) ORDER BY \(column)")
            return try transaction.rows(query).map { try $0["name"] }
        }
    }

    @Test("One-time codes go two days after they were made, used or not", arguments: Engine.allCases)
    func codes(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let ages: [(name: UInt8, age: Span, isUsed: Bool)] = [
            (1, .days(2) + Span(milliseconds: 1), false), (2, .days(3), true), (3, .days(2), false), (4, .zero, false),
        ]
        try await database.write { transaction in
            for (name, age, isUsed) in ages {
                let (id, lookup): (Identifier<Guardian>, [UInt8]) = (Self.ids.next(), [name])
                let (made, used): (Instant, Instant?) = (Self.now - age, isUsed ? Self.now - age : nil)
                try transaction.run(
                    """
                    INSERT INTO otp_challenge (id, phone_lookup, phone_cipher, phone_key_id, code_hmac, created_at,
                        expires_at, used_at)
                    VALUES (\(id), \(lookup), \(lookup), \("key \(name)"), \(lookup), \(made), \(made + .minutes(3)), \(used))
                    """
                )
            }
        }
        #expect(try await OTPStore(database: database).removeOld(now: Self.now) == 2)
        #expect(try await Self.left("phone_key_id", of: "otp_challenge", database) == ["key 3", "key 4"])
        #expect(try await OTPStore(database: database).removeOld(now: Self.now) == 0)
    }

    @Test("Sessions go a week after they ran out and a month after they were ended", arguments: Engine.allCases)
    func sessions(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let moment = Span(milliseconds: 1)
        let sessions: [Ended] = [
            ("in use", Self.now + .days(30), nil),
            ("ran out", Self.now - .days(7), nil),
            ("ran out long ago", Self.now - .days(7) - moment, nil),
            ("signed out", Self.now + .days(1), Self.now - .days(30)),
            ("signed out long ago", Self.now + .days(1), Self.now - .days(30) - moment),
        ]
        try await Self.store(sessions, in: database)
        #expect(try await SessionStore(database: database).removeOld(now: Self.now) == 2)
        let left = try await Self.left("device_name", of: "session", database)
        #expect(left == ["in use", "ran out", "signed out"])
        let tokens = try await Self.left("session_id", of: "refresh_token", database)
        #expect(tokens.count == 3, "tokens go with their session")
    }

    @Test("Sessions go some at a time, those over for longest first", arguments: Engine.allCases)
    func someSessions(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let (now, later) = (Self.now, Self.now + .days(1))
        let sessions: [Ended] = [
            ("in use", later, nil), ("ran out 3", now - .days(8), nil), ("signed out 2", later, now - .days(31)),
            ("ran out 1", now - .days(10), now - .days(40)), ("signed out 1", later, now - .days(32)),
            ("ran out 2", now - .days(9), nil),
        ]
        try await Self.store(sessions, in: database)
        let store = SessionStore(database: database)
        #expect(try await store.removeOld(now: now, limit: 2) == 2)
        let three = ["in use", "ran out 3", "signed out 1", "signed out 2"]
        #expect(try await Self.left("device_name", of: "session", database) == three)
        #expect(try await store.removeOld(now: now, limit: 2) == 2)
        #expect(try await Self.left("device_name", of: "session", database) == ["in use", "signed out 2"])
        #expect(try await store.removeOld(now: now, limit: 2) == 1)
        #expect(try await store.removeOld(now: now, limit: 2) == 0)
        #expect(try await Self.left("device_name", of: "session", database) == ["in use"])
    }

    private typealias Ended = (device: String, expires: Instant, revoked: Instant?)

    /// Of one guardian, each with a token.
    private static func store(_ sessions: [Ended], in database: any Database) async throws {
        try await database.write { transaction in
            let (guardian, lookup): (Guardian.ID, [UInt8]) = (Self.ids.next(), [1])
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(guardian), \(lookup), \(lookup), 'k', 'ko', 'Asia/Seoul', 0)
                """
            )
            for (number, session) in sessions.enumerated() {
                let (id, hash): (Session.ID, [UInt8]) = (Self.ids.next(), [UInt8(number)])
                try transaction.run(
                    """
                    INSERT INTO session (id, guardian_id, device_name, created_at, last_used_at, expires_at, revoked_at)
                    VALUES (\(id), \(guardian), \(session.device), 0, 0, \(session.expires), \(session.revoked))
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO refresh_token (hash, session_id, issued_at, expires_at)
                    VALUES (\(hash), \(id), 0, \(session.expires))
                    """
                )
            }
        }
    }

    @Test("An account that cannot be deleted keeps nobody else's data", arguments: Engine.allCases)
    func resistingAccount(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        try await database.write { transaction in
            for number in UInt8(1)...3 {
                let (guardian, lookup): (Guardian.ID, [UInt8]) = (Self.ids.next(), [number])
                try transaction.run(
                    """
                    INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at,
                        deletion_requested_at)
                    VALUES (\(guardian), \(lookup), \(lookup), \("account \(number)"), 'ko', 'Asia/Seoul', 0,
                        \(Self.now - .days(6) - .minutes(Int64(10 - number))))
                    """
                )
                guard number == 2 else { continue }
                // Its child counts in an average that says it is of nobody: nothing can be taken out of that.
                let child: Child.ID = Self.ids.next()
                try transaction.run(
                    """
                    INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                    VALUES (\(child), \(guardian), 'n', '2022-03', 'bear', 0)
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO watch_average (cell, hour_of_week, age_group, area, topic, children, plays, watched_ms, finished)
                    VALUES (1, 0, 0, '', '', 0, 0, 0, 0)
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO watch_average_child (child_id, cell, plays, watched_ms, finished)
                    VALUES (\(child), 1, 1, 0, 0)
                    """
                )
            }
        }
        let store = GuardianStore(database: database)
        await #expect(throws: DatabaseError.self) { try await store.deleteDue(now: Self.now) }
        #expect(try await Self.left("phone_key_id", of: "guardian", database) == ["account 2"])
        // Whoever runs the jobs hears of it again and again, until somebody mends it.
        await #expect(throws: DatabaseError.self) { try await store.deleteDue(now: Self.now) }
        try await database.write { try $0.run("UPDATE watch_average SET children = 1, plays = 1") }
        #expect(try await store.deleteDue(now: Self.now) == 1)
        #expect(try await Self.left("phone_key_id", of: "guardian", database) == [])
    }

    @Test("Answers for repeated requests are kept for a day", arguments: Engine.allCases)
    func idempotencyKeys(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let lifetime = IdempotencyKeyStore.lifetime
        try await database.write { transaction in
            for (key, age) in [("old", lifetime + Span(milliseconds: 1)), ("of a day", lifetime), ("new", .zero)] {
                let hash: [UInt8] = [1]
                try transaction.run(
                    """
                    INSERT INTO idempotency_key (owner, key, request_hash, created_at)
                    VALUES ('o', \(key), \(hash), \(Self.now - age))
                    """
                )
            }
        }
        #expect(try await IdempotencyKeyStore(database: database).removeOld(now: Self.now) == 1)
        #expect(try await Self.left("key", of: "idempotency_key", database) == ["new", "of a day"])
    }

    @Test("Answers go some at a time, the oldest first", arguments: Engine.allCases)
    func someKeys(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        // The same key of two owners is two keys.
        let keys: [(owner: String, key: String, days: Int64)] = [
            ("a", "2", 3), ("b", "2", 0), ("a", "3", 2), ("b", "1", 4),
        ]
        try await database.write { transaction in
            for (owner, key, days) in keys {
                let hash: [UInt8] = [1]
                try transaction.run(
                    """
                    INSERT INTO idempotency_key (owner, key, request_hash, created_at)
                    VALUES (\(owner), \(key), \(hash), \(Self.now - .days(days)))
                    """
                )
            }
        }
        let store = IdempotencyKeyStore(database: database)
        #expect(try await store.removeOld(now: Self.now, limit: 2) == 2)
        #expect(try await Self.left("owner || key", of: "idempotency_key", database) == ["a3", "b2"])
        #expect(try await store.removeOld(now: Self.now, limit: 2) == 1)
        #expect(try await store.removeOld(now: Self.now, limit: 2) == 0)
        #expect(try await Self.left("owner || key", of: "idempotency_key", database) == ["b2"])
    }
}
