import Domain
import Jobs
import Logging
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("What is kept of runs")
struct JobHistoryTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    private struct Secret: Error {}

    private static func schedule(
        _ jobs: [Job],
        _ store: JobStore,
        holder: String = "first",
        events: @escaping @Sendable (Schedule.Event) -> Void = { _ in }
    ) -> Schedule {
        Schedule(
            jobs: jobs,
            store: store,
            clock: Clock { now },
            holder: holder,
            describe: { _ in "it failed" },
            record: events,
            logger: Logger(label: "test")
        )
    }

    @Test("Runs are kept with what came of them, the newest first, and so many of each job", arguments: Engine.allCases)
    func bounded(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let job = Job("often", every: .minutes(1)) { 2 }
        let rare = Job("rare", every: .hours(1)) { throw Secret() }
        let schedule = Self.schedule([job, rare], store)
        await schedule.runDue()
        for _ in 0..<(JobStore.keptRuns + 9) { _ = try await schedule.runNow(job) }
        let runs = try await store.history(of: "often", limit: 1_000)
        #expect(runs.map(\.number) == (11...Int64(JobStore.keptRuns + 10)).reversed())
        #expect(runs.allSatisfy { $0.outcome == .succeeded && $0.count == 2 && $0.finishedAt == Self.now })
        let failed = try #require(try await store.history(of: "rare").first)
        #expect(failed.outcome == .failed && failed.count == nil && failed.holder == "first")
        #expect(failed.error == "it failed", "as the schedule describes errors, and no other way")
        #expect(try await store.history(limit: 1_000).count == JobStore.keptRuns + 1)
        #expect(try await store.history(limit: 5).count == 5)
    }

    @Test("A job runs when somebody wants it, due or not, but not beside itself", arguments: Engine.allCases)
    func wanted(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let job = Job("purge", every: .hours(1), lease: .minutes(5)) { 4 }
        let schedule = Self.schedule([job], store)
        #expect(await schedule.runDue() == ["purge"])
        #expect(try await schedule.runNow(job) == .ended(.succeeded(count: 4)))
        let lease = try #require(
            try await store.take(
                "purge",
                holder: "second",
                every: .hours(1),
                lease: .minutes(5),
                isWanted: true,
                now: Self.now
            )
        )
        #expect(try await schedule.runNow(job) == .held(by: "second", until: Self.now + .minutes(5)))
        let state = try #require(try await store.states(now: Self.now).first)
        #expect(state.holder == "second" && state.newest?.outcome == .running && state.succeededAt == Self.now)
        let later = try #require(try await store.states(now: Self.now + .minutes(5)).first)
        #expect(later.holder == nil && later.leasedUntil == nil, "its lease has run out")
        try await store.release(lease, now: Self.now)
        #expect(try await store.history(limit: 1).first?.outcome == .cutShort)
        #expect(try await schedule.runNow(job) == .ended(.succeeded(count: 4)))
    }

    @Test("Whoever watches is told of every end, and when each job succeeded last anywhere", arguments: Engine.allCases)
    func events(engine: Engine) async throws {
        let store = Stores(database: try await engine.makeDatabase()).jobs
        let job = Job("purge", every: .hours(1)) { 4 }
        let failing = Job("failing", every: .hours(1)) { throw Secret() }
        await Self.schedule([job], store).runDue()
        let told = Mutex<[Schedule.Event]>([])
        let other = Self.schedule([job, failing], store, holder: "second") { event in told.withLock { $0.append(event) }
        }
        await other.runDue()
        let expected: [Schedule.Event] = [.ended(job: "failing", .failed), .succeeded(job: "purge", at: Self.now)]
        #expect(told.withLock { $0 } == expected)
    }
}
