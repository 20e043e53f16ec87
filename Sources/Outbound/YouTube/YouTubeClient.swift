package import AsyncHTTPClient
package import Domain
import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Asks the YouTube Data API v3 for videos, channels and playlists.
///
/// Every try is paid for through `spend` before it is made, so that a crash can only count too much. The key travels in
/// a header, never in an address, and is never logged.
package struct YouTubeClient: Sendable {
    /// Where the API lives and how to speak to it.
    package struct Configuration: Sendable {
        package enum Invalid: Error, Sendable, CustomStringConvertible {
            case address(String)
            package var description: String {
                switch self {
                case .address(let text): "not an https address (http only on this machine): \(text)"
                }
            }
        }

        package let baseAddress: String
        fileprivate let key: String
        package var retry: RetryPolicy

        /// An address without a path gets the API's own, `/youtube/v3`. Plain http is taken for loopback only: the key
        /// would be readable on the way.
        package init(
            key: String,
            address: String = "https://www.googleapis.com",
            retry: RetryPolicy = RetryPolicy()
        ) throws(Invalid) {
            guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
                let host = parts.host, !host.isEmpty, parts.query == nil, parts.user == nil,
                scheme == "https" || (scheme == "http" && ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host))
            else { throw .address(address) }
            var base = address
            while base.hasSuffix("/") { base.removeLast() }
            baseAddress = parts.path.isEmpty || parts.path == "/" ? base + "/youtube/v3" : base
            self.key = key
            self.retry = retry
        }
    }

    /// What came back, or nothing new: the caller's ETag still holds.
    package enum Answer: Sendable {
        case unchanged
        case page(YouTubePage)
    }

    package typealias Spend = @Sendable (_ units: Int, _ bucket: YouTubeQuota.Bucket) async throws -> Void

    /// What the API takes at once.
    package static let idsPerCall = 50
    static let largestAnswer = 8 * 1_024 * 1_024

    private let http: HTTPClient
    private let configuration: Configuration
    private let spend: Spend
    private let random: @Sendable (ClosedRange<Int64>) -> Int64
    private let sleep: @Sendable (Span) async throws -> Void
    private let logger: Logger

    /// `http` should be made with `httpConfiguration`. `random` draws the jitter; `sleep` waits.
    package init(
        http: HTTPClient,
        configuration: Configuration,
        spend: @escaping Spend,
        logger: Logger,
        random: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) },
        sleep: @escaping @Sendable (Span) async throws -> Void = {
            try await Task.sleep(for: .milliseconds($0.milliseconds))
        }
    ) {
        self.http = http
        self.configuration = configuration
        self.spend = spend
        self.random = random
        self.sleep = sleep
        self.logger = logger
    }

    /// Gzip with a bound on what comes out of it, and no redirects: they would carry the key elsewhere.
    package static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.decompression = .enabled(limit: .size(largestAnswer))
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(15))
        return configuration
    }

    /// `videos.list` of at most 50 ids. Ids that are missing from the answer are deleted or private.
    package func videos(_ ids: [YouTubeVideoID], etag: String? = nil) async throws -> Answer {
        try await list(
            "videos",
            kind: .videos,
            etag: etag,
            query: [
                ("part", "snippet,contentDetails,status,liveStreamingDetails"),
                ("id", ids.map(\.description).joined(separator: ",")), ("maxResults", String(Self.idsPerCall)),
            ]
        )
    }

    /// `channels.list` of at most 50 ids.
    package func channels(_ ids: [YouTubeChannelID], etag: String? = nil) async throws -> Answer {
        try await list(
            "channels",
            kind: .channels,
            etag: etag,
            query: [
                ("part", "snippet,contentDetails"),
                ("id", ids.map(\.description).joined(separator: ",")), ("maxResults", String(Self.idsPerCall)),
            ]
        )
    }

    /// One page of `playlistItems.list`; `pageToken` is nil for the first.
    package func playlistItems(_ playlist: String, pageToken: String?, etag: String? = nil) async throws -> Answer {
        var query = [
            ("part", "contentDetails,status"), ("playlistId", playlist), ("maxResults", String(Self.idsPerCall)),
        ]
        if let pageToken { query.append(("pageToken", pageToken)) }
        return try await list("playlistItems", kind: .playlistItems, etag: etag, query: query)
    }

    private func list(
        _ method: String,
        kind: YouTubeKind,
        etag: String?,
        query: [(String, String)]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address(of: method, query: query))
        request.headers.add(name: "X-Goog-Api-Key", value: configuration.key)
        // Google sends gzip only to agents that say so in their name as well.
        request.headers.add(name: "Accept-Encoding", value: "gzip")
        request.headers.add(name: "User-Agent", value: "kyck (gzip)")
        if let etag { request.headers.add(name: "If-None-Match", value: Self.quoted(etag)) }
        let prepared = request
        let body = try await within(configuration.retry.deadline) { try await answer(to: prepared, method: method) }
        guard let body else { return .unchanged }
        do throws(SavedPageError) {
            return .page(try YouTubePage(body, expecting: kind))
        } catch {
            throw YouTubeFailure.unreadable(error)
        }
    }

    private func address(of method: String, query: [(String, String)]) -> String {
        var components = URLComponents()
        components.queryItems = query.map { URLQueryItem(name: $0.0, value: $0.1) }
        return "\(configuration.baseAddress)/\(method)?\(components.percentEncodedQuery ?? "")"
    }

    private static func quoted(_ etag: String) -> String {
        etag.hasPrefix("\"") || etag.hasPrefix("W/") ? etag : "\"\(etag)\""
    }
}

extension YouTubeClient {
    /// What one try came to.
    private enum Outcome: Sendable {
        case answered([UInt8])
        case unchanged
        case retry(YouTubeFailure, after: Span?)
        case failed(YouTubeFailure)
    }

    /// The body of an answer 200, or nil for 304.
    private func answer(to request: HTTPClientRequest, method: String) async throws -> [UInt8]? {
        let policy = configuration.retry
        var number = 1
        while true {
            try await spend(YouTubeQuota.listCost, .units)
            let outcome = try await attempt(request)
            switch outcome {
            case .answered(let body): return body
            case .unchanged: return nil
            case .failed(let failure): throw failure
            case .retry(let failure, let wait):
                if number == policy.tries { throw failure }
                if let wait, wait > policy.longestRetryAfter { throw failure }
                number += 1
                let jitter = Span(milliseconds: random(0...policy.ceiling(beforeTry: number).milliseconds))
                logger.debug(
                    "YouTube call is tried again",
                    metadata: ["method": "\(method)", "try": "\(number)", "failure": "\(failure)"]
                )
                try await sleep(max(wait ?? .zero, jitter))
            }
        }
    }

    private func attempt(_ request: HTTPClientRequest) async throws -> Outcome {
        let http = http
        do {
            return try await within(configuration.retry.tryTimeout) {
                let response = try await http.execute(
                    request,
                    timeout: .milliseconds(configuration.retry.tryTimeout.milliseconds)
                )
                if response.status == .notModified { return .unchanged }
                let body = try await response.body.collect(upTo: Self.largestAnswer)
                return Self.outcome(response.status.code, response.headers, Array(buffer: body))
            }
        } catch YouTubeFailure.deadlineExceeded {
            return .retry(.deadlineExceeded, after: nil)
        } catch let error as HTTPClientError where Self.isTimeout(error) {
            try Task.checkCancellation()
            return .retry(.deadlineExceeded, after: nil)
        } catch {
            try Task.checkCancellation()
            if error is CancellationError { throw error }
            return .retry(.unreachable(failureWord(error)), after: nil)
        }
    }

    private static func outcome(_ status: UInt, _ headers: HTTPHeaders, _ body: [UInt8]) -> Outcome {
        if status == 200 { return .answered(body) }
        let reason = YouTubeErrorAnswer(body: body)?.reason ?? "no reason given"
        let wait = headers.first(name: "Retry-After").flatMap { Span.retryAfter($0, now: Instant(Date())) }
        switch (status, reason) {
        case (429, _): return .retry(.rateLimited(retryAfter: wait), after: wait)
        case (500..., _): return .retry(.serverError(status: Int(status)), after: wait)
        case (403, "quotaExceeded"), (403, "dailyLimitExceeded"), (403, "dailyLimitExceededUnreg"):
            return .failed(.quotaExceeded(reason: reason))
        case (400, "keyInvalid"), (400, "API_KEY_INVALID"), (401, _), (403, "accessNotConfigured"),
            (403, "ipRefererBlocked"), (403, "SERVICE_DISABLED"), (403, "API_KEY_SERVICE_BLOCKED"):
            return .failed(.keyRefused(reason: reason))
        case (404, _): return .failed(.notFound(reason: reason))
        default: return .failed(.refused(status: Int(status), reason: reason))
        }
    }

    private static func isTimeout(_ error: HTTPClientError) -> Bool {
        [.deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout].contains(error)
    }

    /// Runs `body` against the clock; the loser is cancelled.
    private func within<T: Sendable>(_ limit: Span, _ body: @escaping @Sendable () async throws -> T) async throws -> T
    {
        try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .milliseconds(limit.milliseconds))
                throw YouTubeFailure.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
