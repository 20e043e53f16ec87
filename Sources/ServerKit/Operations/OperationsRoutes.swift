import Contract
import HTTPTypes
package import Hummingbird

/// Where the routes for those who run the service are.
package enum OperationsPaths {
    package static let health = "/health"
    package static let ready = "/ready"
    package static let metrics = "/metrics"
    package static let all: Set<String> = [health, ready, metrics]
}

/// One thing a service needs before it can do its work.
package struct ReadinessCheck: Sendable {
    /// What it is about, as `errors[].field` of the 503: `database`.
    package let name: String
    /// Answers within its own deadline, a second or two: the probe waits for the slowest.
    package let isReady: @Sendable () async -> Bool

    package init(_ name: String, isReady: @escaping @Sendable () async -> Bool) {
        self.name = name
        self.isReady = isReady
    }
}

/// `/health`: the process lives. `/ready`: it can do its work. `/metrics`: Prometheus text. For private addresses only:
/// whatever came through nginx, which sets `X-Forwarded-For`, or straight from the internet is told that nothing is here.
package struct OperationsRoutes: Sendable {
    private let checks: [ReadinessCheck]
    private let drain: Drain
    private let metricsText: @Sendable () -> String

    package init(checks: [ReadinessCheck], drain: Drain, metricsText: @escaping @Sendable () -> String) {
        self.checks = checks
        self.drain = drain
        self.metricsText = metricsText
    }

    package func add<Context: AppContext>(to router: some RouterMethods<Context>) {
        router.get(RouterPath(OperationsPaths.health)) { request, context in
            try Self.requirePrivate(request, context: context)
            return Answer(State(status: "alive"))
        }
        router.get(RouterPath(OperationsPaths.ready)) { request, context in
            try Self.requirePrivate(request, context: context)
            return try await ready()
        }
        router.get(RouterPath(OperationsPaths.metrics)) { request, context in
            try Self.requirePrivate(request, context: context)
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metricsText()))
            )
        }
    }

    private struct State: Encodable {
        let status: String
    }

    private func ready() async throws -> Answer<State> {
        if drain.isDraining {
            throw Problem(.unavailable, errors: [InvalidField("shutdown", .inProgress)], retryAfter: 1)
        }
        let failing = await withTaskGroup(of: String?.self) { group in
            for check in checks {
                group.addTask { await check.isReady() ? nil : check.name }
            }
            return await group.reduce(into: [String]()) { names, name in if let name { names.append(name) } }
        }
        guard failing.isEmpty else {
            throw Problem(
                .unavailable,
                errors: failing.sorted().map { InvalidField($0, .notReady) },
                retryAfter: 1
            )
        }
        return Answer(State(status: "ready"))
    }

    private static func requirePrivate(_ request: Request, context: some AppContext) throws(Problem) {
        let proxied = [HTTPField.Name.xForwardedFor, .forwarded, .xRealIP].contains { request.headers.contains($0) }
        guard !proxied, ClientAddress(context.remoteAddress).isPrivate else { throw .notFound }
    }
}
