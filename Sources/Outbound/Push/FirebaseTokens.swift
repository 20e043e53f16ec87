import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1

/// The access token of our service account: fetched once for everybody who waits, kept until it is about to expire.
actor FirebaseTokens {
    private static let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    private static let margin = Span.minutes(5)

    struct Token: Sendable, Equatable {
        let value: String
        let expires: Instant
    }

    private let account: ServiceAccount
    private let call: PushCall
    private var kept: Token?
    private var fetching: Task<Token?, Never>?

    init(account: ServiceAccount, call: PushCall) {
        self.account = account
        self.call = call
    }

    /// Nil where none is to be had now.
    func token() async -> String? {
        if let kept, kept.expires - Self.margin > call.clock.now() { return kept.value }
        if let fetching { return await fetching.value?.value }
        let task = Task { await fetch() }
        fetching = task
        let fetched = await task.value
        fetching = nil
        kept = fetched
        return fetched?.value
    }

    /// Called with a token that was not accepted; one that has come since then stays.
    func drop(_ value: String) {
        if kept?.value == value { kept = nil }
    }

    private struct Answer: Decodable {
        let access_token: String
        let expires_in: Int64
    }

    private func fetch() async -> Token? {
        let now = call.clock.now()
        guard let assertion = try? await account.assertion(at: now) else { return nil }
        var form = URLComponents()
        form.queryItems = [
            URLQueryItem(name: "grant_type", value: Self.grant), URLQueryItem(name: "assertion", value: assertion),
        ]
        var request = HTTPClientRequest(url: account.tokenAddress)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form.percentEncodedQuery ?? ""))
        guard let answer = await call.answer(to: request), answer.status == 200,
            let read = try? JSONDecoder().decode(Answer.self, from: answer.body), !read.access_token.isEmpty,
            read.expires_in > 0
        else { return nil }
        return Token(value: read.access_token, expires: now + .seconds(min(read.expires_in, 86_400)))
    }
}
