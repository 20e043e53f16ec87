import Domain
import Jobs
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Confirming consents")
struct ConfirmConsentsTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    private struct Unreachable: Error {}

    /// Keeps what is sent; whom it cannot reach it says.
    private final class Sender: SMSSender {
        private let texts = Mutex<[String]>([])
        private let tries = Mutex(0)
        private let unreachable: String
        private let before: @Sendable () async -> Void

        /// - Parameter before: what happens at the beginning of each try.
        init(unreachable: String = "Nobody", before: @escaping @Sendable () async -> Void = {}) {
            self.unreachable = unreachable
            self.before = before
        }

        var sent: [String] { texts.withLock { $0 } }
        var tried: Int { tries.withLock { $0 } }

        func send(_ text: String, to phone: PhoneNumber) async throws {
            tries.withLock { $0 += 1 }
            await before()
            if text.contains(unreachable) { throw Unreachable() }
            texts.withLock { $0.append(text) }
        }
    }

    private static func texts(_ nicknames: String...) -> [String] {
        nicknames.map { SMSText.consentConfirmed(nickname: $0, in: .english) }
    }

    private static func job(
        _ database: any Database,
        _ sender: Sender,
        now: @escaping @Sendable () -> Instant = { ConfirmConsentsTests.now }
    ) throws -> ConfirmConsents {
        let number = try #require(PhoneNumber("010-1234-5678"))
        return ConfirmConsents(
            consents: ConsentStore(database: database),
            sender: sender,
            openPhone: { _ in number },
            clock: Clock(now: now)
        )
    }

    /// A child for each nickname, whose consent was given so long ago.
    private static func database(_ engine: Engine, _ consents: [(nickname: String, age: Span)]) async throws
        -> any Database
    {
        let database = try await engine.makeDatabase()
        let ids = IdentifierSource(clock: .system)
        try await database.write { transaction in
            for (number, consent) in consents.enumerated() {
                let (guardian, child, id): (Guardian.ID, Child.ID, Consent.ID) = (ids.next(), ids.next(), ids.next())
                let lookup: [UInt8] = [UInt8(number)]
                try transaction.run(
                    """
                    INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                    VALUES (\(guardian), \(lookup), \(lookup), 'k', 'en', 'Asia/Seoul', 0)
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                    VALUES (\(child), \(guardian), \(consent.nickname), '2022-03', 'bear', 0)
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO consent (id, guardian_id, child_id, text_version, given_at)
                    VALUES (\(id), \(guardian), \(child), '1', \(now - consent.age))
                    """
                )
            }
        }
        return database
    }

    @Test(
        "What the API did not send is sent once, and who cannot be reached holds nobody up",
        arguments: Engine.allCases
    )
    func once(engine: Engine) async throws {
        let database = try await Self.database(
            engine,
            [("Nobody", .hours(2)), ("Mina", .hours(1)), ("Just now", .minutes(4)), ("Jun", .minutes(6))]
        )
        let sender = Sender()
        let time = Mutex(Self.now)
        let job = try Self.job(database, sender) { time.withLock { $0 } }
        await #expect(throws: Unreachable.self) { try await job.run() }
        #expect(sender.sent == Self.texts("Mina", "Jun"))
        #expect(try await job.run() == 0, "nobody is told twice")
        time.withLock { $0 = Self.now + .hours(2) }
        await #expect(throws: Unreachable.self, "it is tried again") { try await job.run() }
        #expect(sender.sent == Self.texts("Mina", "Jun", "Just now"))
    }

    @Test(
        "Told to stop, it writes down what it has sent, and the next process sends only the others",
        arguments: Engine.allCases
    )
    func stops(engine: Engine) async throws {
        let database = try await Self.database(engine, [("Mina", .hours(1)), ("Jun", .minutes(6))])
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let sender = Sender {
            begin.yield()
            for await _ in gate { break }
        }
        let job = try Self.job(database, sender)
        let work = Task { try await job.run() }
        for await _ in begun { break }
        work.cancel()
        opener.finish()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(sender.sent == Self.texts("Mina"))
        #expect(try await Self.job(database, sender).run() == 1)
        #expect(sender.sent == Self.texts("Mina", "Jun"))
    }

    @Test(
        "A number that fails is tried again when its consent is twice as old, and for three days",
        arguments: Engine.allCases
    )
    func rarely(engine: Engine) async throws {
        let database = try await Self.database(engine, [("Nobody", .zero)])
        let sender = Sender()
        let time = Mutex(Self.now)
        let job = try Self.job(database, sender) { time.withLock { $0 } }
        func run(_ job: ConfirmConsents, minute: Int64) async throws -> Bool {
            time.withLock { $0 = Self.now + .minutes(minute) }
            let before = sender.tried
            do { _ = try await job.run() } catch is Unreachable {}
            return sender.tried > before
        }
        var tries: [Int64] = []
        for minute in Int64(1)...200 {
            let isTried = try await run(job, minute: minute)
            if isTried { tries.append(minute) }
        }
        #expect(tries == [6, 12, 24, 48, 96, 192])
        let last = Span.days(3).milliseconds / Span.minutes(1).milliseconds
        #expect(try await run(job, minute: last))
        let another = try Self.job(database, sender) { time.withLock { $0 } }
        #expect(try await run(another, minute: last), "it knows of no try")
        let third = try Self.job(database, sender) { time.withLock { $0 } }
        #expect(try await run(third, minute: last + 1) == false)
    }

    @Test("More than a hundred numbers that cannot be reached hold nobody up", arguments: Engine.allCases)
    func many(engine: Engine) async throws {
        let nobodies = Array(repeating: (nickname: "Nobody", age: Span.hours(2)), count: 101)
        let database = try await Self.database(engine, nobodies + [(nickname: "Mina", age: Span.hours(1))])
        let sender = Sender()
        await #expect(throws: Unreachable.self) { try await Self.job(database, sender).run() }
        #expect(sender.tried == 102)
        #expect(sender.sent == Self.texts("Mina"))
    }

    @Test("Where messages go out slowly, a run ends within its lease and the next goes on", arguments: Engine.allCases)
    func slowly(engine: Engine) async throws {
        let database = try await Self.database(
            engine,
            [("Nobody", .hours(4)), ("Mina", .hours(3)), ("Jun", .hours(2)), ("Suji", .hours(1))]
        )
        let time = Mutex(Self.now)
        let sender = Sender { time.withLock { $0 = $0 + .minutes(4) } }
        let job = try Self.job(database, sender) { time.withLock { $0 } }
        await #expect(throws: Unreachable.self) { try await job.run() }
        #expect(sender.sent == Self.texts("Mina"))
        #expect(try await job.run() == 2, "whoever could not be reached is not first again")
        #expect(sender.sent == Self.texts("Mina", "Jun", "Suji"))
    }
}
