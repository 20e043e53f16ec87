import AsyncHTTPClient
import CryptoExtras
import Domain
import FaultyServer
import Foundation
import InMemoryLogging
import Logging
import Outbound
import Synchronization
import Testing

@Suite("Firebase Cloud Messaging", .timeLimit(.minutes(10)))
struct FCMClientTests {
    /// One for all: making it takes a while.
    private static let key = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    private static let token = PushAddress.firebase(token: "device-token")

    /// Google as far as we speak to it: a token endpoint that checks what it is given, and a send endpoint that is scripted.
    private final class Google: Sendable {
        let grants = Mutex(0)
        let complaints = Mutex<[String]>([])
        let publicKey: _RSA.Signing.PublicKey
        let address = Mutex("")

        init(publicKey: _RSA.Signing.PublicKey) {
            self.publicKey = publicKey
        }

        func grant(_ request: FaultyServer.Request) -> FaultyServer.Reply {
            let wrong = fault(request)
            if let wrong {
                complaints.withLock { $0.append(wrong) }
                return .answer(status: 400, body: #"{"error":"invalid_grant"}"#)
            }
            let number = grants.withLock { grants in
                grants += 1
                return grants
            }
            return .answer(body: #"{"access_token":"access-\#(number)","expires_in":3599,"token_type":"Bearer"}"#)
        }

        private func fault(_ request: FaultyServer.Request) -> String? {
            guard request.method == "POST", request.headers["content-type"] == "application/x-www-form-urlencoded"
            else {
                return "not a form"
            }
            var form = URLComponents()
            form.percentEncodedQuery = String(decoding: request.body, as: UTF8.self)
            let fields = Dictionary(
                (form.queryItems ?? []).map { ($0.name, $0.value ?? "") },
                uniquingKeysWith: { $1 }
            )
            guard fields["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" else { return "grant type" }
            guard let token = fields["assertion"].flatMap(ReadToken.init) else { return "no assertion" }
            guard token.header["alg"] == "RS256", token.header["kid"] == "key-1" else { return "header" }
            guard token.isSigned(by: publicKey) else { return "signature" }
            guard token.text("aud") == address.withLock({ $0 }) + "/token" else { return "audience" }
            guard token.text("iss") == "push@kyck-test.iam.gserviceaccount.com" else { return "issuer" }
            guard token.text("scope") == "https://www.googleapis.com/auth/firebase.messaging" else { return "scope" }
            let now = Sample.now.millisecondsSince1970 / 1_000
            guard token.seconds("iat") == now, let expires = token.seconds("exp"), expires > now, expires <= now + 3_600
            else { return "times" }
            return nil
        }
    }

    private struct Sent {
        let outcomes: [PushOutcome]
        let sends: [FaultyServer.Request]
        let grants: Int
        let complaints: [String]
        let log: [InMemoryLogHandler.Entry]

        var errors: Int { log.count { $0.level == .error } }
    }

    private static func account(_ address: String) throws -> [UInt8] {
        Array(
            try JSONSerialization.data(withJSONObject: [
                "type": "service_account", "project_id": "kyck-test", "private_key_id": "key-1",
                "private_key": try key.get().pkcs8PEMRepresentation,
                "client_email": "push@kyck-test.iam.gserviceaccount.com", "token_uri": address + "/token",
            ])
        )
    }

    private func send(
        times: Int = 1,
        atOnce: Bool = false,
        deadline: Duration = .seconds(60),
        to address: PushAddress = Self.token,
        message: Message = Sample.message,
        clock: Domain.Clock = Sample.clock,
        grant: (@Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply)? = nil,
        reply: @escaping @Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply
    ) async throws -> Sent {
        let google = Google(publicKey: try Self.key.get().publicKey)
        let sends = Mutex(0)
        let server = try await FaultyServer.start { request, number in
            if request.path == "/token" { return grant?(request, number) ?? google.grant(request) }
            let count = sends.withLock { sends in
                sends += 1
                return sends
            }
            return reply(request, count)
        }
        google.address.withLock { $0 = server.address }
        let log = InMemoryLogHandler()
        let outcomes = try await withClient { http in
            let client = FCMClient(
                http: http,
                account: try await ServiceAccount(json: Self.account(server.address)),
                baseAddress: server.address,
                clock: clock,
                logger: Logger(label: "test") { _ in log },
                deadline: deadline
            )
            if atOnce {
                return await withTaskGroup { group in
                    for _ in 0..<times { group.addTask { await client.send(message, to: address) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            var outcomes: [PushOutcome] = []
            for _ in 0..<times { outcomes.append(await client.send(message, to: address)) }
            return outcomes
        }
        return Sent(
            outcomes: outcomes,
            sends: server.requests.filter { $0.path != "/token" },
            grants: google.grants.withLock { $0 },
            complaints: google.complaints.withLock { $0 },
            log: log.entries
        )
    }

    private static func error(_ status: Int, _ code: String) -> String {
        #"{"error":{"code":\#(status),"status":"X","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"\#(code)"}]}}"#
    }

    @Test("one access token, signed for and fetched once, carries every message")
    func sends() async throws {
        let sent = try await send(times: 3) { _, _ in .answer(body: #"{"name":"projects/kyck-test/messages/1"}"#) }
        #expect(sent.outcomes == [.delivered, .delivered, .delivered])
        #expect(sent.grants == 1 && sent.complaints.isEmpty)
        let request = try #require(sent.sends.first)
        #expect(request.path == "/v1/projects/kyck-test/messages:send")
        #expect(request.headers["authorization"] == "Bearer access-1")
        let body = try #require(JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        let message = try #require(body["message"] as? [String: Any])
        #expect(message["token"] as? String == "device-token")
        #expect(
            message["notification"] as? [String: String]
                == ["title": Sample.message.title, "body": Sample.message.body]
        )
        let id = Sample.message.id.description
        #expect(message["data"] as? [String: String] == ["id": id, "kind": "weekly_report", "path": "/report"])
        let android = try #require(message["android"] as? [String: Any])
        #expect(android["ttl"] as? String == "172800s")
        #expect(android["notification"] as? [String: String] == ["tag": id])
        let apple = try #require(message["apns"] as? [String: [String: String]])
        #expect(apple["headers"] == ["apns-collapse-id": id])
    }

    @Test("those who need a token at the same moment share one fetch")
    func oneFetch() async throws {
        let sent = try await send(times: 20, atOnce: true) { _, _ in .answer() }
        #expect(sent.outcomes.allSatisfy { $0 == .delivered } && sent.outcomes.count == 20)
        #expect(sent.grants == 1)
    }

    @Test("a token that is about to expire is fetched anew")
    func renews() async throws {
        let minutes = Mutex<Int64>(0)
        let clock = Domain.Clock { Sample.now + .minutes(minutes.withLock { $0 }) }
        let sent = try await send(
            times: 3,
            clock: clock,
            grant: { _, number in .answer(body: #"{"access_token":"t\#(number)","expires_in":3599}"#) },
            reply: { _, number in
                minutes.withLock { $0 = number == 1 ? 54 : 55 }
                return .answer()
            }
        )
        #expect(sent.sends.map { $0.headers["authorization"] } == ["Bearer t1", "Bearer t1", "Bearer t4"])
    }

    @Test("a token that is not accepted is fetched anew once, and then it is a matter for people")
    func unauthorised() async throws {
        let once = try await send { _, number in .answer(status: number == 1 ? 401 : 200) }
        #expect(once.outcomes == [.delivered])
        #expect(once.grants == 2)
        let always = try await send { _, _ in .answer(status: 401) }
        #expect(always.outcomes == [.later(after: .minutes(15))])
        #expect(always.sends.count == 2 && always.errors == 1)
    }

    @Test(
        "every answer of Firebase says what to do",
        arguments: [
            (404, "UNREGISTERED", nil, .gone), (410, "UNREGISTERED", nil, .gone),
            (403, "SENDER_ID_MISMATCH", nil, .gone),
            (404, "", nil, .later(after: .minutes(15))), (403, "", nil, .later(after: .minutes(15))),
            (400, "INVALID_ARGUMENT", nil, .refused(.rejected)),
            (429, "QUOTA_EXCEEDED", "33", .later(after: .seconds(33))),
            (429, "QUOTA_EXCEEDED", nil, .later(after: .seconds(60))),
            (503, "UNAVAILABLE", "5", .later(after: .seconds(5))), (503, "UNAVAILABLE", nil, .later(after: nil)),
            (500, "INTERNAL", nil, .later(after: nil)),
        ] as [(Int, String, String?, PushOutcome)]
    )
    func answers(status: Int, code: String, wait: String?, outcome: PushOutcome) async throws {
        let sent = try await send { _, _ in
            .answer(status: status, headers: wait.map { ["Retry-After": $0] } ?? [:], body: Self.error(status, code))
        }
        #expect(sent.outcomes == [outcome])
        #expect(sent.sends.count == 1)
    }

    @Test("a wrong registration token is forgotten, anything else wrong with a request is not its fault")
    func badToken() async throws {
        func outcome(field: String) async throws -> [PushOutcome] {
            try await send { _, _ in
                .answer(
                    status: 400,
                    body:
                        #"{"error":{"details":[{"errorCode":"INVALID_ARGUMENT"},{"fieldViolations":[{"field":"\#(field)"}]}]}}"#
                )
            }.outcomes
        }
        #expect(try await outcome(field: "message.token") == [.gone])
        #expect(try await outcome(field: "message.data[0].value") == [.refused(.rejected)])
    }

    @Test("a torn, silent or senseless connection is tried later, a page of HTML as well")
    func broken() async throws {
        #expect(try await send { _, _ in .reset }.outcomes == [.later(after: nil)])
        #expect(try await send { _, _ in .bytes("") }.outcomes == [.later(after: nil)])
        #expect(try await send { _, _ in .answer(status: 502, body: "<html>") }.outcomes == [.later(after: nil)])
        #expect(
            try await send(deadline: .milliseconds(500)) { _, _ in .stall("") }.outcomes == [.later(after: nil)]
        )
    }

    @Test("without an access token nothing is sent, and it is tried later")
    func noToken() async throws {
        for reply in [
            FaultyServer.Reply.answer(status: 400), .answer(status: 503), .reset, .answer(body: "{}"),
            .answer(body: #"{"access_token":"","expires_in":3599}"#),
            .answer(body: #"{"access_token":"a","expires_in":0}"#),
        ] {
            let sent = try await send(grant: { _, _ in reply }, reply: { _, _ in .answer() })
            #expect(sent.outcomes == [.later(after: nil)])
            #expect(sent.sends.isEmpty && sent.errors == 1)
        }
    }

    @Test("the log says once why there is no access token, and once that there is one again; it names the host alone")
    func tokenTrouble() async throws {
        let sent = try await send(
            times: 4,
            grant: { _, number in
                switch number {
                case 1, 2: .answer(status: 403, body: #"{"error":"invalid_grant"}"#)
                case 3: .answer(body: #"{"access_token":""}"#)
                default: .answer(body: #"{"access_token":"access-1","expires_in":3599}"#)
                }
            },
            reply: { _, _ in .answer() }
        )
        #expect(sent.outcomes == [.later(after: nil), .later(after: nil), .later(after: nil), .delivered])
        let expected: [Logger.Metadata] = [
            ["host": "127.0.0.1", "reason": "status 403"], ["host": "127.0.0.1", "reason": "no token in the answer"],
            ["host": "127.0.0.1"],
        ]
        #expect(sent.log.map(\.metadata) == expected)
        #expect(sent.log.map(\.level) == [.error, .error, .notice])
    }

    @Test("the log says once that Firebase gives no answer, and once that it does again; it names the host alone")
    func networkTrouble() async throws {
        let sent = try await send(times: 3) { _, number in number < 3 ? .bytes("What?\r\n\r\n") : .answer() }
        #expect(sent.outcomes == [.later(after: nil), .later(after: nil), .delivered])
        #expect(sent.log.map(\.level) == [.warning, .notice])
        #expect(sent.log.allSatisfy { $0.metadata["host"] == "127.0.0.1" })
        let text = sent.log.map { "\($0.message) \($0.metadata)" }.joined()
        #expect(!["device-token", "access-1", "kyck-test", "/v1"].contains { text.contains($0) })
    }

    @Test("too long a message is refused before it is sent")
    func tooLong() async throws {
        let long = Message(id: Sample.message.id, kind: .event, title: "x", body: String(repeating: "가", count: 1_400))
        let sent = try await send(message: long) { _, _ in .answer() }
        #expect(sent.outcomes == [.refused(.tooLong)] && sent.sends.isEmpty)
    }

    @Test("a service account that is none is refused at the start")
    func badAccount() async throws {
        await #expect(throws: ServiceAccount.Invalid.unreadable) { try await ServiceAccount(json: Array("{}".utf8)) }
        await #expect(throws: ServiceAccount.Invalid.address("http://example.org/token")) {
            try await ServiceAccount(json: Self.account("http://example.org"))
        }
        let noKey = String(decoding: try Self.account("http://127.0.0.1:1"), as: UTF8.self)
            .replacing(/"private_key":"[^"]*"/, with: #""private_key":"none""#)
        await #expect(throws: ServiceAccount.Invalid.key) { try await ServiceAccount(json: Array(noKey.utf8)) }
    }

    @Test("each channel gets its own devices, and one that is not set up refuses")
    func channels() async {
        let none = PushChannels(firebase: nil, web: nil)
        #expect(await none.send(Sample.message, to: Self.token) == .refused(.noChannel))
    }
}
