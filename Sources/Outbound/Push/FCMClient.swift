package import AsyncHTTPClient
package import Domain
import Foundation
package import Logging
import NIOCore
import NIOHTTP1

/// Pushes to native apps over Firebase Cloud Messaging, HTTP v1. Google reads what is sent so.
package struct FCMClient: PushSender {
    private let call: PushCall
    private let tokens: FirebaseTokens
    private let address: String
    private let logger: Logger

    /// - Parameters:
    ///   - http: should be made with ``PushCall/httpConfiguration``.
    ///   - baseAddress: of the API; another one is a stand-in.
    package init(
        http: HTTPClient,
        account: ServiceAccount,
        baseAddress: String = "https://fcm.googleapis.com",
        clock: Domain.Clock,
        logger: Logger,
        deadline: Duration = .seconds(15)
    ) {
        call = PushCall(http: http, deadline: deadline, clock: clock, logger: logger)
        tokens = FirebaseTokens(account: account, call: call, logger: logger)
        address = "\(baseAddress)/v1/projects/\(account.project)/messages:send"
        self.logger = logger
    }

    /// https, or http on this machine: a bearer token travels there.
    package static func isAddress(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.user == nil else {
            return false
        }
        return parts.scheme == "https" || (parts.scheme == "http" && ["127.0.0.1", "localhost"].contains(host))
    }

    package func send(_ message: Message, to address: PushAddress) async -> PushOutcome {
        guard case .firebase(let token) = address else { return .refused(.noChannel) }
        guard let body = try? FCMRequest(message, token: token).json() else { return .refused(.rejected) }
        guard body.count <= FCMRequest.largest else { return .refused(.tooLong) }
        // A second try only for an access token that ended before its time.
        for _ in 0..<2 {
            guard let access = await tokens.token() else { return .later(after: nil) }
            guard let answer = await call.answer(to: request(body, access: access)) else { return .later(after: nil) }
            if answer.status != 401 { return outcome(of: answer) }
            await tokens.drop(access)
        }
        logger.error("Firebase does not accept our access token")
        return .later(after: .minutes(15))
    }

    private func request(_ body: Data, access: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(access)")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private func outcome(of answer: PushCall.Answer) -> PushOutcome {
        if (200..<300).contains(answer.status) { return .delivered }
        let error = FCMError(answer.body)
        switch (answer.status, error.code) {
        // A 404 without this word is a project that does not exist: our setting, and no reason to forget a device.
        case (404, "UNREGISTERED"), (410, _), (403, "SENDER_ID_MISMATCH"): return .gone
        case (400, _) where error.namesToken: return .gone
        case (403, _), (404, _):
            logger.error("Firebase refuses our project", metadata: ["status": "\(answer.status)"])
            return .later(after: .minutes(15))
        case (429, _): return .later(after: answer.retryAfter ?? .seconds(60))
        case (408, _), (500..., _): return .later(after: answer.retryAfter)
        default: return .refused(.rejected)
        }
    }
}

/// The body of `messages:send`.
private struct FCMRequest: Encodable {
    static let largest = 4_096

    struct Envelope: Encodable {
        let token: String
        let notification: Notification
        let data: [String: String]
        let android: Android
        let apns: Apple
    }

    struct Notification: Encodable {
        let title: String
        let body: String
    }

    /// A notification with the tag of one that is shown takes its place. A collapse key would not do: Firebase keeps no
    /// more than four of them for a device.
    struct Android: Encodable {
        struct Shown: Encodable { let tag: String }
        let ttl: String
        let notification: Shown
    }

    struct Apple: Encodable {
        let headers: [String: String]
    }

    let message: Envelope

    init(_ message: Message, token: String) {
        let id = message.id.description
        self.message = Envelope(
            token: token,
            notification: Notification(title: message.title, body: message.body),
            data: ["id": id, "kind": message.kind.rawValue, "path": message.path ?? "/"],
            android: Android(
                ttl: "\(message.lifetime.milliseconds / 1_000)s",
                notification: Android.Shown(tag: id)
            ),
            apns: Apple(headers: ["apns-collapse-id": id])
        )
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

/// What an error of Firebase says. A gateway before it may answer with a page of HTML, which says nothing.
private struct FCMError {
    private struct Body: Decodable {
        struct Failure: Decodable { let details: [Detail]? }
        struct Detail: Decodable {
            let errorCode: String?
            let fieldViolations: [Violation]?
        }
        struct Violation: Decodable { let field: String? }
        let error: Failure
    }

    let code: String?
    /// Whether it is the registration token that is wrong with a request, rather than anything else in it.
    let namesToken: Bool

    init(_ body: Data) {
        let details = (try? JSONDecoder().decode(Body.self, from: body))?.error.details ?? []
        code = details.compactMap(\.errorCode).first
        namesToken = details.contains { $0.fieldViolations?.contains { $0.field == "message.token" } ?? false }
    }
}
