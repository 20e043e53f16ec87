import Domain
import ServerKit
import Synchronization

/// The wall clock and the monotonic one, which go when the test says so.
final class SettableClock: Sendable {
    /// 2026-11-23, ten in the morning in Seoul.
    static let start = Instant(millisecondsSince1970: 1_795_395_600_000)

    private let wall = Mutex(start)
    private let monotonic = Mutex<Int64>(1_000_000_000)

    var now: Instant { wall.withLock { $0 } }
    var clock: Domain.Clock { Domain.Clock { self.now } }
    var nanoseconds: @Sendable () -> Int64 { { self.monotonic.withLock { $0 } } }

    /// Time passes.
    func advance(_ span: Span) {
        wall.withLock { $0 = $0 + span }
        monotonic.withLock { $0 += span.milliseconds * 1_000_000 }
    }

    /// Somebody sets the clock; no time passes.
    func jump(_ span: Span) {
        wall.withLock { $0 = $0 + span }
    }
}

/// A network that takes every message and shows what it took.
final class SMSCapture: SMSSender {
    struct Message: Sendable, Equatable {
        let text: String
        let phone: PhoneNumber
    }

    /// Nobody's number: a message to it tells that everything before it has been sent.
    static let marker = PhoneNumber("010-0000-0000")

    private let taken = Mutex<[Message]>([])

    func send(_ text: String, to phone: PhoneNumber) async throws {
        if phone != Self.marker { taken.withLock { $0.append(Message(text: text, phone: phone)) } }
    }

    var all: [Message] { taken.withLock { $0 } }

    func messages(to phone: String) -> [String] {
        all.filter { $0.phone == PhoneNumber(phone) }.map(\.text)
    }
}

extension MessageQueue {
    /// Returns once everything enqueued before has been sent, and what follows from it is done: messages go out one
    /// after the other.
    func settle() async {
        await withCheckedContinuation { continuation in
            guard let nobody = SMSCapture.marker else { preconditionFailure("the marker is no number") }
            let marker = Message(text: "", phone: nobody) { continuation.resume() }
            // A full or stopped queue would leave the test waiting for ever.
            precondition(enqueue(marker), "the message queue takes nothing more")
        }
    }
}

/// A recommender that fails, or offers whatever it is told to.
struct RecommenderDouble: RecommendationSource {
    struct Failure: Error {}

    let answer: @Sendable () throws -> [Recommendation]

    static let failing = RecommenderDouble { throw Failure() }

    func recommendations(for child: Child.ID, limit: Int, excluding: Set<Video.ID>) async throws -> [Recommendation] {
        try answer()
    }

    func home(for child: Child.ID, limit: Int) async throws -> HomeRecommendations {
        HomeRecommendations(continuations: try answer(), recommendations: try answer())
    }

    func neighbours(of video: Video.ID, limit: Int) async throws -> [Recommendation] {
        try answer()
    }

    func learn(from child: Child.ID) async throws {
        _ = try answer()
    }
}
