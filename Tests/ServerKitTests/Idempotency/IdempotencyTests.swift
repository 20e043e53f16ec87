import Contract
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServerKit
import Synchronization
import Testing

/// Keeps keys in memory and counts what it is asked. The store over the database has tests of its own.
private final class MemoryStore: IdempotencyStore {
    private struct Entry {
        let hash: [UInt8]
        var answer: StoredAnswer?
    }

    private struct Unreachable: Error {}

    private let entries = Mutex<[String: Entry]>([:])
    private let failsToFinish: Bool

    init(failsToFinish: Bool = false) {
        self.failsToFinish = failsToFinish
    }

    var keys: [String] { entries.withLock { $0.keys.sorted() } }

    func begin(owner: String, key: String, requestHash: [UInt8]) async throws -> IdempotencyState {
        entries.withLock { entries in
            guard let entry = entries["\(owner)/\(key)"] else {
                entries["\(owner)/\(key)"] = Entry(hash: requestHash)
                return .started
            }
            guard entry.hash == requestHash else { return .otherRequest }
            return entry.answer.map { .finished($0) } ?? .inProgress
        }
    }

    func finish(owner: String, key: String, answer: StoredAnswer) async throws {
        if failsToFinish { throw Unreachable() }
        entries.withLock { $0["\(owner)/\(key)"]?.answer = answer }
    }

    func abandon(owner: String, key: String) async throws {
        entries.withLock { $0["\(owner)/\(key)"] = nil }
    }
}

@Suite struct IdempotencyTests {
    private let calls = Calls()

    private final class Calls: Sendable {
        private let number = Atomic<Int>(0)
        func next() -> Int { number.wrappingAdd(1, ordering: .relaxed).newValue }
        var count: Int { number.load(ordering: .relaxed) }
    }

    /// A service whose `POST /things` answers with the number of the call, or as `?fail=` says.
    private func application(store: MemoryStore, owner: String = "hana") -> some ApplicationProtocol {
        let idempotency = Idempotency(store: store)
        let calls = calls
        let service = ServiceRouter<AppRequestContext>(drain: Drain())
        service.router.post("/things") { request, context in
            try await idempotency(request, context: context, owner: owner) { request, context in
                let body = try await request.decodeBody(as: NewChild.self, context: context)
                let call = calls.next()
                switch try QueryParameters(of: request).text("fail") {
                case "limit": throw Problem.rateLimited(retryAfter: 1)
                case "gone": throw Problem(.gone)
                case "crash": throw CocoaError(.fileNoSuchFile)
                case "own500": return Answer(["call": "\(call)"], status: .serviceUnavailable)
                default:
                    return Answer(
                        ["nickname": body.nickname, "call": "\(call)"],
                        status: .created,
                        headers: [.location: "/things/\(call)"]
                    )
                }
            }
        }
        return Application(router: service)
    }

    private func post(
        _ client: any TestClientProtocol,
        key: String?,
        uri: String = "/things",
        nickname: String = "하나"
    ) async throws -> TestResponse {
        var headers = HTTPFields.json
        if let key { headers[.idempotencyKey] = key }
        return try await client.execute(
            uri: uri,
            method: .post,
            headers: headers,
            body: ByteBuffer(string: #"{"nickname":"\#(nickname)","age":4}"#)
        )
    }

    @Test("the same request with the same key gets the same answer, and the work is done once")
    func replay() async throws {
        try await application(store: MemoryStore()).test(.router) { client in
            let first = try await post(client, key: "k1")
            let second = try await post(client, key: "k1")
            #expect(first.status == .created && second.status == .created)
            #expect(first.text == second.text)
            #expect(first.headers[.idempotencyReplayed] == nil)
            #expect(second.headers[.idempotencyReplayed] == "true")
            #expect(second.headers[.contentType] == "application/json")
            #expect(first.headers[.location] == "/things/1" && second.headers[.location] == "/things/1")
        }
        #expect(calls.count == 1)
    }

    @Test("without a key, or with another, the work is done again")
    func otherKeys() async throws {
        try await application(store: MemoryStore()).test(.router) { client in
            for key in [nil, nil, "a", "b"] {
                let response = try await post(client, key: key)
                #expect(response.status == .created)
            }
        }
        #expect(calls.count == 4)
    }

    @Test("a key is not taken for another body or another address")
    func reuse() async throws {
        try await application(store: MemoryStore()).test(.router) { client in
            _ = try await post(client, key: "k1")
            for response in [
                try await post(client, key: "k1", nickname: "두리"), try await post(client, key: "k1", uri: "/things?x"),
            ] {
                #expect(response.status == .unprocessableContent)
                #expect(try response.problem().code == "idempotency_key_reused")
            }
        }
        #expect(calls.count == 1)
    }

    @Test("one owner's key says nothing about another's")
    func owners() async throws {
        let store = MemoryStore()
        for owner in ["hana", "minsu"] {
            try await application(store: store, owner: owner).test(.router) { client in
                let response = try await post(client, key: "k1")
                #expect(response.headers[.idempotencyReplayed] == nil)
            }
        }
        #expect(calls.count == 2)
    }

    @Test("while the first is being worked on, the second is asked to come back")
    func inProgress() async throws {
        let store = MemoryStore(failsToFinish: true)
        try await application(store: store).test(.router) { client in
            #expect(try await post(client, key: "k1").status == .created)
            let second = try await post(client, key: "k1")
            #expect(second.status == .conflict)
            #expect(try second.problem().code == "idempotency_in_progress")
            #expect(second.headers[.retryAfter] == "1")
        }
        #expect(calls.count == 1)
    }

    @Test("a refusal that would be the same again is kept, as a problem", arguments: [("gone", 410)])
    func finalRefusal(fail: String, status: Int) async throws {
        try await application(store: MemoryStore()).test(.router) { client in
            for _ in 1...2 {
                let response = try await post(client, key: "k1", uri: "/things?fail=\(fail)")
                #expect(response.status.code == status)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(response.headers[.location] == nil)
                #expect(try response.problem().code == fail)
            }
        }
        #expect(calls.count == 1)
    }

    @Test(
        "a failure of ours and a refusal of the moment free the key",
        arguments: [("limit", 429), ("crash", 500), ("own500", 503)]
    )
    func abandoned(fail: String, status: Int) async throws {
        let store = MemoryStore()
        try await application(store: store).test(.router) { client in
            for _ in 1...2 {
                let response = try await post(client, key: "k1", uri: "/things?fail=\(fail)")
                #expect(response.status.code == status)
                #expect(store.keys.isEmpty)
            }
        }
        #expect(calls.count == 2)
    }

    @Test("a malformed key is refused", arguments: ["", "a b", "é", String(repeating: "x", count: 256)])
    func malformed(key: String) async throws {
        try await application(store: MemoryStore()).test(.router) { client in
            let response = try await post(client, key: key)
            #expect(response.status == .unprocessableContent)
            #expect(try response.problem().errors?.first?.field == "Idempotency-Key")
        }
        #expect(calls.count == 0)
    }

    @Test("a body that is too long is refused before its key is reserved")
    func tooLong() async throws {
        let store = MemoryStore()
        try await application(store: store).test(.router) { client in
            var headers = HTTPFields.json
            headers[.idempotencyKey] = "k1"
            let response = try await client.execute(
                uri: "/things",
                method: .post,
                headers: headers,
                body: ByteBuffer(repeating: 32, count: 70_000)
            )
            #expect(response.status == .contentTooLarge)
        }
        #expect(store.keys.isEmpty)
    }
}
