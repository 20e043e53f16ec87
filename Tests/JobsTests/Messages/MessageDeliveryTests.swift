import Domain
import InMemoryLogging
import Jobs
import Logging
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Delivering messages", .timeLimit(.minutes(10)))
struct MessageDeliveryTests {
    private static let noon = OutboxWorld.noon

    /// A network that answers as it is told and remembers what reached which device.
    private final class Network: PushSender {
        struct Sent: Hashable, Sendable {
            let message: Message.ID
            let device: String
        }

        private let sent = Mutex<[Sent]>([])
        private let together = Mutex((now: 0, most: 0))
        private let answer: @Sendable (_ send: Sent, _ number: Int) async -> PushOutcome

        init(_ answer: @escaping @Sendable (_ send: Sent, _ number: Int) async -> PushOutcome = { _, _ in .delivered })
        {
            self.answer = answer
        }

        var all: [Sent] { sent.withLock { $0 } }
        var mostAtOnce: Int { together.withLock { $0.most } }

        func send(_ message: Message, to address: PushAddress) async -> PushOutcome {
            guard case .firebase(let token) = address else { return .refused(.noChannel) }
            let one = Sent(message: message.id, device: token)
            let number = sent.withLock { sent in
                sent.append(one)
                return sent.count
            }
            together.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { together.withLock { $0.now -= 1 } }
            return await answer(one, number)
        }
    }

    private func delivery(
        _ world: OutboxWorld,
        _ network: Network,
        now: @escaping @Sendable () -> Instant = { Self.noon },
        limits: MessageDelivery.Limits = .init(),
        outbox: OutboxStore? = nil,
        open: @escaping @Sendable (SealedAddress) throws -> PushAddress = {
            .firebase(token: String(decoding: $0.cipher, as: UTF8.self))
        },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in },
        record: @escaping @Sendable (PushOutcome, Message.Kind) -> Void = { _, _ in },
        log: InMemoryLogHandler = InMemoryLogHandler()
    ) -> MessageDelivery {
        MessageDelivery(
            outbox: outbox ?? world.outbox,
            devices: world.devices,
            sender: network,
            open: open,
            clock: Domain.Clock(now: now),
            ids: world.ids,
            limits: limits,
            random: { $0.upperBound },
            sleep: sleep,
            record: record,
            logger: Logger(label: "test") { _ in log }
        )
    }

    @Test("What waits is sent once, and then nothing waits", arguments: Engine.allCases)
    func delivers(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 3)
        for number in 0..<10 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let network = Network()
        let delivery = delivery(world, network, limits: .init(batch: 7, atOnce: 4))
        #expect(try await delivery.deliverDue() == 30)
        #expect(try await delivery.deliverDue() == 0)
        #expect(network.all.count == 30 && Set(network.all).count == 30)
        #expect(network.mostAtOnce <= 4)
        #expect(try await world.states() == Array(repeating: "delivered", count: 30))
    }

    @Test("What fails for now is tried later and later, until it is too late", arguments: Engine.allCases)
    func backsOff(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        try await world.preferences.set(MessagePreferences(quiet: nil), of: mother.id)
        #expect(try await world.enqueue(to: mother))
        let time = Mutex(Self.noon)
        let network = Network { _, _ in .later(after: nil) }
        let delivery = delivery(world, network, now: { time.withLock { $0 } })
        var waits: [Int64] = []
        var last = Self.noon
        while time.withLock({ $0 }) < Self.noon + .days(4) {
            if try await delivery.deliverDue() > 0 {
                let now = time.withLock { $0 }
                waits.append((now - last).milliseconds / 1_000)
                last = now
            }
            // Every wait is a multiple of the step it falls into.
            time.withLock { $0 = $0 + ($0 < Self.noon + .seconds(3_810) ? .seconds(30) : .minutes(30)) }
        }
        #expect(waits.prefix(10) == [0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
        #expect(last < Self.noon + OutboxWriter.patience && last >= Self.noon + OutboxWriter.patience - .hours(2))
        #expect(try await world.states() == ["expired"])
    }

    @Test("A network that says when is not asked before", arguments: Engine.allCases)
    func retryAfter(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother))
        let time = Mutex(Self.noon)
        let network = Network { _, number in number == 1 ? .later(after: .seconds(600)) : .delivered }
        let delivery = delivery(world, network, now: { time.withLock { $0 } })
        #expect(try await delivery.deliverDue() == 1)
        time.withLock { $0 = Self.noon + .seconds(599) }
        #expect(try await delivery.deliverDue() == 0)
        time.withLock { $0 = Self.noon + .seconds(600) }
        #expect(try await delivery.deliverDue() == 1)
        #expect(try await world.states() == ["delivered"])
    }

    @Test(
        "A device that is gone is forgotten with what waits for it; the others get theirs",
        arguments: Engine.allCases
    )
    func gone(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        let dead = mother.devices[0].description
        for number in 0..<3 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let network = Network { send, _ in send.device == dead ? .gone : .delivered }
        _ = try await delivery(world, network, limits: .init(batch: 1, atOnce: 1)).deliverDue()
        #expect(network.all.count { $0.device == dead } == 1)
        #expect(try await world.devices.devices(of: mother.id, now: Self.noon).map(\.id) == [mother.devices[1]])
        #expect(try await world.states() == ["delivered", "delivered", "delivered"])
    }

    @Test("What is refused for good is not tried again", arguments: Engine.allCases)
    func refused(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother))
        let network = Network { _, _ in .refused(.tooLong) }
        let delivery = delivery(world, network)
        #expect(try await delivery.deliverDue() == 1)
        #expect(try await delivery.deliverDue() == 0)
        #expect(try await world.states() == ["refused"])
    }

    /// The first sender takes a batch and is never heard of again, some of it sent and nothing written down.
    @Test(
        "When a sender dies in the middle, the next one sends what was left, under the same ids",
        arguments: Engine.allCases
    )
    func dies(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        for number in 0..<5 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let dead = try await world.take("dead", limit: 6).due
        #expect(dead.count == 6)
        let time = Mutex(Self.noon)
        let network = Network()
        let delivery = delivery(world, network, now: { time.withLock { $0 } })
        #expect(try await delivery.deliverDue() == 4)
        time.withLock { $0 = Self.noon + .minutes(5) }
        #expect(try await delivery.deliverDue() == 6)
        #expect(Set(network.all).count == 10 && network.all.count == 10)
        #expect(Set(network.all.suffix(6).map(\.message)) == Set(dead.map(\.message.id)))
        #expect(try await world.states() == Array(repeating: "delivered", count: 10))
    }

    @Test("Senders at work at once send nothing twice and leave nothing", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 4)
        for number in 0..<50 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let network = Network()
        let ended = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                group.addTask { try await delivery(world, network, limits: .init(batch: 9, atOnce: 5)).deliverDue() }
            }
            return try await group.reduce(0, +)
        }
        #expect(ended == 200)
        #expect(network.all.count == 200 && Set(network.all).count == 200)
    }

    @Test(
        "Told to stop, it lets what has begun end, writes it down and gives the rest back at once",
        arguments: Engine.allCases
    )
    func stops(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        for number in 0..<5 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let network = Network { _, _ in
            begin.yield()
            for await _ in gate { break }
            return Task.isCancelled ? .later(after: nil) : .delivered
        }
        let delivery = delivery(world, network, limits: .init(batch: 5, atOnce: 1))
        let work = Task { try await delivery.deliverDue() }
        for await _ in begun { break }
        work.cancel()
        opener.yield()
        #expect(try await work.value == 1)
        #expect(network.all.count == 1)
        #expect(try await world.states() == ["delivered"] + Array(repeating: "waiting", count: 4))
        let rest = try await world.take("other").due
        #expect(rest.count == 4 && rest.allSatisfy { $0.attempts == 1 })
    }

    @Test(
        "A sender that was held up until others may be at it sends nothing more",
        arguments: Engine.allCases
    )
    func heldUp(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        for number in 0..<3 { #expect(try await world.enqueue(to: mother, cause: "\(number)")) }
        let time = Mutex(Self.noon)
        let network = Network { _, number in
            if number == 1 { time.withLock { $0 = Self.noon + .minutes(1) } }
            return .delivered
        }
        let limits = MessageDelivery.Limits(batch: 3, atOnce: 1, lease: .minutes(2))
        let delivery = delivery(world, network, now: { time.withLock { $0 } }, limits: limits)
        #expect(try await delivery.deliverDue() == 1)
        #expect(network.all.count == 1)
        time.withLock { $0 = Self.noon + .minutes(2) }
        #expect(try await delivery.deliverDue() == 2)
        #expect(network.all.count == 3 && Set(network.all).count == 3)
    }

    @Test(
        "What was sent is written down however often the database does not answer, and not sent again",
        arguments: Engine.allCases
    )
    func databaseAway(engine: Engine) async throws {
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 1)
        #expect(try await world.enqueue(to: mother))
        let failures = Mutex(0)
        let pauses = Mutex<[Duration]>([])
        let watched = WatchedDatabase(world.database) { statements in
            guard statements.contains(where: { $0.contains("'delivered'") }) else { return }
            let count = failures.withLock { count in
                count += 1
                return count
            }
            if count <= 3 { throw DatabaseError.outcomeUnknown }
        }
        let network = Network()
        let delivery = delivery(
            world,
            network,
            outbox: OutboxStore(database: watched),
            sleep: { pause in pauses.withLock { $0.append(pause) } }
        )
        #expect(try await delivery.deliverDue() == 1)
        #expect(network.all.count == 1)
        #expect(pauses.withLock { $0 } == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(try await world.states() == ["delivered"])
    }

    @Test("An address that cannot be opened waits or is refused, and stays out of the log", arguments: Engine.allCases)
    func sealed(engine: Engine) async throws {
        struct UnknownKey: Error {}
        let world = try await OutboxWorld(engine)
        let mother = try await world.guardian(devices: 2)
        let dropped = mother.devices[0].description
        #expect(try await world.enqueue(to: mother))
        let (network, log) = (Network(), InMemoryLogHandler())
        let ends = Mutex<[PushOutcome]>([])
        let delivery = delivery(
            world,
            network,
            open: { address in
                if String(decoding: address.cipher, as: UTF8.self) == dropped { throw PushRefusal.forbiddenAddress }
                throw UnknownKey()
            },
            record: { outcome, kind in if kind == .weeklyReport { ends.withLock { $0.append(outcome) } } },
            log: log
        )
        #expect(try await delivery.deliverDue() == 2)
        #expect(network.all.isEmpty)
        #expect(try await world.states() == ["refused", "waiting"])
        #expect(Set(ends.withLock { $0 }) == [.refused(.forbiddenAddress), .later(after: .hours(1))])
        let lines = log.entries.map { "\($0.message) \($0.metadata)" }
        #expect(lines.count == 1 && lines[0].contains("UnknownKey"))
        #expect(mother.devices.allSatisfy { device in !lines.contains { $0.contains(device.description) } })
    }
}
