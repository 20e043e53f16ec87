package import CoreMetrics
package import Hummingbird

/// A router with what every service of ours has around its routes, in the order it must have: the log line outermost, so
/// that it sees the final status, then the headers, then the problems, then the drain, whose refusal is a problem.
///
/// Give this to `Application(router:)`, not the router inside, so that wrong methods are answered with 405.
package struct ServiceRouter<Context: AppContext>: HTTPResponderBuilder {
    package let router: Router<Context>
    private let table = RouteTable()

    /// - Parameter now: monotonic nanoseconds, for the times in the log.
    package init(
        context: Context.Type = Context.self,
        drain: Drain,
        metrics: any MetricsFactory = MetricsSystem.factory,
        now: @escaping @Sendable () -> Int64 = MonotonicClock.nanoseconds
    ) {
        router = Router(context: Context.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: RequestLogMiddleware(metrics: metrics, now: now))
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware(routes: table))
        router.add(middleware: DrainMiddleware(drain: drain))
    }

    package func buildResponder() -> RouterResponder<Context> {
        table.learn(from: router)
        return router.buildResponder()
    }
}
