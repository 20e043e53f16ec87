import Domain
import Jobs
import Logging
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("A cluster of three processes", .timeLimit(.minutes(10)))
struct ClusterTests {
    private static let start = Instant(millisecondsSince1970: 1_795_000_000_000)
    private static let items = 1...10

    /// Three processes over one database: their clocks are two minutes behind, right, and two minutes ahead.
    private final class Cluster: Sendable {
        let database: any Database
        private let now = Mutex(ClusterTests.start)

        init(_ database: any Database) async throws {
            self.database = database
            try await database.write { transaction in
                let integer = transaction.dialect.integer
                // What a job does, item by item; each is one transaction and done once.
                try transaction.run(
                    Query(
                        definition:
                            "CREATE TABLE item (round \(integer), number \(integer), PRIMARY KEY (round, number))"
                    )
                )
                try transaction.run(Query(definition: "CREATE TABLE effect (total \(integer))"))
                try transaction.run("INSERT INTO effect (total) VALUES (0)")
            }
        }

        func clock(of process: Int) -> Domain.Clock {
            Clock { self.now.withLock { $0 } + .minutes(Int64(process - 1) * 2) }
        }

        func advance(_ span: Span) { now.withLock { $0 = $0 + span } }

        func schedule(_ job: Job, process: Int) -> Schedule {
            Schedule(
                jobs: [job],
                store: JobStore(database: database),
                clock: clock(of: process),
                holder: "process \(process)",
                logger: Logger(label: "test")
            )
        }

        func handle(_ item: Int, in round: Int) async throws {
            try await database.write { transaction in
                let isNew = try transaction.run(
                    "INSERT INTO item (round, number) VALUES (\(round), \(item)) ON CONFLICT DO NOTHING"
                )
                try transaction.run("UPDATE effect SET total = total + \(isNew)")
            }
        }

        func total() async throws -> Int {
            try await database.read { try $0.row("SELECT total FROM effect").map { try $0["total"] } ?? -1 }
        }
    }

    @Test("Each run happens once, though their clocks differ by minutes", arguments: Engine.allCases)
    func once(engine: Engine) async throws {
        let cluster = try await Cluster(try await engine.makeDatabase())
        let runs = Mutex(0)
        let job = Job("work", every: .hours(1), lease: .minutes(15)) {
            runs.withLock {
                $0 += 1; return $0
            }
        }
        for _ in 0..<24 {
            await withTaskGroup(of: Void.self) { group in
                for process in 0..<3 { group.addTask { await cluster.schedule(job, process: process).runDue() } }
            }
            cluster.advance(.minutes(10))
        }
        #expect(runs.withLock { $0 } == 4, "every hour of four")
        #expect(try await JobStore(database: cluster.database).history().map(\.count) == [4, 3, 2, 1])
    }

    @Test(
        "The holder killed in the middle, another takes over and the effect is there once",
        arguments: Engine.allCases
    )
    func killed(engine: Engine) async throws {
        let cluster = try await Cluster(try await engine.makeDatabase())
        let (middles, middle) = AsyncStream<Void>.makeStream()
        // It stops in the middle and never says so: to the others it looks as a process does that is gone.
        let dying = Job("work", every: .hours(1), lease: .minutes(15)) {
            for item in Self.items.prefix(4) { try await cluster.handle(item, in: 0) }
            middle.yield()
            let (never, keepsOpen) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            keepsOpen.finish()
            throw CancellationError()
        }
        let job = Job("work", every: .hours(1), lease: .minutes(15)) {
            for item in Self.items { try await cluster.handle(item, in: 0) }
            return Self.items.count
        }
        let victim = Task { await cluster.schedule(dying, process: 0).runDue() }
        _ = await middles.first { true }
        #expect(try await cluster.total() == 4)
        var takeovers: [Int] = []
        for minute in 1...30 {
            cluster.advance(.minutes(1))
            for process in 1...2 where await !cluster.schedule(job, process: process).runDue().isEmpty {
                takeovers.append(minute)
            }
        }
        // The victim took a lease of fifteen minutes, two minutes behind; another is two minutes ahead.
        #expect(takeovers == [11])
        #expect(try await cluster.total() == Self.items.count)
        // The victim awakes: what it says of its run ends nobody else's.
        victim.cancel()
        _ = await victim.value
        let store = JobStore(database: cluster.database)
        #expect(try await store.history().map(\.outcome) == [.succeeded, .lost])
        #expect(try await cluster.total() == Self.items.count)
        let next = try #require(try await store.states(now: cluster.clock(of: 1).now()).first?.nextRunAt)
        #expect(next == Self.start + .minutes(11 + 2 + 60))
    }
}
