import Domain
import Jobs
import Logging
import ServiceLifecycle
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("The schedule and its leases", .timeLimit(.minutes(10)))
struct ScheduleTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    private final class Time: Sendable {
        private let now = Mutex(ScheduleTests.now)

        var clock: Domain.Clock { Domain.Clock { self.now.withLock { $0 } } }
        func advance(_ span: Span) { now.withLock { $0 = $0 + span } }
    }

    private static func schedule(_ jobs: [Job], _ store: JobStore, _ time: Time, holder: String) -> Schedule {
        Schedule(jobs: jobs, store: store, clock: time.clock, holder: holder, logger: Logger(label: "test"))
    }

    /// A job that runs until it is cancelled, and says when it has begun.
    private static func endless(_ begun: AsyncStream<Void>.Continuation) -> Job {
        Job("endless", every: .hours(1), lease: .hours(1)) {
            begun.yield()
            let (never, keepsOpen) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            keepsOpen.finish()
            try Task.checkCancellation()
            return 0
        }
    }

    @Test("A job that the end of its process cut short is taken over at once", arguments: Engine.allCases)
    func cancelled(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let time = Time()
        let (beginnings, begun) = AsyncStream<Void>.makeStream()
        let first = Self.schedule([Self.endless(begun)], store, time, holder: "first")
        let second = Self.schedule(
            [Job("endless", every: .hours(1), lease: .hours(1)) { 7 }],
            store,
            time,
            holder: "second"
        )
        let group = ServiceGroup(services: [first], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            _ = await beginnings.first { true }
            #expect(await second.runDue().isEmpty, "the lease is held while the job runs")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(await second.runDue() == ["endless"], "neither leased any more nor put off")
    }

    @Test("A job that was cancelled and came to its end all the same has run", arguments: Engine.allCases)
    func cancelledAtItsEnd(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let time = Time()
        let (beginnings, begun) = AsyncStream<Void>.makeStream()
        let job = Job("short", every: .hours(1), lease: .hours(1)) {
            begun.yield()
            while !Task.isCancelled { await Task.yield() }
            return 1
        }
        let schedule = Self.schedule([job], store, time, holder: "first")
        let run = Task { await schedule.runDue() }
        _ = await beginnings.first { true }
        run.cancel()
        #expect(await run.value == ["short"])
        let other = Self.schedule(
            [Job("short", every: .hours(1), lease: .hours(1)) { 1 }],
            store,
            time,
            holder: "second"
        )
        #expect(await other.runDue().isEmpty, "it is not due")
        time.advance(.hours(1))
        #expect(await other.runDue() == ["short"], "and not leased: an hour on it is due")
    }

    @Test(
        "A job that fails comes again after a minute, two, four, …, no later than its turn, and the others run",
        arguments: Engine.allCases
    )
    func failing(engine: Engine) async throws {
        struct Failure: Error {}
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let time = Time()
        let fails = Mutex(true)
        let jobs = [
            Job("failing", every: .minutes(10)) {
                if fails.withLock({ $0 }) { throw Failure() }
                return 3
            },
            Job("sound", every: .minutes(10)) { 1 },
        ]
        let schedule = Self.schedule(jobs, store, time, holder: "first")
        #expect(await schedule.runDue() == ["failing", "sound"])
        #expect(await schedule.runDue().isEmpty)
        var minutes: [Int] = []
        for minute in 1...38 {
            time.advance(.minutes(1))
            if await schedule.runDue().contains("failing") { minutes.append(minute) }
        }
        #expect(minutes == [1, 3, 7, 15, 25, 35])
        let failed = try #require(try await store.states(now: time.clock.now()).first)
        #expect(failed.failures == 7 && failed.succeededAt == nil && failed.newest?.outcome == .failed)
        fails.withLock { $0 = false }
        time.advance(.minutes(7))
        #expect(await schedule.runDue().contains("failing"))
        let sound = try #require(try await store.states(now: time.clock.now()).first)
        #expect(sound.failures == 0 && sound.newest?.count == 3 && sound.newest?.error == nil)
        #expect(sound.nextRunAt == time.clock.now() + .minutes(10))
        fails.withLock { $0 = true }
        time.advance(.minutes(10))
        #expect(await schedule.runDue().contains("failing"))
        time.advance(.minutes(1))
        #expect(await schedule.runDue().contains("failing"), "a success begins the series anew")
    }

    @Test("Of many processes one runs a job", arguments: Engine.allCases)
    func once(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let time = Time()
        let runs = Mutex(0)
        let job = Job("purge", every: .hours(1)) {
            runs.withLock {
                $0 += 1
                return $0
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 1...8 {
                let schedule = Self.schedule([job], store, time, holder: "process \(number)")
                group.addTask { await schedule.runDue() }
            }
        }
        #expect(runs.withLock { $0 } == 1)
    }

    @Test(
        "The lease of a process that died runs out, and what it says later changes nothing",
        arguments: Engine.allCases
    )
    func died(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let time = Time()
        func take(_ holder: String) async throws -> JobStore.Lease? {
            try await store.take(
                "purge",
                holder: holder,
                every: .hours(1),
                lease: .minutes(15),
                now: time.clock.now()
            )
        }
        let dead = try #require(try await take("dead"))
        time.advance(.minutes(14))
        #expect(try await take("next") == nil)
        time.advance(.minutes(1))
        #expect(try await take("next") != nil)
        #expect(try await !store.finish(dead, .succeeded(count: 1), every: .hours(1), now: time.clock.now()))
        try await store.release(dead, now: time.clock.now())
        #expect(try await take("third") == nil, "the lease is the second's")
        #expect(try await store.history().map(\.outcome) == [.running, .lost])
    }
}
