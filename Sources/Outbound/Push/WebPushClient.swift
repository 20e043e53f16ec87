package import AsyncHTTPClient
package import Domain
import Foundation
package import Logging
import NIOCore
import NIOHTTP1

/// Pushes to browsers over their own push services (RFC 8030), encrypted for the browser (RFC 8291) and signed (RFC 8292).
package struct WebPushClient: PushSender {
    private let call: PushCall
    private let vapid: VAPID
    private let services: PushServices
    private let addresses: @Sendable (String) async -> [NetworkAddress]
    private let logger: Logger

    /// - Parameters:
    ///   - http: should be made with ``PushCall/httpConfiguration``.
    ///   - services: what we send to; checked again here, because what is stored may be older than the list.
    ///   - addresses: looks a name up. One private address among them is reason enough not to send.
    package init(
        http: HTTPClient,
        vapid: VAPID,
        services: PushServices = .known,
        clock: Domain.Clock,
        logger: Logger,
        deadline: Duration = .seconds(15),
        addresses: @escaping @Sendable (String) async -> [NetworkAddress] = HostLookup.addresses
    ) {
        call = PushCall(http: http, deadline: deadline, clock: clock, logger: logger)
        self.vapid = vapid
        self.services = services
        self.addresses = addresses
        self.logger = logger
    }

    package func send(_ message: Message, to address: PushAddress) async -> PushOutcome {
        guard case .web(let subscription) = address else { return .refused(.noChannel) }
        if let ending = await objection(to: subscription.endpoint) { return ending }
        let request: HTTPClientRequest
        do {
            request = try self.request(message, to: subscription)
        } catch MessageEncryption.Failure.tooLong {
            return .refused(.tooLong)
        } catch {
            return .refused(.badKeys)
        }
        guard let answer = await call.answer(to: request) else { return .later(after: nil) }
        return outcome(of: answer)
    }

    /// Why nothing is sent to an endpoint; nil where nothing speaks against it.
    private func objection(to endpoint: String) async -> PushOutcome? {
        guard let host = services.host(of: endpoint), services.contains(host: host, of: endpoint) else {
            return .refused(.forbiddenAddress)
        }
        if services.isStandIn(endpoint) { return nil }
        let found = await addresses(host)
        if found.isEmpty {
            call.troubles.begin("no address", at: host)
            return .later(after: nil)
        }
        return found.allSatisfy(\.isPublic) ? nil : .refused(.forbiddenAddress)
    }

    private func request(_ message: Message, to subscription: WebPushSubscription) throws -> HTTPClientRequest {
        let text = try PushPayload(message).json()
        let body = try MessageEncryption.seal(text, publicKey: subscription.publicKey, secret: subscription.secret)
        var request = HTTPClientRequest(url: subscription.endpoint)
        request.method = .POST
        request.headers.add(
            name: "Authorization",
            value: try vapid.authorization(for: origin(of: subscription.endpoint))
        )
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.headers.add(name: "Content-Encoding", value: "aes128gcm")
        request.headers.add(name: "TTL", value: String(message.lifetime.milliseconds / 1_000))
        request.headers.add(name: "Urgency", value: message.kind == .requestWaiting ? "high" : "normal")
        // At most 32 characters of base64url (RFC 8030 §5.4): the 16 bytes of the id take 22.
        request.headers.add(name: "Topic", value: withUnsafeBytes(of: message.id.uuid.uuid) { Data($0) }.base64URLText)
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    /// Scheme, host and port where it is written (RFC 6454 §6.2).
    private func origin(of endpoint: String) -> String {
        guard let parts = URLComponents(string: endpoint), let scheme = parts.scheme, let host = parts.host else {
            return endpoint
        }
        let port = parts.port.map { $0 == 443 && scheme == "https" ? "" : ":\($0)" } ?? ""
        return "\(scheme.lowercased())://\(host.lowercased())\(port)"
    }

    private func outcome(of answer: PushCall.Answer) -> PushOutcome {
        switch answer.status {
        case 200..<300: return .delivered
        case 404, 410: return .gone
        case 413: return .refused(.tooLong)
        case 429: return .later(after: answer.retryAfter ?? .seconds(60))
        case 401, 403:
            // Our key or our clock, not this device: it must not be forgotten, and somebody must look.
            logger.error("A push service does not accept our key", metadata: ["status": "\(answer.status)"])
            return .later(after: .minutes(15))
        case 408, 500...: return .later(after: answer.retryAfter)
        default: return .refused(.rejected)
        }
    }
}
