import Hummingbird
import Logging
import NIOCore
import ServerKit
import ServiceLifecycle
import Testing

@Suite("Connections that say nothing", .timeLimit(.minutes(10)))
struct ConnectionsOnLoopsTests {
    /// A server that waits for a client only so long, and answers `/slow` when it is let to.
    private struct Setting {
        let port: Int
        /// One for each request that has come to `/slow`.
        let entries: AsyncStream<Void>
        let entered: AsyncStream<Void>.Continuation
        let gate: AsyncStream<Void>.Continuation

        /// What comes back until the server ends the connection: nothing, where it ends it before we have spoken.
        func send(_ text: String) async throws -> String {
            do {
                return try await RawConnection.send(text, port: port)
            } catch is ChannelError {
                return ""
            } catch is IOError {
                // Closed before it had read all of it.
                return ""
            }
        }
    }

    private static func serving(_ test: @escaping @Sendable (Setting) async throws -> Void) async throws {
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let (entries, entered) = AsyncStream<Void>.makeStream()
        let (gate, opened) = AsyncStream<Void>.makeStream()
        let service = ServiceRouter<AppRequestContext>(drain: Drain())
        service.router.get("/slow") { _, _ in
            entered.yield()
            for await _ in gate {}
            return Answer(["done": true])
        }
        service.router.post("/body") { request, _ in
            Answer(["bytes": try await request.collectBytes(upTo: 100).count])
        }
        let application = Application(
            router: service,
            server: .http1OnLoops(idleTimeout: .milliseconds(200)),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) }
        )
        let group = ServiceGroup(services: [application], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await test(Setting(port: port, entries: entries, entered: entered, gate: opened))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test(
        "are closed, whatever part of a request they still owe",
        arguments: [
            "", "GET /slow HT", "GET /slow HTTP/1.1\r\nHost: x\r\n",
            "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        ]
    )
    func stalled(text: String) async throws {
        try await Self.serving { setting in
            // Comes back only because the server ends the connection.
            let answer = try await setting.send(text)
            #expect(!answer.contains("200 OK"))
        }
    }

    @Test("are kept while it is the server who owes an answer")
    func slowAnswer() async throws {
        try await Self.serving { setting in
            @Sendable func ask() async throws -> String {
                // On a busy machine the time may be over before the request has left.
                var answer = ""
                while answer.isEmpty {
                    answer = try await setting.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                }
                return answer
            }
            async let slow = ask()
            var entries = setting.entries.makeAsyncIterator()
            _ = await entries.next()
            // The time of three others runs out meanwhile.
            for _ in 1...3 { _ = try await setting.send("") }
            setting.gate.finish()
            let answer = try await slow
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            #expect(answer.hasSuffix(#"{"done":true}"#))
            setting.entered.finish()
            let another: Void? = await entries.next()
            #expect(another == nil, "the first request that came is the one that was answered")
        }
    }
}
