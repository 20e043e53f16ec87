import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import Logging
import Outbound
import SQL
import Storage
import Synchronization
import TestSupport
import Testing
import YouTubeDouble

@Suite("Importing through the API", .timeLimit(.minutes(10)))
struct APIImportTests {
    /// A channel of 120 uploads, whose videos a test can change, remove, or make fail.
    final class Channel: Sendable {
        struct State {
            var hidden: Set<String> = []
            var titles: [String: String] = [:]
            var failAfter = Int.max
            var calls = 0
        }

        let state = Mutex(State())
        static let ids = (0..<120).map { "id_\(10_000_000 + $0)" }
        static let id = "UCqXwKu6dKobXEQFhdKtiJLQ"

        func answer(_ request: YouTubeDouble.Request) -> YouTubeDouble.Reply {
            let state = state.withLock { state in
                state.calls += 1
                return state
            }
            if state.calls > state.failAfter {
                return .answer(status: 403, body: "{\"error\":{\"errors\":[{\"reason\":\"quotaExceeded\"}]}}")
            }
            let body: String
            switch request.method {
            case "channels":
                body = """
                    {"kind":"youtube#channelListResponse","items":[{"kind":"youtube#channel","id":"\(Self.id)","snippet":\
                    {"title":"핑크퐁"},"contentDetails":{"relatedPlaylists":{"uploads":"UUqXwKu6dKobXEQFhdKtiJLQ"}}}]}
                    """
            case "playlistItems":
                let start = Int(request.query["pageToken"] ?? "0") ?? 0
                let end = min(Self.ids.count, start + 50)
                let items = Self.ids[start..<end].map {
                    "{\"kind\":\"youtube#playlistItem\",\"contentDetails\":{\"videoId\":\"\($0)\"}}"
                }
                let next = end < Self.ids.count ? "\"nextPageToken\":\"\(end)\"," : ""
                body = """
                    {"kind":"youtube#playlistItemListResponse","etag":"list-\(start)",\(next)\
                    "pageInfo":{"totalResults":120},"items":[\(items.joined(separator: ","))]}
                    """
            default:
                let ids = (request.query["id"] ?? "").split(separator: ",").map(String.init)
                let items = ids.filter { !state.hidden.contains($0) }.map { id in
                    FileImportTests.item(id).replacingOccurrences(of: "노래 \(id)", with: state.titles[id] ?? "노래")
                }
                let text = items.joined(separator: ",")
                body = "{\"kind\":\"youtube#videoListResponse\",\"etag\":\"v\(text.hashValue)\",\"items\":[\(text)]}"
            }
            if let asked = request.headers["if-none-match"], body.contains("\"etag\":\(asked)") { return .notModified }
            return .answer(body: body)
        }
    }

    struct Setting {
        var database: any Database
        var channel: Channel
        var double: YouTubeDouble
        var importer: YouTubeImport
        var ledger: QuotaLedger
        var meter: QuotaMeter
        var store: ImportStore
        var now: @Sendable (Instant) -> Void
    }

    private func with(
        _ engine: Engine,
        limit: Int = 10_000,
        _ body: (Setting) async throws -> Void
    ) async throws {
        let database = try await engine.makeDatabase()
        let channel = Channel()
        let double = try await YouTubeDouble.start { request, _ in channel.answer(request) }
        let time = TestTime()
        let clock = Clock { time.now.withLock { $0 } }
        let ledger = QuotaLedger(database: database, clock: clock, limits: [.units: limit])
        let meter = QuotaMeter(ledger: ledger)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: YouTubeClient.httpConfiguration)
        let client = YouTubeClient(
            http: http,
            configuration: try .init(
                key: "k",
                address: double.address,
                retry: RetryPolicy(tryTimeout: .seconds(300), deadline: .seconds(600))
            ),
            spend: { try await meter.spend($0, from: $1) },
            logger: Logger(label: "test"),
            sleep: { _ in }
        )
        let store = ImportStore(database: database, ids: IdentifierSource(clock: .system))
        let importer = YouTubeImport(client: client, store: store, clock: clock)
        let result: Result<Void, any Error>
        do {
            try await body(
                Setting(
                    database: database,
                    channel: channel,
                    double: double,
                    importer: importer,
                    ledger: ledger,
                    meter: meter,
                    store: store,
                    now: { instant in time.now.withLock { $0 = instant } }
                )
            )
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        try result.get()
    }

    final class TestTime: Sendable {
        let now = Mutex(Instant(millisecondsSince1970: 1_790_000_000_000))
    }

    private func source() throws -> YouTubeImport.Source {
        .channel(try #require(YouTubeChannelID(Channel.id)))
    }

    @Test("brings in a channel's uploads, counts the quota, and asks again with ETags", arguments: Engine.allCases)
    func channel(_ engine: Engine) async throws {
        try await with(engine) { setting in
            let first = try await setting.importer.run(source()).counts
            #expect(first.new == 120)
            #expect(first.accepted == 120)
            #expect(first.channels == 1)
            // One for the channel, three pages, three times videos.
            #expect(setting.meter.spent == 7)
            #expect(try await setting.ledger.spent(from: .units) == 7)
            let second = try await setting.importer.run(source()).counts
            #expect(second.unchanged == 120)
            #expect(second.new + second.updated + second.vanished == 0)
            let conditional = setting.double.requests.filter { $0.headers["if-none-match"] != nil }
            #expect(conditional.count == 6)
        }
    }

    @Test("quarantines what vanished and updates what changed", arguments: Engine.allCases)
    func changes(_ engine: Engine) async throws {
        try await with(engine) { setting in
            _ = try await setting.importer.run(source())
            setting.channel.state.withLock { state in
                state.hidden = [Channel.ids[3]]
                state.titles = [Channel.ids[60]: "새 노래"]
            }
            let counts = try await setting.importer.run(source()).counts
            #expect(counts.vanished == 1)
            #expect(counts.updated == 1)
            #expect(counts.unchanged == 118)
            let quarantined: [String] = try await setting.database.read {
                try $0.rows("SELECT youtube_id FROM video WHERE state = 'quarantined'").map { try $0["youtube_id"] }
            }
            #expect(quarantined == [Channel.ids[3]])
        }
    }

    @Test("stops when the quota is used up and goes on there the next day", arguments: Engine.allCases)
    func quota(_ engine: Engine) async throws {
        try await with(engine, limit: 5) { setting in
            await #expect(throws: QuotaLedger.Exhausted.self) {
                try await setting.importer.run(source())
            }
            #expect(setting.double.requests.count == 5)
            setting.now(Instant(millisecondsSince1970: 1_790_000_000_000) + .days(1))
            let outcome = try await setting.importer.run(source())
            #expect(outcome.isResumed)
            #expect(outcome.counts.new == 120)
            #expect(outcome.counts.unchanged == 0)
        }
    }

    @Test("goes on after the API itself said the quota is used up", arguments: Engine.allCases)
    func apiQuota(_ engine: Engine) async throws {
        try await with(engine) { setting in
            setting.channel.state.withLock { $0.failAfter = 3 }
            await #expect(throws: YouTubeFailure.quotaExceeded(reason: "quotaExceeded")) {
                try await setting.importer.run(.playlist("UUqXwKu6dKobXEQFhdKtiJLQ"))
            }
            setting.channel.state.withLock { $0.failAfter = .max }
            let outcome = try await setting.importer.run(.playlist("UUqXwKu6dKobXEQFhdKtiJLQ"))
            #expect(outcome.isResumed)
            #expect(outcome.counts.new == 120)
        }
    }

    @Test("refreshes from day 25 on, and purges before day 30 what could not be read", arguments: Engine.allCases)
    func refresh(_ engine: Engine) async throws {
        try await with(engine) { setting in
            let start = Instant(millisecondsSince1970: 1_790_000_000_000)
            _ = try await setting.importer.run(source())
            _ = try await PublishStore(database: setting.database).publishAllAccepted(ages: AgeBand("3-7"), at: start)
            let now = Mutex(start)
            let store = RefreshStore(database: setting.database)
            let clock = Clock { now.withLock { $0 } }
            let job = RefreshJob(youtube: setting.importer, imports: setting.store, store: store, clock: clock)
            let purge = PurgeJob(store: store, clock: clock)
            func pass(to instant: Instant) {
                now.withLock { $0 = instant }
                setting.now(instant)
            }
            func run(onDay day: Int64) async throws -> ImportCounts {
                pass(to: start + .days(day))
                return try await job.run()
            }
            let calls = setting.double.requests.count
            #expect(try await run(onDay: 24) == ImportCounts())
            #expect(setting.double.requests.count == calls)
            setting.channel.state.withLock { $0.hidden = [Channel.ids[0]] }
            let refreshed = try await run(onDay: 26)
            #expect(refreshed.unchanged == 119)
            #expect(refreshed.vanished == 1)
            #expect(try await purge.run() == 0)
            setting.channel.state.withLock { $0.failAfter = 0 }
            await #expect(throws: YouTubeFailure.self) { try await run(onDay: 55) }
            // The one that vanished was read on day 0 and has been due since day 30.
            #expect(try await purge.run() == 1)
            pass(to: start + .days(56) - .hours(6) - Span(milliseconds: 1))
            #expect(try await purge.run() == 0)
            pass(to: start + .days(56) - .hours(6))
            #expect(try await purge.run() == 119)
            let states: [String] = try await setting.database.read {
                try $0.rows("SELECT DISTINCT state FROM video WHERE title IS NULL ORDER BY state").map {
                    try $0["state"]
                }
            }
            #expect(states == ["quarantined"])
            setting.channel.state.withLock { $0.failAfter = .max }
            _ = try await run(onDay: 57)
            #expect(try await purge.run() == 0)
            let published: Int = try await setting.database.read {
                try $0.row("SELECT count(*) AS n FROM video WHERE state = 'published'")?["n"] ?? 0
            }
            #expect(published == 119)
        }
    }
}
