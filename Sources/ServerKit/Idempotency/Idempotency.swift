import Contract
import Crypto
package import Hummingbird
import Logging
import NIOCore

/// Makes a POST that creates something safe to repeat (the draft `Idempotency-Key` header of the IETF's httpapi group):
/// the answer to the first is replayed to every further one with the same key and body.
package struct Idempotency: Sendable {
    private let store: any IdempotencyStore

    package init(store: any IdempotencyStore) {
        self.store = store
    }

    /// Runs `handler` unless the request was answered before; a request without the header just runs.
    ///
    /// - Parameters:
    ///   - owner: whose keys these are.
    ///   - handler: gets the request with its body collected, so that it can be read once more.
    /// - Throws: `Problem` 422 (`invalid_field` for a malformed key, `idempotency_key_reused`), 409
    ///   (`idempotency_in_progress`), 410 (`gone`: what the first request made has been deleted), 413, and whatever
    ///   `handler` throws.
    package func callAsFunction<Context: RequestContext>(
        _ request: Request,
        context: Context,
        owner: String,
        handler: (Request, Context) async throws -> some ResponseGenerator
    ) async throws -> Response {
        let fields = request.headers[values: .idempotencyKey]
        guard let key = fields.first else {
            return try await handler(request, context).response(from: request, context: context)
        }
        guard fields.count == 1, Self.isWellFormed(key) else { throw Problem.invalid("Idempotency-Key") }
        var request = request
        let bytes = try await request.collectBytes(upTo: context.maxUploadSize)
        request.body = RequestBody(buffer: ByteBuffer(bytes: bytes))
        switch try await store.begin(owner: owner, key: key, requestHash: Self.hash(request, body: bytes)) {
        case .finished(let answer): return Self.replay(answer)
        case .inProgress: throw Problem(.idempotencyInProgress, retryAfter: 1)
        case .otherRequest: throw Problem(.idempotencyKeyReused)
        case .forgotten: throw Problem(.gone)
        case .started: break
        }
        do {
            let response = try await handler(request, context).response(from: request, context: context)
            return try await keep(response, owner: owner, key: key, context: context)
        } catch {
            // A refusal of ours is an answer, too; anything else leaves the key free for another try.
            guard let problem = Problem(describing: error),
                let response = try? problem.response(from: request, context: context)
            else {
                await abandon(owner: owner, key: key, context: context)
                throw error
            }
            return try await keep(response, owner: owner, key: key, context: context)
        }
    }

    private func keep(
        _ response: Response,
        owner: String,
        key: String,
        context: some RequestContext
    ) async throws -> Response {
        let body = try await response.collectBytes()
        let answer = StoredAnswer(
            status: response.status.code,
            body: body,
            location: response.headers[.location]
        )
        if answer.isFinal {
            do {
                try await store.finish(owner: owner, key: key, answer: answer)
            } catch {
                // The work is done and must be answered. A repetition waits until the reservation has aged, see the store.
                context.logger.warning("Idempotent answer was not kept", metadata: ["error": "\(error)"])
            }
        } else {
            await abandon(owner: owner, key: key, context: context)
        }
        return Response(
            status: response.status,
            headers: response.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// In a task of its own, for the key must be freed also when this request's task has been cancelled.
    private func abandon(owner: String, key: String, context: some RequestContext) async {
        let logger = context.logger
        await Task {
            do {
                try await store.abandon(owner: owner, key: key)
            } catch {
                logger.warning("Idempotency key was not freed", metadata: ["error": "\(error)"])
            }
        }.value
    }

    /// 1–255 visible ASCII characters.
    private static func isWellFormed(_ key: String) -> Bool {
        (1...255).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Parts are told apart by their lengths, so that no two requests run together to the same bytes.
    private static func hash(_ request: Request, body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        for part in [Array(request.method.rawValue.utf8), Array(request.uri.string.utf8), body] {
            withUnsafeBytes(of: UInt64(part.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        return Array(hash.finalize())
    }

    private static func replay(_ answer: StoredAnswer) -> Response {
        var headers: HTTPFields = [.idempotencyReplayed: "true"]
        if !answer.body.isEmpty {
            headers[.contentType] = answer.status < 400 ? "application/json" : "application/problem+json"
        }
        headers[.location] = answer.location
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}

extension Response {
    /// The bytes of the body, which can be had once.
    fileprivate func collectBytes() async throws -> [UInt8] {
        let collector = BodyCollector()
        try await body.write(collector)
        return collector.bytes
    }
}

/// Takes a body's bytes instead of a connection.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws {
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
