import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("Boards, posts and events")
struct NoticeStoreTests {
    private static let noon = OutboxWorld.noon
    private static let text = Wording(korean: "알림", english: "Notice")

    private func post(
        _ world: OutboxWorld,
        board: String = "notices",
        from start: Instant = Self.noon,
        until end: Instant? = nil
    ) throws -> Post {
        let period = try #require(NoticePeriod(start: start, end: end))
        return Post(id: world.ids.next(), board: board, title: Self.text, body: Self.text, period: period)
    }

    private func event(
        _ world: OutboxWorld,
        from start: Instant = Self.noon,
        until end: Instant? = nil
    ) throws -> Event {
        let period = try #require(NoticePeriod(start: start, end: end))
        return Event(id: world.ids.next(), title: Self.text, body: Self.text, path: "/report", period: period)
    }

    @Test(
        "A board shows what its time has come for and is not over, the newest first, in pages",
        arguments: Engine.allCases
    )
    func posts(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let notices = NoticeStore(database: world.database)
        #expect(try await notices.boards().map(\.name) == ["notices", "parenting"])
        let old = try post(world, from: Self.noon - .days(2))
        // Of the same moment the higher id counts as newer.
        let two = [try post(world), try post(world)].sorted { $0.id.description < $1.id.description }
        let hidden = [
            try post(world, from: Self.noon + Span(milliseconds: 1)),
            try post(world, from: Self.noon - .days(1), until: Self.noon),
            try post(world, board: "parenting"),
        ]
        for post in [old] + two + hidden { #expect(try await notices.add(post, now: Self.noon) == 0) }
        #expect(try await notices.add(try post(world, board: "no-such"), now: Self.noon) == nil)

        let shown = try #require(try await notices.posts(on: "notices", limit: 10, now: Self.noon))
        #expect(shown.map(\.id) == [two[1].id, two[0].id, old.id])
        #expect(shown.last == old)
        let first = try #require(try await notices.posts(on: "notices", limit: 1, now: Self.noon)?.last)
        let rest = try await notices.posts(
            on: "notices",
            before: (first.period.start, first.id),
            limit: 10,
            now: Self.noon
        )
        #expect(rest?.map(\.id) == [two[0].id, old.id])
        #expect(try await notices.posts(on: "no-such", limit: 1, now: Self.noon) == nil)
        #expect(try await notices.allPosts(limit: 100).count == 6)

        #expect(try await notices.withdraw(old.id, now: Self.noon) == .withdrawn)
        #expect(try await notices.withdraw(old.id, now: Self.noon) == .before)
        #expect(try await notices.withdraw(try post(world).id, now: Self.noon) == .unknown)
        #expect(try await notices.posts(on: "notices", limit: 10, now: Self.noon)?.count == 2)
        #expect(try await notices.post(old.id)?.isShown(at: Self.noon) == false)
    }

    @Test("An event is shown in its time until it is put away, for good or for a while", arguments: Engine.allCases)
    func events(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let notices = NoticeStore(database: world.database)
        let (mother, father) = (try await world.guardian(devices: 0), try await world.guardian(devices: 0))
        let forGood = try event(world, from: Self.noon - .days(1))
        let today = try event(world, until: Self.noon + .days(7))
        let later = try event(world, from: Self.noon + .days(1))
        for event in [forGood, today, later] { #expect(try await notices.add(event, now: Self.noon) == 0) }
        #expect(try await notices.events(for: mother.id, now: Self.noon) == [forGood, today])

        func dismiss(_ event: Event, until: Instant?) async throws -> Bool {
            try await notices.dismiss(event.id, for: mother.id, until: until, now: Self.noon)
        }
        #expect(try await dismiss(forGood, until: nil))
        #expect(try await dismiss(today, until: Self.noon + .hours(2)))
        #expect(try await dismiss(today, until: Self.noon + .hours(1)))
        #expect(try await !dismiss(later, until: nil))
        #expect(try await !dismiss(try event(world), until: nil))
        #expect(try await notices.events(for: mother.id, now: Self.noon).isEmpty)
        #expect(try await notices.events(for: father.id, now: Self.noon).count == 2)
        let atOne = Self.noon + .hours(1)
        #expect(try await notices.events(for: mother.id, now: atOne - Span(milliseconds: 1)).isEmpty)
        #expect(try await notices.events(for: mother.id, now: atOne) == [today])
        #expect(try await notices.events(for: mother.id, now: Self.noon + .days(8)) == [later])

        #expect(try await notices.withdraw(later.id, now: Self.noon) == .withdrawn)
        #expect(try await notices.events(for: mother.id, now: Self.noon + .days(8)).isEmpty)
        #expect(try await notices.allEvents(limit: 2).map(\.id) == [later.id, today.id])
    }

    @Test(
        "Who is to be told is told with what they are told about, in their language, and those who leave are not",
        arguments: Engine.allCases
    )
    func telling(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let notices = NoticeStore(database: world.database)
        let (mother, father) = (try await world.guardian(devices: 2), try await world.guardian(devices: 1))
        let (leaving, busy) = (try await world.guardian(devices: 1), try await world.guardian(devices: 1))
        try await world.database.write { transaction in
            try transaction.run("UPDATE guardian SET language = 'en' WHERE id = \(father.id)")
            try transaction.run("UPDATE guardian SET deletion_requested_at = 1 WHERE id = \(leaving.id)")
        }
        try await world.preferences.set(MessagePreferences(off: [.boardNotice], quiet: nil), of: busy.id)
        let ids = world.ids
        let post = try post(world)
        let told = try await notices.add(
            post,
            telling: { .boardNotice(id: ids.next(), title: Self.text[$0], path: "/posts", in: $0) },
            now: Self.noon
        )
        #expect(told == 2, "the busy one has switched it off")
        let due = try await world.take("a").due
        #expect(Set(due.map(\.device)) == Set(mother.devices + father.devices))
        #expect(Set(due.map(\.message.body)) == ["알림", "Notice"])
        // The same post again breaks a rule of the schema, and nobody is told of it.
        await #expect(throws: (any Error).self) {
            try await notices.add(
                post,
                telling: { .boardNotice(id: ids.next(), title: "x", path: "/x", in: $0) },
                now: Self.noon
            )
        }
        #expect(try await world.take("b").due.isEmpty)
        let event = try event(world)
        #expect(
            try await notices.add(event, telling: { .event(id: ids.next(), title: "x", in: $0) }, now: Self.noon) == 3
        )
        #expect(try await world.take("c").due.map(\.message.kind) == [.event, .event, .event, .event])
    }

    @Test(
        "What is withdrawn is not told any more, not even where it waits for the end of quiet hours",
        arguments: Engine.allCases
    )
    func withdrawnUntold(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let (notices, ids, night) = (NoticeStore(database: world.database), world.ids, Self.noon + .hours(10))
        let (mother, father) = (try await world.guardian(devices: 2), try await world.guardian(devices: 1))
        try await world.preferences.set(MessagePreferences(quiet: nil), of: father.id)
        let (gone, stays) = (try post(world, from: night), try post(world, from: night))
        for post in [gone, stays] {
            let path = "/posts/\(post.id)"
            let told = try await notices.add(
                post,
                telling: { .boardNotice(id: ids.next(), title: "x", path: path, in: $0) },
                now: night
            )
            #expect(told == 2)
        }
        let event = try event(world, from: night)
        _ = try await notices.add(event, telling: { .event(id: ids.next(), title: "x", in: $0) }, now: night)
        let held = try await world.take("a", at: night).due
        #expect(held.map(\.device) == [PushDevice.ID](repeating: father.devices[0], count: 3))
        let early = try #require(held.first { $0.message.kind == .event })
        try await world.outbox.end(early, .delivered, now: night)

        #expect(try await notices.withdraw(gone.id, now: night) == .withdrawn)
        #expect(try await notices.withdraw(event.id, now: night) == .withdrawn)
        let states = ["delivered"] + Array(repeating: "unwanted", count: 5) + Array(repeating: "waiting", count: 3)
        #expect(try await world.states() == states)
        // A send that was under way brings nothing back, however it ends.
        let late = try #require(held.first { $0.message.path == "/posts/\(gone.id)" })
        try await world.outbox.end(late, .later(at: night), now: night)
        try await world.outbox.giveBack(held, now: night)
        #expect(try await world.states() == states)
        let morning = try await world.take("b", at: Self.noon + .hours(20)).due
        #expect(Set(morning.map(\.device)) == Set(mother.devices + father.devices))
        #expect(morning.map(\.message.path) == [String?](repeating: "/posts/\(stays.id)", count: 3))
    }

    @Test("What is over is not told any more, and what lasts no longer than other messages", arguments: Engine.allCases)
    func overUntold(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let (notices, ids, night) = (NoticeStore(database: world.database), world.ids, Self.noon + .hours(10))
        _ = try await world.guardian(devices: 1)
        let brief = try post(world, from: night, until: night + .hours(5))
        let long = try post(world, from: night, until: night + .days(30))
        for post in [brief, long] {
            let path = "/posts/\(post.id)"
            _ = try await notices.add(
                post,
                telling: { .boardNotice(id: ids.next(), title: "x", path: path, in: $0) },
                now: night
            )
        }
        let event = try event(world, from: night, until: Self.noon + .hours(20))
        _ = try await notices.add(event, telling: { .event(id: ids.next(), title: "x", in: $0) }, now: night)
        #expect(try await world.take("a", at: night).due.isEmpty, "it is quiet")
        #expect(try await world.take("b", at: Self.noon + .hours(20)).due.map(\.message.path) == ["/posts/\(long.id)"])
        #expect(try await world.states() == ["expired", "expired", "waiting"])
        #expect(try await world.take("c", at: night + OutboxWriter.patience).due.isEmpty)
        #expect(try await world.states() == ["expired", "expired", "expired"])
    }
}
