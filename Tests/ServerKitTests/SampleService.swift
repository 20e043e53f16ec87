import Contract
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Metrics
import NIOCore
import ServerKit
import Synchronization

/// A small service with a route of each kind, to send good and bad requests to.
struct SampleService {
    let drain = Drain()
    let log = LogLines()
    let router: ServiceRouter<AppRequestContext>

    init(metrics: any MetricsFactory = NOOPMetricsHandler.instance) {
        router = ServiceRouter(drain: drain, metrics: metrics)
        let routes = router.router
        routes.get("/v1/children/:id") { _, context in
            let id = try context.pathValue("id") { $0.count == 4 ? $0 : nil }
            return Answer(["id": id])
        }
        routes.post("/v1/children") { request, context in
            let body = try await request.decodeBody(as: NewChild.self, context: context)
            return Answer(["nickname": body.nickname], status: .created)
        }
        routes.patch("/v1/children/:id") { request, context in
            let body = try await request.decodeBody(as: NewChild.self, context: context)
            return Answer(["nickname": body.nickname])
        }
        routes.get("/v1/fail") { request, _ -> Response in
            switch request.uri.query {
            case "unknown": throw Unforeseen(secret: "the secret")
            case "known": throw Foreseen()
            case "framework": throw HTTPError(.forbidden, message: "the secret")
            case "teapot": throw HTTPError(.init(code: 418))
            case "cancelled": throw CancellationError()
            default: throw Problem(.timeOver, retryAfter: 3600)
            }
        }
        routes.get("/v1/search") { request, _ in
            let query = try QueryParameters(of: request)
            let page = try query.page()
            return Answer(
                SearchEcho(
                    text: try query.text("q", maximumLength: 10),
                    limit: page.limit,
                    after: page.after?.id,
                    kind: try query.word("kind", as: SearchEcho.Kind.self),
                    numbers: try query.list("exclude", maximumCount: 3) { Int($0) }
                )
            )
        }
    }

    struct Unforeseen: Error {
        let secret: String
    }

    struct Foreseen: ProblemConvertible {
        var problem: Problem { Problem(.outcomeUnknown, retryAfter: 2) }
    }

    var application: some ApplicationProtocol {
        let log = log
        let logger = Logger(label: "sample") { _ in log.handler }
        return Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: logger
        )
    }
}

struct SearchEcho: Codable {
    enum Kind: String, Codable {
        case series, video
    }

    let text: String?
    let limit: Int
    let after: String?
    let kind: Kind?
    let numbers: [Int]
}

/// A body with something of everything.
struct NewChild: JSONBody {
    let nickname: String
    let age: Int
    let bedtime: Timestamp?
    let avatar: Avatar?
    let tags: [Tag]?

    enum Avatar: String, Decodable {
        case bear, rabbit
    }

    struct Tag: Decodable {
        let name: String
        let weight: Double
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case nickname, age, bedtime, avatar, tags
    }

    func validate() throws(InvalidField) {
        try InvalidField.check("nickname", length: 1...20, of: nickname)
        try InvalidField.check("age", age, in: 0...12)
    }
}

/// The body of a problem, as an app reads it.
struct ProblemAnswer: Decodable, Equatable {
    struct Fault: Decodable, Equatable {
        let field: String
        let code: String
    }

    let type: String
    let title: String
    let status: Int
    let detail: String?
    let code: String
    let errors: [Fault]?
}

extension TestResponse {
    var text: String { String(buffer: body) }
    var data: Data { Data(body.readableBytesView) }

    func problem() throws -> ProblemAnswer {
        try JSONDecoder().decode(ProblemAnswer.self, from: data)
    }
}

/// Keeps what is logged.
final class LogLines: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
    }

    private let lines = Mutex<[Line]>([])
    var all: [Line] { lines.withLock { $0 } }
    var handler: any LogHandler { Handler(lines: self) }

    fileprivate func add(_ line: Line) {
        lines.withLock { $0.append(line) }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            lines.add(
                Line(level: event.level, message: event.message.description, metadata: all.mapValues(\.description))
            )
        }
    }
}

extension HTTPFields {
    static let json: HTTPFields = [.contentType: "application/json"]
}
