import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import NIOCore
import NIOHTTP1
import SQL
import Storage
import TestSupport
import Testing

/// Real processes over a real database, and one of them killed.
@Suite("A cluster of three processes of kyck jobs", .timeLimit(.minutes(10)))
struct JobsClusterTests {
    private struct Listed: Decodable {
        let name: String
        let every_seconds: Int
    }

    @Test(
        "The one that counts is killed in the middle; another goes on, and every play is counted once",
        arguments: Engine.allCases
    )
    func killed(engine: Engine) async throws {
        let cluster = try await ClusterPlace(engine)
        var processes: [KyckProgram.Running] = []
        do {
            let history = WatchedMonth()
            try await history.store(in: cluster.database)
            let listed = try await Self.list(cluster)
            let others = Set(listed.map(\.name)).subtracting([AggregateWatching.name])
            // Until everybody is up, the job is not to be had.
            try await cluster.setLease(of: AggregateWatching.name, until: Clock.system.now() + .hours(1))
            for _ in 1...3 { processes.append(try await cluster.start()) }
            try await Self.waitUntilReady(processes)
            _ = try await awaited("the first run of each of the other jobs") {
                Set(try await cluster.jobs.history(limit: 1_000).filter { $0.outcome == .succeeded }.map(\.name))
                    == others ? true : nil
            }
            // A transaction may take five seconds before it is undone: whoever is to see it stand must not wait for the
            // pool, whose few threads other tests hold for longer.
            let first = try await withTaskExecutorPreference(OwnThread()) {
                try await killHolder(of: cluster, history, among: processes)
            }
            let second = try await takeOver(of: cluster, history, from: first)

            #expect(second.outcome == .succeeded)
            #expect(second.count == history.playsAfterTheHold + history.days.count)
            let survivors = processes.filter { "\($0.identifier)" != first.process }
            #expect(survivors.contains { "\($0.identifier)" == second.process })
            #expect(try await AverageRows(cluster.database) == history.recount())
            let runs = try await cluster.jobs.history(of: AggregateWatching.name)
            #expect(runs.map(\.outcome) == [.succeeded, .lost])
            #expect(runs.map(\.number) == [2, 1])
            let state = try #require(
                try await cluster.jobs.states(now: Clock.system.now()).first { $0.name == AggregateWatching.name }
            )
            #expect(state.holder == nil && state.failures == 0)
            #expect(state.nextRunAt.map { $0 > Clock.system.now() + .minutes(50) } == true)
            // The others came to their end, and no run of theirs was another's as well.
            for process in survivors { #expect(try await process.terminate().status == 0) }
            let told = try processes.map { try $0.log() }.joined().split(separator: "\n")
            for job in listed {
                let ends = told.filter { $0.contains("\"Job ran\"") && $0.contains("\"\(job.name)\"") }.count
                let succeeded = try await cluster.jobs.history(of: job.name).filter { $0.outcome == .succeeded }
                #expect(ends == succeeded.count, "\(job.name)")
                if job.every_seconds >= 3_600 { #expect(succeeded.count == 1, "\(job.name) was due once") }
            }
        } catch {
            for process in processes { print("log of \(process.identifier):\n\(try process.log())") }
            for process in processes { try await process.killed() }
            await cluster.remove()
            throw error
        }
        await cluster.remove()
    }

    private static func list(_ cluster: ClusterPlace) async throws -> [Listed] {
        let listed = try await cluster.program.run(["jobs", "list", "--json"], settings: cluster.settings)
        return try JSONDecoder().decode([Listed].self, from: Data(listed.output.utf8))
    }

    private static func waitUntilReady(_ processes: [KyckProgram.Running]) async throws {
        for process in processes {
            let port = try await awaited("the port of \(process.identifier)") {
                try process.log().firstMatch(of: /listening on 127\.0\.0\.1:(\d+)/).map { String($0.output.1) }
            }
            _ = try await awaited("\(process.identifier) being ready") {
                let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/ready")
                return try await HTTPClient.shared.execute(request, deadline: .now() + .seconds(30)).status == .ok
                    ? true : nil
            }
        }
    }

    /// Lets one of the processes begin, waits until it stands in the middle, and kills it.
    private func killHolder(
        of cluster: ClusterPlace,
        _ history: WatchedMonth,
        among processes: [KyckProgram.Running]
    ) async throws -> JobStore.Run {
        try await cluster.hold(history)
        try await cluster.setLease(of: AggregateWatching.name, until: Instant(millisecondsSince1970: 0))
        _ = try await awaited("the job standing in the middle") { () async throws -> Bool? in
            guard try await AverageRows.countedUntil(cluster.database) == history.lastBeforeTheHold else { return nil }
            return try await cluster.waitingForLocks() == cluster.waitersOfOneRun ? true : nil
        }
        let run = try #require(try await cluster.jobs.history(of: AggregateWatching.name).first)
        #expect(run.outcome == .running && run.number == 1)
        let holder = try #require(processes.first { "\($0.identifier)" == run.process }, "\(run.holder)")
        #expect(try await holder.killed())
        let counted = try await AverageRows(cluster.database).plays
        #expect(counted == history.playsBeforeTheHold, "a part of it is done")
        return run
    }

    /// Lets go of what the run stood still at, then lets its lease run out, and waits for the run of another.
    private func takeOver(
        of cluster: ClusterPlace,
        _ history: WatchedMonth,
        from first: JobStore.Run
    ) async throws -> JobStore.Run {
        try await cluster.release()
        _ = try await awaited("the server giving up what its dead client had begun") { () async throws -> Bool? in
            try await cluster.waitingForLocks() == 0 ? true : nil
        }
        #expect(try await AverageRows(cluster.database).plays == history.playsBeforeTheHold)
        try await cluster.setLease(of: first.name, until: Clock.system.now())
        return try await awaited("the end of the second run") {
            try await cluster.jobs.history(of: first.name).first { $0.number == 2 && $0.outcome != .running }
        }
    }
}

extension JobStore.Run {
    /// The number of the process that held the lease.
    fileprivate var process: String { String(holder.split(separator: " ").dropFirst().first ?? "") }
}

/// A thread of a task's own.
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Looks until there is something to see: another process tells nobody of it. What never comes, the time limit of the test
/// ends.
func awaited<Seen>(_ what: String, _ look: () async throws -> Seen?) async throws -> Seen {
    var seen = try await look()
    while seen == nil, !Task.isCancelled {
        // A task that sleeps wakes up in the pool, whose few threads other tests hold for long.
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "awaited").asyncAfter(deadline: .now() + .milliseconds(20)) { continuation.resume() }
        }
        seen = try await look()
    }
    return try #require(seen, "waited in vain for \(what)")
}
