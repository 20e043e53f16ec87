package import AsyncHTTPClient
import Domain
import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// One request to a push network, bounded in time and in what is read of the answer.
package struct PushCall: Sendable {
    struct Answer: Sendable {
        let status: Int
        let retryAfter: Span?
        let body: Data
    }

    private struct TooSlow: Error {}

    private static let largestAnswer = 64 * 1_024

    let http: HTTPClient
    let deadline: Duration
    let clock: Domain.Clock
    /// Why networks give no answer: an address that is wrong, no name server, no TLS.
    let troubles: TroubleLog

    init(http: HTTPClient, deadline: Duration, clock: Domain.Clock, logger: Logger) {
        self.http = http
        self.deadline = deadline
        self.clock = clock
        troubles = TroubleLog(
            .warning,
            begins: "A push network gives no answer",
            ends: "A push network answers again",
            logger: logger
        )
    }

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

    /// Nil where no answer came, and the log says why: nobody there, too slow, cut off, or nothing that is HTTP.
    func answer(to request: HTTPClientRequest) async -> Answer? {
        let host = Self.host(of: request.url)
        do {
            let answer = try await withinDeadline(request)
            troubles.end(at: host)
            return answer
        } catch {
            if !Task.isCancelled { troubles.begin(failureWord(error), at: host) }
            return nil
        }
    }

    /// What a log may say of an address: who has the rest can make a device ring.
    static func host(of address: String) -> String {
        URLComponents(string: address)?.host ?? "none"
    }

    private func withinDeadline(_ request: HTTPClientRequest) async throws -> Answer {
        let (http, clock, deadline) = (http, clock, deadline)
        return try await withThrowingTaskGroup(of: Answer.self) { group in
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
                throw TooSlow()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
