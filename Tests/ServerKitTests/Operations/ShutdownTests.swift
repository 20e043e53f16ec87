import Foundation
import Hummingbird
import Logging
import NIOCore
import ServerKit
import ServiceLifecycle
import Testing

/// A place where one waits for another.
private struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }
    func pass() async { for await _ in stream {} }
}

@Suite(.timeLimit(.minutes(10))) struct ShutdownTests {
    @Test("after the signal what runs is finished, what comes is refused, and the service ends")
    func gracefulShutdown() async throws {
        let drain = Drain()
        let entered = Gate()
        let finish = Gate()
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let service = ServiceRouter<AppRequestContext>(drain: drain)
        service.router.get("/slow") { _, _ in
            entered.open()
            await finish.pass()
            return Answer(["done": true])
        }
        let application = Application(
            router: service,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) }
        )
        let group = ServiceGroup(services: [application, drain], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            let slow = Task {
                try await RawConnection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            }
            await entered.pass()
            await group.triggerGracefulShutdown()
            await Self.wait { await Self.isRefused(port: port) }
            #expect(drain.isDraining)
            finish.open()
            // The server closes the connection by itself once it has answered, or this would wait for ever.
            let answer = try await slow.value
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            #expect(answer.hasSuffix(#"{"done":true}"#))
            try await tasks.waitForAll()
        }
    }

    @Test("with a lame-duck period the server still says that it is going, to new connections, too")
    func lameDuck() async throws {
        let drain = Drain(lameDuckPeriod: .seconds(60))
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let service = ServiceRouter<AppRequestContext>(drain: drain)
        OperationsRoutes(checks: [], drain: drain, metricsText: { "" }).add(to: service.router)
        let application = Application(
            router: service,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) }
        )
        let group = ServiceGroup(services: [application, drain], logger: Logger(label: "test"))
        await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                let port = try #require(await ports.first { _ in true })
                await group.triggerGracefulShutdown()
                await Self.wait { drain.isDraining }
                let answer = try await RawConnection.send(
                    "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n",
                    port: port,
                    until: { $0.contains("shutdown") }
                )
                #expect(answer.hasPrefix("HTTP/1.1 503 "))
            } catch {
                Issue.record(error)
            }
            tasks.cancelAll()
        }
    }

    /// Asks again until it is so; the test's own time limit ends a wait for what never comes.
    private static func wait(until condition: () async -> Bool) async {
        while await !condition() { await Task.yield() }
    }

    private static func isRefused(port: Int) async -> Bool {
        do {
            _ = try await RawConnection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
            return false
        } catch {
            return true
        }
    }
}
