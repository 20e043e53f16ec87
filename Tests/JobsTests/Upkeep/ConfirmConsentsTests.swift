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
        private let unreachable: String

        init(unreachable: String) { self.unreachable = unreachable }

        var sent: [String] { texts.withLock { $0 } }

        func send(_ text: String, to phone: PhoneNumber) async throws {
            if text.contains(unreachable) { throw Unreachable() }
            texts.withLock { $0.append(text) }
        }
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
        let sender = Sender(unreachable: "Nobody")
        let number = try #require(PhoneNumber("010-1234-5678"))
        let job = ConfirmConsents(
            consents: ConsentStore(database: database),
            sender: sender,
            openPhone: { _ in number },
            clock: Clock { Self.now }
        )
        await #expect(throws: Unreachable.self) { try await job.run() }
        let texts = ["Mina", "Jun"].map { SMSText.consentConfirmed(nickname: $0, in: .english) }
        #expect(sender.sent == texts)
        await #expect(throws: Unreachable.self, "it is tried again") { try await job.run() }
        #expect(sender.sent == texts, "and nobody is told twice")
    }
}
