import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that answers every request with the bytes a test scripts for it, right or wrong, whole or not.
package final class FaultyServer: Sendable {
    /// A request with the body its head announces by length.
    package struct Request: Sendable {
        package let method: String
        package let path: String
        package let headers: [String: String]
        package fileprivate(set) var body: [UInt8] = []

        fileprivate init(_ head: String) {
            let lines = head.split(separator: "\r\n")
            let words = lines.first?.split(separator: " ") ?? []
            method = words.first.map(String.init) ?? ""
            path = words.dropFirst().first.map(String.init) ?? ""
            let fields = lines.dropFirst().compactMap { line -> (String, String)? in
                let parts = line.split(separator: ": ", maxSplits: 1)
                return parts.count == 2 ? (parts[0].lowercased(), String(parts[1])) : nil
            }
            headers = Dictionary(fields, uniquingKeysWith: { $0 + ", " + $1 })
        }
    }

    package enum Reply: Sendable {
        case answer(status: Int = 200, headers: [String: String] = [:], body: String = "")
        /// These bytes, then the end.
        case bytes(String)
        /// These bytes, then nothing more, and no end.
        case stall(String)
        /// Nothing, and the connection is torn down (RST).
        case reset

        /// The head of an answer that promises so many bytes of body.
        package static func head(promising length: Int) -> String {
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
        }
    }

    package let port: Int
    private let channel: any Channel
    private let recorder: Recorder

    fileprivate final class Recorder: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// `reply` is called once for every request; the first has number 1.
    package static func start(
        reply: @escaping @Sendable (_ request: Request, _ number: Int) -> Reply
    ) async throws -> FaultyServer {
        let recorder = Recorder()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(recorder: recorder, reply: reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FaultyServer(channel: channel, port: channel.localAddress?.port ?? 0, recorder: recorder)
    }

    /// The address of a port that nobody listens on: one that was free a moment ago.
    package static func deadAddress() async throws -> String {
        let server = try await start { _, _ in .bytes("") }
        try await server.channel.close().get()
        return server.address
    }

    private init(channel: any Channel, port: Int, recorder: Recorder) {
        self.channel = channel
        self.port = port
        self.recorder = recorder
    }

    deinit {
        channel.close(promise: nil)
    }

    package var address: String { "http://127.0.0.1:\(port)" }
    package var requests: [Request] { recorder.requests.withLock { $0 } }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let recorder: FaultyServer.Recorder
    private let reply: @Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply
    private var received: [UInt8] = []

    init(
        recorder: FaultyServer.Recorder,
        reply: @escaping @Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply
    ) {
        self.recorder = recorder
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(buffer: unwrapInboundIn(data))
        while let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
            var request = FaultyServer.Request(String(decoding: received[..<end.lowerBound], as: UTF8.self))
            let length = request.headers["content-length"].flatMap(Int.init) ?? 0
            guard received.count - end.upperBound >= length else { return }
            request.body = Array(received[end.upperBound...].prefix(length))
            received.removeSubrange(..<(end.upperBound + length))
            let number = recorder.requests.withLock { [request] requests in
                requests.append(request)
                return requests.count
            }
            send(reply(request, number), context)
        }
    }

    private func send(_ reply: FaultyServer.Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .answer(let status, let headers, let body):
            let fields = headers.merging(["Content-Length": "\(body.utf8.count)"]) { $1 }
            let lines = ["HTTP/1.1 \(status) Scripted"] + fields.map { "\($0): \($1)" }
            write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body, context)
        case .bytes(let text):
            write(text, context)
            context.close(promise: nil)
        case .stall(let text):
            write(text, context)
        case .reset:
            let options = context.channel as? any SocketOptionProvider
            let isSet = options?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            isSet?.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
