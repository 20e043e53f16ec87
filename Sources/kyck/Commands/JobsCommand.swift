import ArgumentParser
import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import Outbound
import SQL
import Storage
import Synchronization

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Runs what has to happen regularly: refreshing, purging, counting, deleting, cleaning.",
        discussion: """
            Without more words it serves until it is told to stop. Any number of processes may do so: a lease in the \
            database lets one of them run a job at a time.
            """,
        subcommands: [
            JobsServeCommand.self, JobsListCommand.self, JobsRunCommand.self, JobsHistoryCommand.self,
        ],
        defaultSubcommand: JobsServeCommand.self
    )
}

struct JobsServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs each job when it is due, until SIGTERM or SIGINT."
    )

    func run() async throws {
        try await serve("jobs") { try await buildMessageDelivery($0) + (try buildJobsRole($0)) }
    }
}

struct JobsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Says when each job ran last, what came of it, and when it is due again."
    )

    @Flag(help: "As JSON, and nothing else, on stdout.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let (lines, now) = try await withJobs { schedule, platform in
                let now = platform.clock.now()
                let states = Dictionary(
                    uniqueKeysWithValues: try await platform.stores.jobs.states(now: now).map { ($0.name, $0) }
                )
                return (schedule.jobs.map { JobLine(job: $0, state: states[$0.name]) }, now)
            }
            if json {
                try printJSON(lines)
            } else {
                let rows = [JobLine.heading] + lines.map { $0.row(now: now) }
                for line in TextTable.aligned(rows) { print(line) }
            }
        }
    }
}

struct JobsRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a job now, due or not.",
        discussion: "Ends with 75, and nothing has run, while another process runs the same job."
    )

    @Argument(help: "The job's name, as `kyck jobs list` has it.")
    var name: String

    @Flag(help: "With \(AggregateWatching.name): take everything away and count all plays there are anew.")
    var recount = false

    @Flag(help: "With --recount: lose what plays counted that are removed since.")
    var losingOld = false

    func validate() throws {
        if recount, name != AggregateWatching.name {
            throw ValidationError("--recount goes with \(AggregateWatching.name).")
        }
        if losingOld, !recount { throw ValidationError("--losing-old goes with --recount.") }
    }

    func run() async throws {
        try await reportingFailures {
            let count = try await withJobs { schedule, platform in
                let known = try JobChoice.job(named: name, of: schedule.jobs)
                // Before a run begins, so that the history tells of none that failed.
                if recount, !losingOld, let until = try await platform.stores.averages.removedUntil() {
                    throw Self.cannotRecount(until)
                }
                return try await schedule.runForCommand(recount ? recounting(known, platform.stores.averages) : known)
            }
            print("\(name): \(ClosingTable.grouped(count))")
        }
    }

    /// Begins anew under the job's own lease, so that nobody counts meanwhile. Cut short, the next run goes on with it.
    private func recounting(_ job: Job, _ averages: AverageStore) -> Job {
        Job(job.name, every: job.every, lease: job.lease) { [losingOld] in
            guard case .wouldLose(let until) = try await averages.recount(losing: losingOld) else {
                return try await job.run()
            }
            throw Self.cannotRecount(until)
        }
    }

    private static func cannotRecount(_ until: Instant) -> ExitFailure {
        ExitFailure(
            .badData,
            "plays until \(JobLine.text(until)) are removed and cannot be counted again: what they counted would be lost. "
                + "Nothing was done; --losing-old counts what is left"
        )
    }
}

struct JobsHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists the runs that are kept, the newest first.",
        discussion: "The newest \(JobStore.keptRuns) of each job are."
    )

    @Argument(help: "Only of this job.")
    var name: String?

    @Option(help: "At most so many.")
    var limit = 50

    @Flag(help: "As JSON, and nothing else, on stdout.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000.") }
    }

    func run() async throws {
        try await reportingFailures {
            let runs = try await withJobs { schedule, platform in
                if let name { _ = try JobChoice.job(named: name, of: schedule.jobs) }
                return try await platform.stores.jobs.history(of: name, limit: limit)
            }
            if json {
                try printJSON(runs.map(RunLine.init))
            } else if runs.isEmpty {
                print("Nothing has run yet.")
            } else {
                for line in TextTable.aligned([RunLine.heading] + runs.map { RunLine(run: $0).row }) { print(line) }
            }
        }
    }
}

/// The jobs there are, by the names people type.
enum JobChoice {
    /// - Throws: a sentence with the nearest names, where there is no such job.
    static func job(named name: String, of jobs: [Job]) throws -> Job {
        if let job = jobs.first(where: { $0.name == name }) { return job }
        let nearest = jobs.map(\.name).sorted { left, right in
            let (a, b) = (Settings.distance(left, name), Settings.distance(right, name))
            return a == b ? left < right : a < b
        }.prefix(3)
        throw ExitFailure(
            .usage,
            "there is no job \"\(name)\"; the nearest: \(nearest.joined(separator: ", ")). kyck jobs list has all"
        )
    }
}

extension Schedule {
    /// Runs a job for a command that ends with it, and returns its count; what kept it from that is the command's failure.
    func runForCommand(_ job: Job) async throws -> Int {
        let failure = Kept<any Error>()
        let watched = Job(job.name, every: job.every, lease: job.lease) {
            do {
                return try await job.run()
            } catch {
                failure.value = error
                throw error
            }
        }
        switch try await runNow(watched) {
        case .ended(.succeeded(let count)): return count
        case .ended(.failed(let text)):
            // In its own words and with its own exit code, where it has them.
            if let known = failure.value, known is ExitFailure || known is any ExplainedFailure { throw known }
            throw ExitFailure(.internalError, "\(job.name) failed: \(text)")
        case .cutShort: throw ExitFailure(.tryAgain, "\(job.name) was cut short")
        case .held(let holder, let until):
            throw ExitFailure(
                .tryAgain,
                "\(job.name) is being run by \(holder ?? "another process"), which has until "
                    + "\(until.map(JobLine.text) ?? "a moment ago"); nothing was done"
            )
        }
    }
}

/// What a job's run leaves to the command that asked for it.
final class Kept<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}

/// Opens the database and the jobs for a command that ends by itself.
func withJobs<T: Sendable>(role: String = "jobs", _ work: (Schedule, Platform) async throws -> T) async throws -> T {
    let platform = try await Platform.open(role: role)
    let http = HTTPClient(configuration: YouTubeClient.httpConfiguration)
    let result: Result<T, any Error>
    do {
        result = .success(try await work(try buildSchedule(platform, http: http), platform))
    } catch {
        result = .failure(error)
    }
    try await http.shutdown()
    try await platform.database.close()
    return try result.get()
}
