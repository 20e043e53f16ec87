import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import Synchronization

/// A stand-in for the YouTube Data API on loopback, with whatever faults a test asks for.
package final class YouTubeDouble: Sendable {
    package struct Request: Sendable {
        /// `videos`, `channels` or `playlistItems`.
        package var method: String
        package var query: [String: String]
        package var headers: [String: String]
        package var uri: String
    }

    package enum Reply: Sendable {
        case answer(status: Int = 200, headers: [String: String] = [:], body: String)
        case notModified
        /// Never answers.
        case hang
        /// Closes without a word.
        case reset
        /// Promises more than it sends.
        case half(String)
    }

    package let port: Int
    private let channel: any Channel
    private let recorder: Recorder

    /// `answer` is called once for every request, in order.
    package static func start(
        answer: @escaping @Sendable (_ request: Request, _ number: Int) -> Reply
    ) async throws -> YouTubeDouble {
        let seen = Recorder()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(HTTPResponseCompressor())
                    try pipeline.addHandler(Handler(seen: seen, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return YouTubeDouble(channel: channel, port: channel.localAddress?.port ?? 0, seen: seen)
    }

    fileprivate final class Recorder: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private init(channel: any Channel, port: Int, seen: Recorder) {
        self.channel = channel
        self.port = port
        recorder = seen
    }

    deinit {
        channel.close(promise: nil)
    }

    package var address: String { "http://127.0.0.1:\(port)" }
    package var requests: [Request] { recorder.requests.withLock { $0 } }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let seen: YouTubeDouble.Recorder
    private let answer: @Sendable (YouTubeDouble.Request, Int) -> YouTubeDouble.Reply
    private var head: HTTPRequestHead?

    init(
        seen: YouTubeDouble.Recorder,
        answer: @escaping @Sendable (YouTubeDouble.Request, Int) -> YouTubeDouble.Reply
    ) {
        self.seen = seen
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            let request = Self.request(head)
            let number = seen.requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            reply(answer(request, number), context)
        }
    }

    private static func request(_ head: HTTPRequestHead) -> YouTubeDouble.Request {
        let parts = URLComponents(string: head.uri)
        let query = (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        return YouTubeDouble.Request(
            method: parts?.path.split(separator: "/").last.map(String.init) ?? "",
            query: Dictionary(query, uniquingKeysWith: { _, last in last }),
            headers: Dictionary(
                head.headers.map { ($0.name.lowercased(), $0.value) },
                uniquingKeysWith: { $0 + ", " + $1 }
            ),
            uri: head.uri
        )
    }

    private func reply(_ reply: YouTubeDouble.Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .answer(let status, let headers, let body):
            var fields = HTTPHeaders([("Content-Type", "application/json"), ("Content-Length", "\(body.utf8.count)")])
            for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
            send(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields), body, context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .notModified:
            send(HTTPResponseHead(version: .http1_1, status: .notModified), "", context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .hang: break
        case .reset: context.close(promise: nil)
        case .half(let body):
            // In chunks, of which the last never comes.
            send(HTTPResponseHead(version: .http1_1, status: .ok), body, context)
            context.flush()
            context.close(promise: nil)
        }
    }

    private func send(_ head: HTTPResponseHead, _ body: String, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil) }
    }
}
