package import AsyncHTTPClient
import Contract
package import Domain
import Foundation
package import Logging
import NIOCore
import NIOHTTP1

/// The recommender at another address, which may be dead, slow or wrong: every call has a deadline, every answer is
/// checked, and one that fails again and again is not asked for a while. Whoever asks has an answer without us.
package struct RecommenderClient: RecommendationSource {
    /// What is asked, as the metrics name it.
    package enum Call: String, Sendable, CaseIterable {
        case home
        case recommendations
        case neighbours
        case learn
    }

    /// Told how every call ended; nil: well.
    package typealias Record = @Sendable (_ call: Call, _ failure: RecommendationFailure?) -> Void

    package static let deadline = Duration.milliseconds(150)
    /// A thousand videos are some 120 KiB.
    private static let largestAnswer = 256 * 1_024
    /// What the service takes at once, of places as of excluded videos.
    private static let mostAtOnce = 1_000

    private let baseURL: String
    private let token: String
    private let client: HTTPClient
    private let knows: @Sendable ([Video.ID]) async -> Bool
    private let asking: RecommenderCalls
    /// Apart from the others: learning writes, and a slow disk must not cost a child its home.
    private let teaching: RecommenderCalls

    /// - Parameters:
    ///   - client: should be made with ``httpConfiguration``.
    ///   - knows: whether at least one of some videos is in our own catalogue. The recommender may be a version ahead of
    ///     us and name a video that we do not know yet, but not nothing else.
    ///   - now: for the breaker's pause.
    package init(
        baseURL: String,
        token: String,
        client: HTTPClient,
        knows: @escaping @Sendable ([Video.ID]) async -> Bool,
        record: @escaping Record,
        logger: Logger,
        deadline: Duration = RecommenderClient.deadline,
        breaker: CircuitBreaker = CircuitBreaker(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.baseURL = baseURL
        self.token = token
        self.client = client
        self.knows = knows
        let calls = {
            RecommenderCalls(breaker: breaker, deadline: deadline, now: now, record: record, logger: logger)
        }
        (asking, teaching) = (calls(), calls())
    }

    /// No redirects, for they would carry the token elsewhere, and no second try at connecting, for the deadline is
    /// shorter than any pause worth making. Connections are given up before the service gives them up.
    package static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        // The deadline of each call bounds it from connecting to the last byte; this one bounds what goes on connecting
        // after the call was given up.
        configuration.timeout = .init(connect: .seconds(10))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.httpVersion = .http1Only
        return configuration
    }

    // MARK: RecommendationSource

    /// At most a thousand places. Beyond a thousand excluded videos the rest is taken out of a longer answer.
    package func recommendations(
        for child: Child.ID,
        limit: Int,
        excluding: Set<Video.ID>
    ) async throws -> [Recommendation] {
        guard limit > 0 else { return [] }
        let sent = excluding.sorted().prefix(Self.mostAtOnce)
        let places = min(min(limit, Self.mostAtOnce) + excluding.count - sent.count, Self.mostAtOnce)
        let left = sent.map(\.description).joined(separator: ",")
        let query = "?n=\(places)" + (left.isEmpty ? "" : "&exclude=\(left)")
        let items = try await list(.recommendations, "recommendations/\(child)\(query)", limit: places)
        return Array(items.filter { !excluding.contains($0.video) }.prefix(limit))
    }

    package func home(for child: Child.ID, limit: Int) async throws -> HomeRecommendations {
        guard limit > 0 else { return HomeRecommendations(continuations: [], recommendations: []) }
        let places = min(limit, Self.mostAtOnce)
        return try await asking.run(.home) {
            try await body(.GET, "homes/\(child)?n=\(places)")
        } read: { body in
            let home = try JSONDecoder.kyck.decode(HomeRecommendationsResponse.self, from: body).home
            guard max(home.continuations.count, home.recommendations.count) <= places else {
                throw RecommendationFailure.malformed
            }
            try await check(home.continuations + home.recommendations)
            return home
        }
    }

    package func neighbours(of video: Video.ID, limit: Int) async throws -> [Recommendation] {
        guard limit > 0 else { return [] }
        let places = min(limit, Self.mostAtOnce)
        return try await list(.neighbours, "neighbours/\(video)?n=\(places)", limit: places)
    }

    package func learn(from child: Child.ID) async throws {
        try await teaching.run(.learn) {
            try await body(.POST, "tastes/\(child)")
        } read: { _ in
        }
    }

    // MARK: Answers

    private func list(_ call: Call, _ path: String, limit: Int) async throws -> [Recommendation] {
        try await asking.run(call) {
            try await body(.GET, path)
        } read: { body in
            let items = try JSONDecoder.kyck.decode(RecommendationsResponse.self, from: body).recommendations
            guard items.count <= limit else { throw RecommendationFailure.malformed }
            try await check(items)
            return items
        }
    }

    /// No video twice, and not none that we know.
    private func check(_ items: [Recommendation]) async throws {
        let videos = items.map(\.video)
        guard Set(videos).count == videos.count else { throw RecommendationFailure.malformed }
        guard !videos.isEmpty else { return }
        guard await knows(videos) else { throw RecommendationFailure.malformed }
    }

    private func body(_ method: HTTPMethod, _ path: String) async throws -> Data {
        var request = HTTPClientRequest(url: "\(baseURL)/v1/\(path)")
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let response: HTTPClientResponse
        do {
            // The deadline is `RecommenderCalls`', which cancels this.
            response = try await client.execute(request, deadline: .distantFuture)
        } catch is HTTPParserError {
            throw RecommendationFailure.malformed
        } catch {
            throw RecommendationFailure.unreachable
        }
        guard (200..<300).contains(response.status.code) else { throw RecommendationFailure.refused }
        do {
            return Data(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
        } catch {
            throw RecommendationFailure.malformed
        }
    }
}
