import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("The outbox")
struct OutboxTests {
    private static let noon = OutboxWorld.noon
    private static let lease = Span.minutes(5)

    @Test("A message goes to every device of its guardian, once for its cause", arguments: Engine.allCases)
    func enqueue(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let (mother, father) = (try await world.guardian(devices: 2), try await world.guardian(devices: 1))
        #expect(try await world.enqueue(to: mother, cause: "report 47"))
        #expect(try await !world.enqueue(to: mother, cause: "report 47"))
        #expect(try await world.enqueue(to: father, cause: "report 47"))
        let due = try await world.take("a").due
        #expect(due.count == 3 && Set(due.map(\.device)) == Set(mother.devices + father.devices))
        #expect(due.allSatisfy { $0.attempts == 1 && $0.message.title == "제목" && $0.message.path == "/report" })
        #expect(Set(due.map(\.address.cipher)).count == 3)
    }

    @Test("What is undone with its cause was never in the outbox", arguments: Engine.allCases)
    func transaction(engine: Engine) async throws {
        struct Undone: Error {}
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        let message = world.message()
        await #expect(throws: Undone.self) {
            try await world.database.write { transaction -> Void in
                try OutboxWriter.enqueue(message, to: mother.id, cause: "x", now: Self.noon, transaction)
                throw Undone()
            }
        }
        #expect(try await world.take("a").due.isEmpty)
    }

    @Test(
        "What one sender took, no other has until the lease ends; then the first one's word is void",
        arguments: Engine.allCases
    )
    func lease(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother))
        let first = try #require(try await world.take("a").due.first)
        #expect(try await world.take("b", at: Self.noon + Self.lease - Span(milliseconds: 1)).due.isEmpty)
        let later = Self.noon + Self.lease
        let second = try #require(try await world.take("b", at: later).due.first)
        #expect(second.attempts == 2 && second.message == first.message)
        try await world.outbox.end(first, .later(at: later), now: later)
        #expect(try await world.take("c", at: later).due.isEmpty)
        try await world.outbox.end(second, .delivered, now: later)
        #expect(try await world.states() == ["delivered"])
        try await world.outbox.end(second, .later(at: later), now: later)
        #expect(try await world.take("d", at: later + .days(1)).due.isEmpty)
    }

    @Test("Many who take at once hold nothing together and miss nothing", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        for number in 0..<50 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let taken = try await withThrowingTaskGroup(of: [OutboxStore.Due].self) { group in
            for number in 0..<8 {
                group.addTask {
                    var mine: [OutboxStore.Due] = []
                    while true {
                        let due = try await world.take("\(number)", limit: 7).due
                        if due.isEmpty { return mine }
                        mine += due
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 100)
        #expect(Set(taken.map { "\($0.message.id) \($0.device)" }).count == 100)
    }

    @Test("Quiet hours put off, and what was put off comes at their end", arguments: Engine.allCases)
    func quiet(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        let father = try await world.guardian(devices: 1)
        try await world.preferences.set(MessagePreferences(quiet: nil), of: father.id)
        let night = Self.noon + .hours(10)
        #expect(try await world.enqueue(to: mother, now: night))
        #expect(try await world.enqueue(to: father, now: night))
        #expect(try await world.take("a", at: night).due.map(\.device) == father.devices)
        let morning = Self.noon + .hours(20)
        #expect(try await world.take("a", at: morning - Span(milliseconds: 1)).due.map(\.device) == father.devices)
        #expect(
            try await world.take("a", at: morning).due.contains { $0.device == mother.devices[0] && $0.attempts == 1 }
        )
    }

    @Test("A request comes at the end of quiet hours, however long they are", arguments: Engine.allCases)
    func quietRequest(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let (mother, father) = (try await world.guardian(devices: 1), try await world.guardian(devices: 1))
        let night = QuietHours(start: 19 * 60, end: 8 * 60)
        try await world.preferences.set(MessagePreferences(quiet: night), of: mother.id)
        let longest = QuietHours(start: 19 * 60 + 5, end: 19 * 60 + 4)
        try await world.preferences.set(MessagePreferences(quiet: longest), of: father.id)
        let asked = Self.noon + .hours(7) + .minutes(5)
        #expect(try await world.enqueue(to: mother, kind: .requestWaiting, now: asked))
        #expect(try await world.enqueue(to: father, kind: .requestWaiting, now: asked))
        #expect(try await world.take("a", at: asked).due.isEmpty)
        #expect(try await world.take("b", at: Self.noon + .hours(20)).due.map(\.device) == mother.devices)
        let end = asked + .days(1) - .minutes(1)
        #expect(try await world.take("c", at: end).due.contains { $0.device == father.devices[0] })
    }

    @Test(
        "A kind that is switched off is not written for devices, nor sent when it was switched off since",
        arguments: Engine.allCases
    )
    func preferences(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.preferences.preferences(of: mother.id) == MessagePreferences())
        #expect(try await world.enqueue(to: mother, cause: "before"))
        let wish = MessagePreferences(off: [.weeklyReport, .event], quiet: QuietHours(start: 0, end: 60))
        try await world.preferences.set(wish, of: mother.id)
        #expect(try await world.preferences.preferences(of: mother.id) == wish)
        #expect(try await world.enqueue(to: mother, cause: "after"))
        #expect(try await world.enqueue(to: mother, cause: "other", kind: .requestWaiting))
        #expect(try await world.take("a").due.map(\.message.kind) == [.requestWaiting])
        #expect(try await world.states() == ["unwanted", "waiting"])
        try await world.preferences.set(MessagePreferences(), of: mother.id)
        #expect(try await world.preferences.preferences(of: mother.id) == MessagePreferences())
    }

    @Test("A device that has signed out gets nothing, also not what waited for it", arguments: Engine.allCases)
    func signedOut(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother, cause: "before"))
        try await world.signOut(mother)
        #expect(try await world.enqueue(to: mother, cause: "after"))
        #expect(try await world.take("a").due.isEmpty)
        #expect(try await world.states() == ["unwanted"])
    }

    @Test("What comes too late is given up", arguments: Engine.allCases)
    func expires(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother, cause: "report"))
        #expect(try await world.enqueue(to: mother, cause: "request", kind: .requestWaiting))
        let nextDay = Self.noon + .days(1)
        let due = try await world.take("a", at: nextDay).due
        #expect(due.map(\.message.kind) == [.weeklyReport])
        try await world.outbox.end(try #require(due.first), .later(at: nextDay), now: nextDay)
        #expect(try await world.take("b", at: Self.noon + OutboxWriter.patience).due.isEmpty)
        #expect(try await world.states() == ["expired", "expired"])
    }

    @Test(
        "An address is one device, whoever holds it: what waited for the one before does not go to the next",
        arguments: Engine.allCases
    )
    func handedOver(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let (mother, father) = (try await world.guardian(devices: 1), try await world.guardian(devices: 0))
        #expect(try await world.enqueue(to: mother))
        let again = try await world.register(world.address(of: mother.devices[0]), for: mother)
        #expect(again.id == mother.devices[0] && again.seenAt == Self.noon)
        #expect(try await world.take("a").due.count == 1)
        let moved = try await world.register(world.address(of: mother.devices[0]), for: father)
        #expect(moved.id == mother.devices[0])
        #expect(try await world.devices.devices(of: mother.id, now: Self.noon).isEmpty)
        #expect(try await world.devices.devices(of: father.id, now: Self.noon).map(\.id) == [moved.id])
        #expect(try await world.take("b", at: Self.noon + .hours(1)).due.isEmpty)
    }

    @Test("Of a guardian's devices the twenty seen last are kept", arguments: Engine.allCases)
    func most(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: PushDevice.most + 2)
        let kept = try await world.devices.devices(of: mother.id, now: Self.noon).map(\.id)
        #expect(Set(kept) == Set(mother.devices.suffix(PushDevice.most)))
    }

    @Test(
        "A device is removed by its own guardian only, and forgotten only if it was not seen since",
        arguments: Engine.allCases
    )
    func removed(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let (mother, father) = (try await world.guardian(devices: 2), try await world.guardian(devices: 1))
        #expect(try await !world.devices.remove(mother.devices[0], of: father.id))
        #expect(try await world.devices.remove(mother.devices[0], of: mother.id))
        #expect(try await !world.devices.remove(mother.devices[0], of: mother.id))
        try await world.devices.forget(mother.devices[1], seenBefore: Self.noon - .seconds(1))
        #expect(try await world.devices.devices(of: mother.id, now: Self.noon).count == 1)
        #expect(try await world.enqueue(to: mother))
        try await world.devices.forget(mother.devices[1], seenBefore: Self.noon)
        #expect(try await world.devices.devices(of: mother.id, now: Self.noon).isEmpty)
        #expect(try await world.take("a").due.isEmpty)
    }

    @Test("Messages are removed when their time is over", arguments: Engine.allCases)
    func old(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother, cause: "old"))
        #expect(try await world.enqueue(to: mother, cause: "new", now: Self.noon + .days(1)))
        let end = Self.noon + OutboxStore.lifetime
        #expect(try await world.outbox.removeOld(now: end) == 0)
        #expect(try await world.outbox.removeOld(now: end + Span(milliseconds: 1)) == 1)
    }

    @Test("Messages are removed some at a time, the oldest first", arguments: Engine.allCases)
    func oldSome(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        for minute in [3, 0, 4, 2, 1] as [Int64] {
            #expect(try await world.enqueue(to: mother, cause: "\(minute)", now: Self.noon + .minutes(minute)))
        }
        func causes() async throws -> [String] {
            try await world.database.read { transaction in
                try transaction.rows("SELECT cause FROM message ORDER BY cause").map { try $0["cause"] }
            }
        }
        let now = Self.noon + .minutes(4) + OutboxStore.lifetime
        #expect(try await world.outbox.removeOld(now: now, limit: 3) == 3)
        #expect(try await causes() == ["3", "4"])
        #expect(try await world.outbox.removeOld(now: now, limit: 3) == 1)
        #expect(try await world.outbox.removeOld(now: now, limit: 3) == 0)
        #expect(try await causes() == ["4"])
        #expect(try await world.states().count == 2, "what became of them goes with them")
    }

    @Test("What was taken and not sent can be given back, by whoever holds it", arguments: Engine.allCases)
    func givenBack(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        #expect(try await world.enqueue(to: mother))
        let taken = try await world.take("a").due
        try await world.outbox.end(taken[0], .delivered, now: Self.noon)
        try await world.outbox.giveBack(taken, now: Self.noon)
        let again = try await world.take("b").due
        #expect(again.map(\.device) == [taken[1].device] && again.map(\.attempts) == [1])
        try await world.outbox.giveBack(taken, now: Self.noon)
        #expect(try await world.take("c").due.isEmpty)
    }

    @Test("One cause is told to many guardians at once, to each in its own words and once", arguments: Engine.allCases)
    func letters(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        let father = try await world.guardian(devices: 1)
        let aunt = try await world.guardian(devices: 0)
        #expect(try await world.enqueue(to: mother, cause: "post 1"))
        let letters = [mother, father, aunt].map { OutboxWriter.Letter(world.message(.boardNotice), to: $0.id) }
        let written = try await world.database.write {
            try OutboxWriter.enqueue(letters, cause: "post 1", now: Self.noon, $0)
        }
        #expect(written == 2)
        let due = try await world.take("a").due
        #expect(Set(due.filter { $0.message.kind == .boardNotice }.map(\.device)) == Set(father.devices))
        #expect(due.count == 3)
        let none = try await world.database.write { try OutboxWriter.enqueue([], cause: "post 2", now: Self.noon, $0) }
        #expect(none == 0)
    }

    @Test("A session that is over gets nothing and is not listed", arguments: Engine.allCases)
    func sessionOver(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        let end = Self.noon + .days(365)
        #expect(try await world.enqueue(to: mother, now: end - .hours(1)))
        #expect(try await world.devices.devices(of: mother.id, now: end - .seconds(1)).count == 1)
        #expect(try await world.devices.devices(of: mother.id, now: end).isEmpty)
        #expect(try await world.take("a", at: end).due.isEmpty)
        #expect(try await world.states() == ["unwanted"])
    }
}
