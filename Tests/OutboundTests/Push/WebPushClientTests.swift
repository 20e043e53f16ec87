import AsyncHTTPClient
import Crypto
import Domain
import FaultyServer
import Foundation
import InMemoryLogging
import Logging
import Outbound
import Synchronization
import Testing

@Suite("Web Push", .timeLimit(.minutes(10)))
struct WebPushClientTests {
    private let key = P256.Signing.PrivateKey()
    private let browser = Browser()

    private struct Sent {
        let outcomes: [PushOutcome]
        let requests: [FaultyServer.Request]
        let origin: String
        let log: [InMemoryLogHandler.Entry]

        var errors: Int { log.count { $0.level == .error } }
    }

    private func vapid() throws -> VAPID {
        try VAPID(privateKey: key.rawRepresentation.base64URLText, contact: "mailto:ops@kyck.test", clock: Sample.clock)
    }

    /// Sends as often as asked to a service that answers as scripted.
    private func send(
        _ message: Message = Sample.message,
        times: Int = 1,
        deadline: Duration = .seconds(60),
        reply: @escaping @Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply
    ) async throws -> Sent {
        let server = try await FaultyServer.start(reply: reply)
        let services = PushServices.known.adding(standIn: server.address)
        let subscription = try browser.subscription(at: server.address + "/push/abc", services: services)
        let log = InMemoryLogHandler()
        let outcomes = try await withClient { http in
            let client = WebPushClient(
                http: http,
                vapid: try vapid(),
                services: services,
                clock: Sample.clock,
                logger: Logger(label: "test") { _ in log },
                deadline: deadline
            )
            var outcomes: [PushOutcome] = []
            for _ in 0..<times { outcomes.append(await client.send(message, to: .web(subscription))) }
            return outcomes
        }
        return Sent(outcomes: outcomes, requests: server.requests, origin: server.address, log: log.entries)
    }

    @Test("the browser reads what was sent, and the service knows who sent it and for whom")
    func sends() async throws {
        let sent = try await send { _, _ in .answer(status: 201) }
        #expect(sent.outcomes == [.delivered])
        let request = try #require(sent.requests.first)
        #expect(sent.requests.count == 1 && request.method == "POST" && request.path == "/push/abc")
        #expect(request.headers["content-encoding"] == "aes128gcm")
        #expect(request.headers["ttl"] == "172800")
        #expect(request.headers["topic"] == "AQIDBAUGcAiACgsMDQ4PEA")
        #expect(request.headers["urgency"] == "normal")
        let read = try JSONSerialization.jsonObject(with: browser.open(request.body)) as? [String: String]
        #expect(read == Sample.json)

        let parts = try #require(request.headers["authorization"]?.wholeMatch(of: /vapid t=([^,]+), k=(.+)/))
        let token = try #require(ReadToken(String(parts.1)))
        #expect(String(parts.2) == key.publicKey.x963Representation.base64URLText)
        #expect(token.isSigned(byPoint: String(parts.2)))
        #expect(token.header == ["alg": "ES256", "typ": "JWT"])
        #expect(token.text("aud") == sent.origin)
        #expect(token.text("sub") == "mailto:ops@kyck.test")
        let now = Sample.now.millisecondsSince1970 / 1_000
        let expires = try #require(token.seconds("exp"))
        #expect(expires > now && expires <= now + 86_400)
    }

    @Test("the service keeps news of a request for twelve hours, and hands it over at once")
    func request() async throws {
        let message = Message(id: Sample.message.id, kind: .requestWaiting, title: "x", body: "y")
        let sent = try await send(message) { _, _ in .answer(status: 201) }
        let request = try #require(sent.requests.first)
        #expect(request.headers["ttl"] == "43200" && request.headers["urgency"] == "high")
    }

    /// §2.4 of RFC 8292: our reading of tokens against one that others signed.
    @Test("the example of RFC 8292 is read as the RFC says")
    func example() throws {
        let token = try #require(
            ReadToken(
                "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1Y"
                    + "iI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkS"
                    + "SHzvoD1oA"
            )
        )
        #expect(
            token.isSigned(
                byPoint: "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
            )
        )
        #expect(token.text("aud") == "https://push.example.net" && token.seconds("exp") == 1_453_523_768)
        #expect(!token.isSigned(byPoint: key.publicKey.x963Representation.base64URLText))
    }

    @Test("a repeated send has the same topic, so that it replaces the first, and other bytes")
    func repeated() async throws {
        let sent = try await send(times: 2) { _, _ in .answer(status: 201) }
        #expect(Set(sent.requests.map { $0.headers["topic"] }).count == 1)
        #expect(Set(sent.requests.map { $0.headers["authorization"] }).count == 1)
        #expect(Set(sent.requests.map(\.body)).count == 2)
    }

    @Test(
        "every answer of a push service says what to do",
        arguments: [
            (200, [:], .delivered), (202, [:], .delivered), (404, [:], .gone), (410, [:], .gone),
            (413, [:], .refused(.tooLong)), (400, [:], .refused(.rejected)), (302, [:], .refused(.rejected)),
            (429, ["Retry-After": "120"], .later(after: .seconds(120))), (429, [:], .later(after: .seconds(60))),
            (503, ["Retry-After": "7"], .later(after: .seconds(7))), (503, [:], .later(after: nil)),
            (429, ["Retry-After": "172800"], .later(after: .days(1))),
            (503, ["Retry-After": "99999999999999999999"], .later(after: .days(1))),
            (503, ["Retry-After": "-7"], .later(after: nil)), (503, ["Retry-After": ""], .later(after: nil)),
            (500, ["Retry-After": "soon"], .later(after: nil)), (401, [:], .later(after: .minutes(15))),
            (403, [:], .later(after: .minutes(15))),
        ] as [(Int, [String: String], PushOutcome)]
    )
    func answers(status: Int, headers: [String: String], outcome: PushOutcome) async throws {
        let sent = try await send { _, _ in
            .answer(
                status: status,
                headers: headers.merging(["Location": "http://127.0.0.1:1/"]) { $1 },
                body: "<html>"
            )
        }
        #expect(sent.outcomes == [outcome])
        #expect(sent.requests.count == 1)
        #expect(sent.errors == ([401, 403].contains(status) ? 1 : 0))
    }

    @Test(
        "Retry-After may be a date, of which a day is believed",
        arguments: [
            (.minutes(3), .minutes(3)), (.hours(23), .hours(23)), (.days(3), .days(1)), (.minutes(-3), .zero),
        ] as [(Span, Span)]
    )
    func date(ahead: Span, wait: Span) async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let text = formatter.string(from: (Sample.now + ahead).date)
        let sent = try await send { _, _ in .answer(status: 429, headers: ["Retry-After": text]) }
        #expect(sent.outcomes == [.later(after: wait)])
    }

    @Test("a torn, silent or senseless connection is tried later")
    func broken() async throws {
        #expect(try await send { _, _ in .reset }.outcomes == [.later(after: nil)])
        #expect(try await send { _, _ in .bytes("") }.outcomes == [.later(after: nil)])
        #expect(try await send { _, _ in .bytes("What?\r\n\r\n") }.outcomes == [.later(after: nil)])
        let slow = try await send(deadline: .milliseconds(50)) { _, _ in .stall("") }
        #expect(slow.outcomes == [.later(after: nil)])
    }

    @Test("the log says once that a service gives no answer, and once that it does again; it names the host alone")
    func trouble() async throws {
        let sent = try await send(times: 4) { _, number in
            number == 3 ? .answer(status: 201) : .bytes("What?\r\n\r\n")
        }
        #expect(sent.outcomes == [.later(after: nil), .later(after: nil), .delivered, .later(after: nil)])
        #expect(sent.log.map(\.level) == [.warning, .notice, .warning])
        #expect(sent.log.allSatisfy { $0.metadata["host"] == "127.0.0.1" })
        #expect(sent.log.map { $0.metadata["reason"] == nil } == [false, true, false])
        let text = sent.log.map { "\($0.message) \($0.metadata)" }.joined()
        #expect(!text.contains("push/abc") && !text.contains("vapid") && !text.contains(sent.origin))
    }

    @Test("a service that took the message is believed before the last byte of its answer")
    func halfAnswer() async throws {
        let sent = try await send { _, _ in .bytes("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nhalf") }
        #expect(sent.outcomes == [.delivered])
    }

    @Test("a text beyond what services take is refused before it is sent")
    func tooLong() async throws {
        let long = Message(
            id: Sample.message.id,
            kind: .event,
            title: "x",
            body: String(repeating: "가", count: 1_400)
        )
        let sent = try await send(long) { _, _ in .answer(status: 201) }
        #expect(sent.outcomes == [.refused(.tooLong)])
        #expect(sent.requests.isEmpty)
    }

    /// A name may be pointed at our own network after it was registered.
    @Test("nothing is sent where a name leads inside, to no address, or is no push service any more")
    func inside() async throws {
        let endpoint = "https://fcm.googleapis.com/fcm/send/abc"
        let subscription = try browser.subscription(at: endpoint, services: .known)
        let asked = Mutex<[String]>([])
        let log = InMemoryLogHandler()
        let publicOne = try #require(NetworkAddress(bytes: [8, 8, 8, 8]))
        let privateOne = try #require(NetworkAddress(bytes: [169, 254, 169, 254]))
        try await withClient { (http: HTTPClient) async throws in
            func outcome(_ found: [NetworkAddress], services: PushServices = .known) async throws -> PushOutcome {
                let client = WebPushClient(
                    http: http,
                    vapid: try vapid(),
                    services: services,
                    clock: Sample.clock,
                    logger: Logger(label: "test") { _ in log },
                    addresses: { host in
                        asked.withLock { $0.append(host) }
                        return found
                    }
                )
                return await client.send(Sample.message, to: .web(subscription))
            }
            #expect(try await outcome([privateOne]) == .refused(.forbiddenAddress))
            #expect(try await outcome([publicOne, privateOne]) == .refused(.forbiddenAddress))
            #expect(try await outcome([]) == .later(after: nil))
            #expect(asked.withLock { $0 } == Array(repeating: "fcm.googleapis.com", count: 3))
            let others = PushServices(hosts: ["*.push.apple.com"])
            #expect(try await outcome([publicOne], services: others) == .refused(.forbiddenAddress))
            #expect(asked.withLock { $0.count } == 3)
        }
        let expected: [Logger.Metadata] = [["host": "fcm.googleapis.com", "reason": "no address"]]
        #expect(log.entries.map(\.metadata) == expected)
    }

    @Test("the system finds this machine under its own name, and that is inside")
    func lookup() async {
        let found = await HostLookup.addresses(of: "localhost")
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { !$0.isPublic })
        #expect(await HostLookup.addresses(of: "no.such.name.invalid").isEmpty)
    }

    @Test("a key or a contact that is none is refused at the start")
    func badSettings() {
        let good = key.rawRepresentation.base64URLText
        #expect(throws: VAPID.Invalid.key) {
            try VAPID(privateKey: "AAAA", contact: "mailto:a@b.c", clock: Sample.clock)
        }
        #expect(throws: VAPID.Invalid.contact) {
            try VAPID(privateKey: good, contact: "a@b.c", clock: Sample.clock)
        }
    }
}

/// A client as the product makes it, shut down however the body ends.
func withClient<T>(_ body: (HTTPClient) async throws -> T) async throws -> T {
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: PushCall.httpConfiguration)
    let result: Result<T, any Error>
    do {
        result = .success(try await body(http))
    } catch {
        result = .failure(error)
    }
    try await http.shutdown()
    return try result.get()
}
