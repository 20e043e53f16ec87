package import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1

/// One request to a push network, bounded in time and in what is read of the answer.
package struct PushCall: Sendable {
    struct Answer: Sendable {
        let status: Int
        let retryAfter: Span?
        let body: Data
    }

    private static let largestAnswer = 64 * 1_024

    let http: HTTPClient
    let deadline: Duration
    let clock: Domain.Clock

    /// No redirects: they would carry tokens elsewhere, and lead past the check of an endpoint.
    package static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout = .init(connect: .seconds(5))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        // As many as are sent at once. A network that speaks HTTP/2 takes them over one connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 50
        return configuration
    }

    /// Nil where no answer came: nobody there, too slow, cut off, or nothing that is HTTP.
    func answer(to request: HTTPClientRequest) async -> Answer? {
        let (http, clock, deadline) = (http, clock, deadline)
        return try? await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                let response = try await http.execute(request, deadline: .distantFuture)
                let wait = response.headers.first(name: "Retry-After").flatMap { Span.retryAfter($0, now: clock.now()) }
                // What an error says is worth reading only where it is short.
                let body = try? await response.body.collect(upTo: Self.largestAnswer)
                return Answer(
                    status: Int(response.status.code),
                    retryAfter: wait,
                    body: body.map { Data($0.readableBytesView) } ?? Data()
                )
            }
            group.addTask {
                try await Task.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
