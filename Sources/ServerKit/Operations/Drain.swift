import Contract
package import Hummingbird
import ServiceLifecycle
import Synchronization

/// The end of a service's life: from SIGTERM on, `/ready` says 503 and new requests are refused, what runs may finish.
///
/// Hummingbird's own part begins with the same signal: its server stops listening, closes idle connections, and closes
/// each other one after the answer it owes (`HTTPConnectionStateHandler`). A service group stops its services one after
/// the other, the last first; so this one stands **after** the server in the list, to act before it, and with a lame-duck
/// period it holds the server open while a load balancer reads `/ready` and looks elsewhere.
package final class Drain: Service, Sendable {
    private let draining = Atomic<Bool>(false)
    private let lameDuckPeriod: Duration

    /// - Parameter lameDuckPeriod: how long the server stays open to say 503; zero behind one nginx on one machine.
    package init(lameDuckPeriod: Duration = .zero) {
        self.lameDuckPeriod = lameDuckPeriod
    }

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// What SIGTERM does, for those who run without a service group.
    package func begin() {
        draining.store(true, ordering: .releasing)
    }

    package func run() async throws {
        // Cancelled instead of shut down gracefully: the end is the same, only sooner.
        try? await gracefulShutdown()
        begin()
        if lameDuckPeriod > .zero { try? await Task.sleep(for: lameDuckPeriod) }
    }
}

/// Refuses what comes after the end has begun.
package struct DrainMiddleware<Context: AppContext>: RouterMiddleware {
    private let drain: Drain

    package init(drain: Drain) {
        self.drain = drain
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // The private routes keep answering: they tell what is going on.
        guard drain.isDraining, !OperationsPaths.all.contains(request.uri.path) else {
            return try await next(request, context)
        }
        throw Problem(.unavailable, retryAfter: 1, headers: [.connection: "close"])
    }
}
