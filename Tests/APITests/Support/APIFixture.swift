import API
import Contract
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Metrics
import NIOCore
import SQL
import ServerKit
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import kyck

/// The whole API over a database of its own, with clocks that stand still and a telephone network that only listens.
/// Wired by the same `build…` functions as the running service.
struct APIFixture: Sendable {
    let platform: Platform
    let services: APIServices
    let clock: SettableClock
    let sms: SMSCapture
    let client: any TestClientProtocol
    /// What the router answers to: method and path.
    let routes: Set<String>
    /// Whose account signed in from where: every request has an address of its own, so that limits per address do not
    /// mix unless a test wants them to.
    private let address = Counter()

    var database: any Database { platform.database }
    var ids: IdentifierSource { platform.ids }

    /// Every message that was queued has been sent, and what follows from it is done.
    func settle() async { await services.messages.settle() }

    /// Everything there is in the database, once what goes on behind answers is written down, too.
    func contents() async throws -> DatabaseContents {
        await settle()
        return try await DatabaseContents(database)
    }

    /// Keys of tests: 32 bytes that anybody can read here.
    static func key(_ byte: UInt8) -> String { Data(repeating: byte, count: 32).base64EncodedString() }
    static let signingKey = "test:" + key(1)

    /// - Parameters:
    ///   - recommendations: another recommender than the one in process.
    ///   - recommender: the same, for one that needs to know the platform.
    ///   - after: see `WatchedDatabase`.
    static func run(
        _ engine: Engine,
        recommendations: (any RecommendationSource)? = nil,
        recommender: (@Sendable (Platform) -> any RecommendationSource)? = nil,
        after: WatchedDatabase.After? = nil,
        _ test: @Sendable @escaping (APIFixture) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kyck-api-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "media"),
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = SettableClock()
        let sms = SMSCapture()
        let logger = Logger(label: "test") { _ in SilentLog() }
        var database = try await engine.makeDatabase()
        if let after { database = WatchedDatabase(database, after: after) }
        let platform = Platform(
            settings: try settings(folder: folder.path(percentEncoded: false)),
            database: database,
            clock: clock.clock,
            logger: logger,
            metrics: PrometheusMetrics()
        )
        let messages = MessageQueue(sender: sms, logger: logger)
        // Beside other tests a process may wait long for its turn.
        let services = try await buildAPIServices(platform, messages: messages, drawingDeadline: .seconds(300))
            .replacing(recommendations: recommendations ?? recommender?(platform), monotonic: clock.nanoseconds)
        let router = buildAPIRouter(platform, services: services, drain: Drain())
        let routes = Set(router.router.routes.map { "\($0.method.rawValue) \($0.path.description)" })
        let application = Application(router: router, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await messages.run() }
            try await application.test(.router) { client in
                try await test(
                    APIFixture(
                        platform: platform,
                        services: services,
                        clock: clock,
                        sms: sms,
                        client: client,
                        routes: routes
                    )
                )
            }
            group.cancelAll()
        }
    }

    private static func settings(folder: String) throws -> Settings {
        let values = [
            "KYCK_DATA_DIR": folder,
            "KYCK_SIGNING_KEYS": signingKey,
            "KYCK_ENCRYPTION_KEYS": "test:" + key(2),
            "KYCK_LOOKUP_KEY": key(3),
        ]
        return try Settings { values[$0] }
    }

    // MARK: Requests

    /// One request as an app sends it. `from` is the client's address; a new one for every request where none is given.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSON? = nil,
        as token: String? = nil,
        from address: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> APIAnswer {
        var headers = headers
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await send(
            method,
            path,
            bytes: try body.map { ByteBuffer(bytes: try $0.data) },
            as: token,
            from: address,
            headers: headers
        )
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        bytes: ByteBuffer?,
        as token: String? = nil,
        from address: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> APIAnswer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        // Operations are closed to whatever came through a proxy.
        if path.hasPrefix("/v1") { headers[.xForwardedFor] = address ?? self.address.nextAddress() }
        return try await client.execute(uri: path, method: method, headers: headers, body: bytes) { APIAnswer($0) }
    }
}

/// Says nothing, but keeps the metadata, among which Hummingbird keeps a request's id.
private struct SilentLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.critical

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {}
}

/// Counts up; every number is an address of 10.0.0.0/8.
private final class Counter: Sendable {
    private let count = Atomic<UInt32>(0)

    func nextAddress() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }
}

/// An answer with its body read.
struct APIAnswer: Sendable {
    let status: Int
    let headers: HTTPFields
    let data: Data
    let json: JSON

    init(_ response: TestResponse) {
        status = Int(response.status.code)
        headers = response.headers
        data = Data(response.body.readableBytesView)
        json = (try? JSONDecoder.kyck.decode(JSON.self, from: data)) ?? .null
    }

    var text: String { String(decoding: data, as: UTF8.self) }
    /// Of a problem.
    var code: String? { json["code"].string }
    var isProblem: Bool { headers[.contentType] == "application/problem+json" && code != nil }

    func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try JSONDecoder.kyck.decode(T.self, from: data)
    }

    /// The problem there must be.
    func expect(
        _ code: ProblemCode,
        _ comment: @autoclosure () -> String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            self.status == code.status && self.code == code.rawValue && isProblem,
            "\(comment()) expected \(code.rawValue), got \(self.status) \(text.prefix(300))",
            sourceLocation: sourceLocation
        )
    }

    /// The status there must be; goes on with the answer.
    @discardableResult
    func require(_ status: Int, sourceLocation: SourceLocation = #_sourceLocation) throws -> APIAnswer {
        try #require(
            self.status == status,
            "expected \(status), got \(self.status) \(text.prefix(300))",
            sourceLocation: sourceLocation
        )
        return self
    }
}

extension APIServices {
    /// The limits on the test's clock, and another recommender where one is given.
    fileprivate func replacing(
        recommendations: (any RecommendationSource)?,
        monotonic: @escaping @Sendable () -> Int64
    ) -> APIServices {
        APIServices(
            clock: clock,
            ids: ids,
            stores: stores,
            catalogue: catalogue,
            recommendations: recommendations ?? self.recommendations,
            offers: offers,
            reports: reports,
            readTaste: readTaste,
            secrets: secrets,
            messages: messages,
            limits: SignInLimits(now: monotonic),
            proxies: proxies,
            logger: logger
        )
    }
}
