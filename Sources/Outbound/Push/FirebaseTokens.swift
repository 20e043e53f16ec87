import AsyncHTTPClient
import Domain
import Foundation
import Logging
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
    private let host: String
    private let troubles: TroubleLog
    private var kept: Token?
    private var fetching: Task<Token?, Never>?

    init(account: ServiceAccount, call: PushCall, logger: Logger) {
        self.account = account
        self.call = call
        host = PushCall.host(of: account.tokenAddress)
        troubles = TroubleLog(
            .error,
            begins: "Firebase gives no access token",
            ends: "Firebase gives access tokens again",
            logger: logger
        )
    }

    /// Nil where none is to be had now; the log says why.
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
        let assertion: String
        do {
            assertion = try await account.assertion(at: now)
        } catch {
            return nothing(because: "our key does not sign: \(failureWord(error))")
        }
        var form = URLComponents()
        form.queryItems = [
            URLQueryItem(name: "grant_type", value: Self.grant), URLQueryItem(name: "assertion", value: assertion),
        ]
        var request = HTTPClientRequest(url: account.tokenAddress)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form.percentEncodedQuery ?? ""))
        guard let answer = await call.answer(to: request) else { return nothing(because: "no answer") }
        guard answer.status == 200 else { return nothing(because: "status \(answer.status)") }
        guard let read = try? JSONDecoder().decode(Answer.self, from: answer.body), !read.access_token.isEmpty,
            read.expires_in > 0
        else { return nothing(because: "no token in the answer") }
        troubles.end(at: host)
        return Token(value: read.access_token, expires: now + .seconds(min(read.expires_in, 86_400)))
    }

    private func nothing(because reason: String) -> Token? {
        troubles.begin(reason, at: host)
        return nil
    }
}
