import AsyncHTTPClient
import Domain
import Foundation
import InMemoryLogging
import Logging
import Outbound
import Synchronization
import Testing
import YouTubeDouble

@Suite("The YouTube client", .timeLimit(.minutes(10)))
struct YouTubeClientTests {
    static let key = "AIzaSy-SECRET-KEY"
    static let page = SavedPagesTests.page([SavedPagesTests.item])
    let ids = ["ntv_sYztDes", "vqVUZIFWfgg"].compactMap(YouTubeVideoID.init)

    /// What a call cost and how long it would have waited.
    final class Record: Sendable {
        let spent = Mutex(0)
        let waits = Mutex<[Span]>([])
    }

    struct Setting {
        var double: YouTubeDouble
        var client: YouTubeClient
        var record = Record()
        var log: InMemoryLogHandler
    }

    /// A busy machine must not look like a slow server.
    private static let patient = RetryPolicy(tryTimeout: .seconds(300), deadline: .seconds(600))

    private func with<T>(
        retry: RetryPolicy = patient,
        answer: @escaping @Sendable (YouTubeDouble.Request, Int) -> YouTubeDouble.Reply,
        _ body: (Setting) async throws -> T
    ) async throws -> T {
        let double = try await YouTubeDouble.start(answer: answer)
        let record = Record()
        var handler = InMemoryLogHandler()
        handler.logLevel = .trace
        let log = handler
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: YouTubeClient.httpConfiguration
        )
        let client = YouTubeClient(
            http: http,
            configuration: try .init(key: Self.key, address: double.address, retry: retry),
            spend: { units, _ in record.spent.withLock { $0 += units } },
            logger: Logger(label: "test") { _ in log },
            random: { $0.upperBound },
            sleep: { span in record.waits.withLock { $0.append(span) } }
        )
        let result: Result<T, any Error>
        do {
            result = .success(try await body(Setting(double: double, client: client, record: record, log: log)))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        return try result.get()
    }

    private func failure(_ setting: Setting) async -> YouTubeFailure? {
        do {
            _ = try await setting.client.videos(ids)
            return nil
        } catch {
            return error as? YouTubeFailure
        }
    }

    @Test("asks for videos, fifty at a time, with the key in a header and gzip")
    func asks() async throws {
        try await with(answer: { _, _ in .answer(body: Self.page) }) { setting in
            guard case .page(let page) = try await setting.client.videos(ids) else {
                Issue.record("no page")
                return
            }
            #expect(page.items.count == 1)
            #expect(page.etag == "E")
            let request = try #require(setting.double.requests.first)
            #expect(request.uri.hasPrefix("/youtube/v3/videos?"))
            #expect(request.query["part"] == "snippet,contentDetails,status,liveStreamingDetails")
            #expect(request.query["id"] == "ntv_sYztDes,vqVUZIFWfgg")
            #expect(request.headers["x-goog-api-key"] == Self.key)
            #expect(!request.uri.contains(Self.key))
            #expect(request.headers["accept-encoding"]?.contains("gzip") == true)
            #expect(setting.record.spent.withLock { $0 } == 1)
        }
    }

    @Test("follows pages of a playlist")
    func pages() async throws {
        let item = "{\"kind\":\"youtube#playlistItem\",\"contentDetails\":{\"videoId\":\"ntv_sYztDes\"}}"
        let body = "{\"kind\":\"youtube#playlistItemListResponse\",\"nextPageToken\":\"N\",\"items\":[\(item)]}"
        try await with(answer: { _, _ in .answer(body: body) }) { setting in
            guard case .page(let page) = try await setting.client.playlistItems("UU1", pageToken: "T&=") else {
                Issue.record("no page")
                return
            }
            #expect(page.nextPageToken == "N")
            #expect(page.items == [.listed(try #require(ids.first))])
            #expect(setting.double.requests.first?.query["pageToken"] == "T&=")
        }
    }

    @Test("sends the ETag and takes 304 for unchanged")
    func notModified() async throws {
        try await with(answer: { _, _ in .notModified }) { setting in
            guard case .unchanged = try await setting.client.videos(ids, etag: "E1") else {
                Issue.record("not unchanged")
                return
            }
            #expect(setting.double.requests.first?.headers["if-none-match"] == "\"E1\"")
        }
    }

    @Test("tries again after 500, a reset and a half answer, doubling the wait, and pays for each try")
    func retries() async throws {
        let answer: @Sendable (YouTubeDouble.Request, Int) -> YouTubeDouble.Reply = { _, number in
            switch number {
            case 1: .answer(status: 500, body: "oops")
            case 2: .reset
            case 3: .half(Self.page)
            default: .answer(body: Self.page)
            }
        }
        try await with(answer: answer) { setting in
            guard case .page = try await setting.client.videos(ids) else {
                Issue.record("no page")
                return
            }
            #expect(setting.record.spent.withLock { $0 } == 4)
            #expect(setting.record.waits.withLock { $0 } == [500, 1_000, 2_000].map(Span.init(milliseconds:)))
        }
    }

    @Test("gives up after its tries and says what it saw")
    func givesUp() async throws {
        try await with(answer: { _, _ in .answer(status: 503, body: "") }) { setting in
            #expect(await failure(setting) == .serverError(status: 503))
            #expect(setting.double.requests.count == 5)
            #expect(setting.record.spent.withLock { $0 } == 5)
        }
    }

    @Test("waits as long as Retry-After asks")
    func retryAfter() async throws {
        let answer: @Sendable (YouTubeDouble.Request, Int) -> YouTubeDouble.Reply = { _, number in
            number == 1 ? .answer(status: 429, headers: ["Retry-After": "7"], body: "{}") : .answer(body: Self.page)
        }
        try await with(answer: answer) { setting in
            _ = try await setting.client.videos(ids)
            #expect(setting.record.waits.withLock { $0 } == [.seconds(7)])
        }
    }

    @Test(
        "does not wait for hours, nor come back at once to whoever asks for days",
        arguments: [("7200", .hours(2)), ("172800", .days(1))] as [(String, Span)]
    )
    func retryAfterTooLong(asked: String, wait: Span) async throws {
        try await with(answer: { _, _ in .answer(status: 429, headers: ["Retry-After": asked], body: "{}") }) {
            setting in
            #expect(await failure(setting) == .rateLimited(retryAfter: wait))
            #expect(setting.double.requests.count == 1)
        }
    }

    @Test("gives up a server that hangs, within its deadline")
    func hangs() async throws {
        let retry = RetryPolicy(tries: 2, tryTimeout: Span(milliseconds: 200), deadline: .seconds(30))
        try await with(retry: retry, answer: { _, _ in .hang }) { setting in
            #expect(await failure(setting) == .deadlineExceeded)
            // Whether a try reached the server in its time is the machine's to say.
            #expect(setting.record.waits.withLock { $0.count } == 1, "it was tried twice")
        }
    }

    @Test("ends the whole call at its deadline, however many tries are left")
    func deadline() async throws {
        let retry = RetryPolicy(tries: 1_000_000, deadline: Span(milliseconds: 300))
        try await with(retry: retry, answer: { _, _ in .answer(status: 500, body: "") }) { setting in
            #expect(await failure(setting) == .deadlineExceeded)
        }
    }

    struct Refused: Sendable {
        var status: Int
        var body: String
        var failure: YouTubeFailure
    }

    static func error(_ code: Int, _ reason: String) -> String {
        "{\"error\":{\"code\":\(code),\"message\":\"key=\(key)\",\"errors\":[{\"reason\":\"\(reason)\"}]}}"
    }

    @Test(
        "does not repeat what will be refused again",
        arguments: [
            Refused(status: 403, body: error(403, "quotaExceeded"), failure: .quotaExceeded(reason: "quotaExceeded")),
            Refused(status: 400, body: error(400, "keyInvalid"), failure: .keyRefused(reason: "keyInvalid")),
            Refused(
                status: 400,
                body: """
                    {"error":{"code":400,"errors":[{"reason":"badRequest"}],"status":"INVALID_ARGUMENT",\
                    "details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}
                    """,
                failure: .keyRefused(reason: "API_KEY_INVALID")
            ),
            Refused(status: 404, body: error(404, "playlistNotFound"), failure: .notFound(reason: "playlistNotFound")),
            Refused(
                status: 400,
                body: error(400, "invalidPageToken"),
                failure: .refused(status: 400, reason: "invalidPageToken")
            ),
            Refused(
                status: 302,
                body: "",
                failure: .refused(status: 302, reason: "no reason given")
            ),
        ]
    )
    func refused(_ refused: Refused) async throws {
        try await with(answer: { _, _ in .answer(status: refused.status, body: refused.body) }) { setting in
            #expect(await failure(setting) == refused.failure)
            #expect(setting.double.requests.count == 1)
        }
    }

    @Test(
        "calls an answer 200 that is no page unreadable",
        arguments: [
            "<html>", "", "[]", "{}", "{\"kind\":\"youtube#channelListResponse\",\"items\":[]}", "{\"error\":{}}",
        ]
    )
    func garbage(_ body: String) async throws {
        try await with(answer: { _, _ in .answer(body: body) }) { setting in
            guard case .unreadable = await failure(setting) else {
                Issue.record("understood")
                return
            }
            #expect(setting.double.requests.count == 1)
        }
    }

    @Test("stops where the quota stops, before the call")
    func quota() async throws {
        struct Empty: Error {}
        let double = try await YouTubeDouble.start { _, _ in .answer(body: Self.page) }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: YouTubeClient.httpConfiguration)
        let client = YouTubeClient(
            http: http,
            configuration: try .init(key: Self.key, address: double.address),
            spend: { _, _ in throw Empty() },
            logger: Logger(label: "test")
        )
        await #expect(throws: Empty.self) { try await client.videos(ids) }
        #expect(double.requests.isEmpty)
        try await http.shutdown()
    }

    @Test("never shows the key: not in logs, errors, descriptions or addresses")
    func keyIsSecret() async throws {
        let answer: @Sendable (YouTubeDouble.Request, Int) -> YouTubeDouble.Reply = { _, number in
            switch number {
            case 1: .answer(status: 500, body: Self.error(500, "backendError"))
            case 2: .reset
            default: .answer(status: 403, body: Self.error(403, "quotaExceeded"))
            }
        }
        try await with(answer: answer) { setting in
            let failure = await failure(setting)
            #expect(failure == .quotaExceeded(reason: "quotaExceeded"))
            #expect(!setting.log.entries.isEmpty)
            let words = setting.log.entries.map { "\($0.message) \($0.metadata)" } + ["\(String(reflecting: failure))"]
            #expect(words.allSatisfy { !$0.contains(Self.key) })
            #expect(setting.double.requests.allSatisfy { !$0.uri.contains(Self.key) })
        }
    }

    @Test(
        "takes the key nowhere it could be read on the way",
        arguments: [
            "http://example.org", "ftp://example.org", "", "https://", "https://user@example.org", "https://a/?q=1",
        ]
    )
    func addresses(_ address: String) {
        #expect(throws: YouTubeClient.Configuration.Invalid.self) {
            try YouTubeClient.Configuration(key: Self.key, address: address)
        }
    }

    @Test("adds the API's path to an address without one")
    func basePath() throws {
        let bare = try YouTubeClient.Configuration(key: "k", address: "http://127.0.0.1:8/")
        #expect(bare.baseAddress == "http://127.0.0.1:8/youtube/v3")
        let whole = try YouTubeClient.Configuration(key: "k", address: "https://example.org/v9/")
        #expect(whole.baseAddress == "https://example.org/v9")
    }
}
