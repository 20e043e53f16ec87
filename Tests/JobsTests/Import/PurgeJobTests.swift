import Domain
import Jobs
import Logging
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Purging API data", .timeLimit(.minutes(10)))
struct PurgeJobTests {
    private static let start = Instant(millisecondsSince1970: 1_790_000_000_000)

    private struct Unreachable: Error {}

    private final class Time: Sendable {
        private let instant = Mutex(PurgeJobTests.start)

        var now: Instant { instant.withLock { $0 } }
        var clock: Domain.Clock { Domain.Clock { self.now } }
        func advance(_ span: Span) { instant.withLock { $0 = $0 + span } }
    }

    private static func video(_ id: String) throws -> JudgedVideo {
        var facts = YouTubeFacts()
        facts.channelID = "UCqXwKu6dKobXEQFhdKtiJLQ"
        facts.channelTitle = "핑크퐁"
        facts.title = "아기 상어"
        return JudgedVideo(id: try #require(YouTubeVideoID(id)), facts: facts, gate: SafetyGate())
    }

    private static func oldestData(in database: any Database) async throws -> Instant? {
        try await database.read { transaction in
            let row = try transaction.row(
                """
                SELECT min(fetched_at) AS oldest
                FROM (SELECT fetched_at FROM video UNION ALL SELECT fetched_at FROM channel
                    UNION ALL SELECT fetched_at FROM youtube_page) AS read
                """
            )
            return try row?["oldest"]
        }
    }

    @Test("leaves nothing to grow 30 days old, also where its turn comes late", arguments: Engine.allCases)
    func lateRuns(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let imports = ImportStore(database: database, ids: IdentifierSource(clock: .system))
        let time = Time()
        for number in 0..<60 {
            var batch = ImportBatch()
            let id = "id_\(10_000_000 + number)"
            batch.videos = [try Self.video(id)]
            batch.pages = [
                CachedPage(
                    request: "playlistItems/UU\(number)",
                    etag: "tag",
                    nextPageToken: "token",
                    ids: [try #require(YouTubeVideoID(id))]
                )
            ]
            let run = try await imports.begin("test", at: time.now)
            _ = try await imports.apply(batch, to: run, cursor: "", at: time.now)
            try await imports.end(run, failed: false, at: time.now)
            time.advance(.minutes(37))
        }
        let purge = PurgeJob(store: RefreshStore(database: database), clock: time.clock)
        let schedule = Schedule(
            jobs: [
                // What else the process has to do, at its slowest: three hours in which nothing is purged.
                Job("slow", every: .hours(6), lease: .hours(3)) {
                    time.advance(.hours(3))
                    throw Unreachable()
                },
                Job("purge", every: PurgeJob.every, run: purge.run),
            ],
            store: JobStore(database: database),
            clock: time.clock,
            holder: "test",
            logger: Logger(label: "test")
        )
        time.advance(.days(27))
        #expect(try await purge.run() == 0, "what is not due yet stays")
        while let oldest = try await Self.oldestData(in: database) {
            try #require(oldest + Screening.freshness > time.now, "data of \(oldest) is left at \(time.now)")
            await schedule.runDue()
            time.advance(.minutes(20))
        }
    }
}
