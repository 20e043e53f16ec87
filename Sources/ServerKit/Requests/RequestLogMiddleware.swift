package import CoreMetrics
package import Hummingbird
import Logging
import Synchronization

/// Gives every request an id, writes one log line about it and counts it.
///
/// The line names the route's pattern and never the path, for paths carry ids of children. Ids sent by a client (nginx,
/// or an app that wants to find its request again) are taken over if they look like one.
package struct RequestLogMiddleware<Context: AppContext>: RouterMiddleware {
    private let metrics: RequestMetrics
    private let now: @Sendable () -> Int64

    /// - Parameter now: monotonic nanoseconds.
    package init(
        metrics: any MetricsFactory = MetricsSystem.factory,
        now: @escaping @Sendable () -> Int64 = MonotonicClock.nanoseconds
    ) {
        self.metrics = RequestMetrics(factory: metrics)
        self.now = now
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = now()
        var context = context
        let id = request.headers[.xRequestID].flatMap(Self.accepted) ?? context.id
        // Hummingbird reads the id of a request out of its logger's metadata.
        context.logger[metadataKey: "hb.request.id"] = .string(id)
        do {
            var response = try await next(request, context)
            response.headers[.xRequestID] = id
            record(request, context: context, status: response.status.code, nanoseconds: now() - start)
            return response
        } catch {
            // Only a broken connection comes this far; the channel answers it with 400.
            record(request, context: context, status: 400, nanoseconds: now() - start)
            throw error
        }
    }

    /// Times run until the answer's head is ready: a film that takes minutes to send is not a slow answer.
    private func record(_ request: Request, context: Context, status: Int, nanoseconds: Int64) {
        let endpoint = context.endpointPath
        let route = endpoint == nil || endpoint == RouteTable.unmatched ? "unmatched" : endpoint ?? ""
        let method = Self.methods.contains(request.method.rawValue) ? request.method.rawValue : "OTHER"
        metrics.record(.init(route: route, method: method, status: status), nanoseconds: nanoseconds)
        context.logger.log(
            // Probes come every few seconds and say nothing while they succeed.
            level: OperationsPaths.all.contains(route) && status < 400 ? .debug : .info,
            "Request",
            metadata: [
                "method": .string(method),
                "route": .string(route),
                "status": .stringConvertible(status),
                "ms": .stringConvertible(Double(nanoseconds / 1000) / 1000),
            ]
        )
    }

    /// Any other token is legal in HTTP; as a label it would let a client fill the memory with counters.
    private static var methods: Set<String> { knownMethods }

    /// 1–64 letters, digits and hyphens; `nil` for anything else.
    private static func accepted(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...64).contains(id.utf8.count) ? id : nil
    }
}

private let knownMethods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

/// The counter and the histogram of each kind of request, kept so that a request does not look its metrics up by text.
private final class RequestMetrics: Sendable {
    struct Kind: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Meters {
        let requests: Counter
        let seconds: CoreMetrics.Timer
    }

    private let factory: any MetricsFactory
    private let meters = Mutex<[Kind: Meters]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    func record(_ kind: Kind, nanoseconds: Int64) {
        let meters = meters.withLock { meters in
            if let known = meters[kind] { return known }
            let made = Meters(
                requests: Counter(
                    label: "http_requests_total",
                    dimensions: [("route", kind.route), ("method", kind.method), ("status", String(kind.status))],
                    factory: factory
                ),
                // Without the status, so that there is one histogram per route.
                seconds: CoreMetrics.Timer(
                    label: "http_request_seconds",
                    dimensions: [("route", kind.route), ("method", kind.method)],
                    factory: factory
                )
            )
            meters[kind] = made
            return made
        }
        meters.requests.increment()
        meters.seconds.recordNanoseconds(nanoseconds)
    }
}
