import Hummingbird
import Logging
import ServerKit
import ServiceLifecycle
import Testing

@Suite("Connections that say nothing", .timeLimit(.minutes(2)))
struct ConnectionsOnLoopsTests {
    /// Runs a server that waits for a client only so long, with a route that answers when it is let to.
    private static func serving(_ test: @escaping @Sendable (Int, AsyncStream<Void>.Continuation) async throws -> Void)
        async throws
    {
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let (gate, opened) = AsyncStream<Void>.makeStream()
        let service = ServiceRouter<AppRequestContext>(drain: Drain())
        service.router.get("/slow") { _, _ in
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
            try await test(try #require(await ports.first { _ in true }), opened)
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
        try await Self.serving { port, _ in
            // Comes back only because the server ends the connection.
            let answer = try await RawConnection.send(text, port: port)
            #expect(!answer.contains("200 OK"))
        }
    }

    @Test("are kept while it is the server who owes an answer, and then for the next request")
    func slowAnswer() async throws {
        try await Self.serving { port, opened in
            async let slow = RawConnection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            // The time of three others runs out meanwhile.
            for _ in 1...3 { _ = try await RawConnection.send("", port: port) }
            opened.finish()
            let answer = try await slow
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            #expect(answer.hasSuffix(#"{"done":true}"#))
        }
    }
}
