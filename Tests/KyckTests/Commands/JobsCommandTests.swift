import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import Logging
import SQL
import Storage
import Telemetry
import TestSupport
import Testing

@testable import kyck

struct JobsCommandTests {
    private func program() async throws -> KyckProgram {
        let program = try KyckProgram()
        #expect(try await program.run("migrate").status == 0)
        return program
    }

    private struct Line: Decodable {
        let name: String
        let outcome: String?
        let count: Int?
        let failures: Int
        let nextRunAt: Int64?
        let lastSucceededAt: Int64?
        let everySeconds: Int64
        let holder: String?
    }

    private struct Run: Decodable {
        let name: String
        let run: Int
        let outcome: String
        let error: String?
    }

    private func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text.utf8))
    }

    @Test("a job is run, listed with what came of it, and kept in the history")
    func runs() async throws {
        let program = try await program()
        defer { program.remove() }
        let before = try await program.run("jobs", "list")
        #expect(before.status == 0, "\(before.errors)")
        #expect(before.output.contains(/remove-old-codes +1 h +15 min +never/), "\(before.output)")
        #expect(try await program.run("jobs", "history").output == "Nothing has run yet.\n")

        let ended = try await program.run("jobs", "run", "remove-old-codes")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output == "remove-old-codes: 0\n")
        let lines = try await decode([Line].self, program.run("jobs", "list", "--json").output)
        let line = try #require(lines.first { $0.name == "remove-old-codes" })
        #expect(line.outcome == "succeeded" && line.count == 0 && line.failures == 0 && line.holder == nil)
        #expect(line.nextRunAt == line.lastSucceededAt.map { $0 + line.everySeconds * 1_000 })
        #expect(lines.filter { $0.nextRunAt == nil }.count == lines.count - 1)

        #expect(try await program.run("jobs", "run", "remove-old-codes").status == 0, "due or not")
        let runs = try await decode([Run].self, program.run("jobs", "history", "remove-old-codes", "--json").output)
        #expect(runs.map(\.run) == [2, 1] && runs.allSatisfy { $0.outcome == "succeeded" && $0.error == nil })
        let table = try await program.run("jobs", "history", "--limit", "1")
        #expect(table.output.split(separator: "\n").count == 2)
        #expect(table.output.contains("succeeded"))
    }

    @Test("what is kept of a run that failed names no secret", arguments: Engine.allCases)
    func fails(engine: Engine) async throws {
        struct Refused: Error { let request = "GET /videos?key=key-of-the-test, header key-of-the-test" }
        let platform = Platform(
            settings: try Settings.inMemory(["KYCK_YOUTUBE_API_KEY": "key-of-the-test"]),
            database: try await engine.makeDatabase(),
            logger: Logger(label: "test"),
            metrics: PrometheusMetrics()
        )
        let http = HTTPClient()
        let schedule = try buildSchedule(platform, http: http)
        let ended = try await schedule.runNow(Job("refused", every: .hours(1)) { throw Refused() })
        let error = try #require(try await platform.stores.jobs.history(of: "refused").first?.error)
        #expect(ended == .ended(.failed(error: error)))
        #expect(error.contains("Refused") && !error.contains("key-of-the-test"), "\(error)")
        try await http.shutdown()
    }

    @Test("a name that there is not is refused with the nearest", arguments: ["run", "history"])
    func unknown(command: String) async throws {
        let program = try await program()
        defer { program.remove() }
        let ended = try await program.run("jobs", command, "remove-old-code")
        #expect(ended.status == 64)
        #expect(ended.errors.contains("there is no job \"remove-old-code\"; the nearest: remove-old-codes, "))
    }

    @Test("wrong words do not begin to serve")
    func usage() async throws {
        let program = try await program()
        defer { program.remove() }
        for words in [["jobs", "lists"], ["jobs", "run"], ["jobs", "history", "--limit", "0"]] {
            #expect(try await program.run(words).status == 64, "\(words)")
        }
    }

    @Test("every job comes to its end, whatever it finds", arguments: Engine.allCases)
    func everyJob(engine: Engine) async throws {
        let world = try await TrainingTests.World(engine)
        let http = HTTPClient()
        let schedule = try buildSchedule(world.platform, http: http)
        for job in schedule.jobs {
            guard case .ended(.succeeded) = try await schedule.runNow(job) else {
                let run = try await world.platform.stores.jobs.history(of: job.name).first
                Issue.record("\(job.name): \(run?.error ?? "it did not end")")
                continue
            }
        }
        try await http.shutdown()
        let tastes = world.platform.stores.history
        for child in world.children { #expect(try await tastes.taste(of: child) != nil, "nobody learnt until now") }
        #expect(try await world.platform.stores.models.versions() == [1])
    }

    @Test("the manual has every job, how often it runs and for how long it is held")
    func manual() async throws {
        let platform = Platform(
            settings: try Settings.inMemory(),
            database: try await Engine.sqlite.makeDatabase(),
            logger: Logger(label: "test"),
            metrics: PrometheusMetrics()
        )
        let http = HTTPClient()
        let lines = try buildSchedule(platform, http: http).jobs.map { job in
            let row = JobLine(job: job, state: nil).row(now: Clock.system.now())
            return "| `\(row[0])` | \(row[1]) | \(row[2]) |"
        }
        try await http.shutdown()
        let file = KyckProgram.repository.appending(path: "docs/operations/running.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let named = text.matches(of: /\| `[a-z-]+` \| \d+ (?:min|h) \| \d+ (?:min|h) \|/).map { String($0.output) }
        #expect(Set(named) == Set(lines))
        #expect(named.count == lines.count)
    }

    @Test("a job that another process is running is left to it")
    func held() async throws {
        let program = try await program()
        defer { program.remove() }
        let path = program.path("data/kyck.sqlite")
        let settings = try Settings.inMemory(["KYCK_DATABASE_URL": "sqlite:\(path)"])
        let database = try buildDatabase(settings)
        let lease = try await JobStore(database: database).take(
            "remove-old-codes",
            holder: "another machine",
            every: .hours(1),
            lease: .minutes(5),
            now: Clock.system.now()
        )
        #expect(lease != nil)
        try await database.close()
        let ended = try await program.run("jobs", "run", "remove-old-codes")
        #expect(ended.status == 75, "\(ended.errors)")
        #expect(ended.errors.contains("remove-old-codes is being run by another machine, which has until 20"))
        #expect(try await program.run("jobs", "list").output.contains("another machine"))
    }

    @Test("a training does not begin beside the nightly one")
    func training() async throws {
        let program = try await program()
        defer { program.remove() }
        let settings = try Settings.inMemory(["KYCK_DATABASE_URL": "sqlite:\(program.path("data/kyck.sqlite"))"])
        let database = try buildDatabase(settings)
        let lease = try await JobStore(database: database).take(
            TrainModel.name,
            holder: "the night",
            every: .hours(24),
            lease: .hours(2),
            now: Clock.system.now()
        )
        #expect(lease != nil)
        let ended = try await program.run("train")
        #expect(ended.status == 75 && ended.errors.contains("train-model is being run by the night"), "\(ended.errors)")
        try await JobStore(database: database).release(try #require(lease), now: Clock.system.now())
        try await database.close()
        let alone = try await program.run("train")
        #expect(alone.status == 66 && alone.errors.contains("have watched enough to learn from"), "\(alone.errors)")
    }

    @Test("a recount that would lose what removed plays counted is refused before it runs")
    func recount() async throws {
        let program = try await program()
        defer { program.remove() }
        let settings = try Settings.inMemory(["KYCK_DATABASE_URL": "sqlite:\(program.path("data/kyck.sqlite"))"])
        let database = try buildDatabase(settings)
        try await database.write {
            try $0.run("UPDATE watch_average_mark SET removed_until = 1795000000000 WHERE id = 1")
        }
        try await database.close()
        let refused = try await program.run("jobs", "run", "aggregate-watching", "--recount")
        #expect(
            refused.status == 65 && refused.errors.contains("--losing-old counts what is left"),
            "\(refused.errors)"
        )
        #expect(try await program.run("jobs", "history").output == "Nothing has run yet.\n")
        #expect(try await program.run("jobs", "run", "aggregate-watching", "--recount", "--losing-old").status == 0)
    }

    @Test("a run that refuses says why in its own words, with its own exit code", arguments: Engine.allCases)
    func refuses(engine: Engine) async throws {
        let platform = Platform(
            settings: try Settings.inMemory(),
            database: try await engine.makeDatabase(),
            logger: Logger(label: "test"),
            metrics: PrometheusMetrics()
        )
        let http = HTTPClient()
        let schedule = try buildSchedule(platform, http: http)
        let refusal = await #expect(throws: ExitFailure.self) {
            try await schedule.runForCommand(Job("one", every: .hours(1)) { throw ExitFailure(.badData, "not that") })
        }
        #expect(refusal?.code == .badData && refusal?.description == "not that")
        await #expect(throws: DatabaseError.full) {
            try await schedule.runForCommand(Job("two", every: .hours(1)) { throw DatabaseError.full })
        }
        #expect(DatabaseError.full.code == .unavailable && DatabaseError.conflict.code == .tryAgain)
        try await http.shutdown()
    }

    @Test("however long others of its line hold it up, a purge looks far enough ahead")
    func purge() async throws {
        let platform = Platform(
            settings: try Settings.inMemory(),
            database: try await Engine.sqlite.makeDatabase(),
            logger: Logger(label: "test"),
            metrics: PrometheusMetrics()
        )
        let http = HTTPClient()
        let line = try buildSchedule(platform, http: http).jobs.filter(\.isBrief)
        try await http.shutdown()
        #expect(line.contains { $0.name == PurgeJob.name })
        let others = line.filter { $0.name != PurgeJob.name }.reduce(Span.zero) { $0 + $1.lease }
        #expect(PurgeJob.every + others + .hours(2) <= PurgeJob.notice)
    }

    @Test("runs are counted, and when a job succeeded last is shown", arguments: Engine.allCases)
    func metrics(engine: Engine) async throws {
        let now = Instant(millisecondsSince1970: 1_795_000_000_000)
        let platform = Platform(
            settings: try Settings.inMemory(),
            database: try await engine.makeDatabase(),
            clock: Clock { now },
            logger: Logger(label: "test"),
            metrics: PrometheusMetrics()
        )
        let http = HTTPClient()
        let schedule = try buildSchedule(platform, http: http)
        let job = try JobChoice.job(named: "remove-old-sessions", of: schedule.jobs)
        #expect(try await schedule.runNow(job) == .ended(.succeeded(count: 0)))
        let text = platform.metrics.text()
        #expect(text.contains(#"job_runs_total{job="remove-old-sessions",outcome="succeeded"} 1"#), "\(text)")
        #expect(text.contains(#"job_runs_total{job="train-model",outcome="failed"} 0"#))
        #expect(text.contains(#"job_last_success_timestamp_seconds{job="remove-old-sessions"} 1795000000"#))
        #expect(!text.contains(#"job_last_success_timestamp_seconds{job="train-model"}"#))
        try await http.shutdown()
    }
}
