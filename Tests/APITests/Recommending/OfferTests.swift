import API
import Contract
import Domain
import Foundation
import HTTPTypes
import Logging
import SQL
import ServerKit
import ServiceLifecycle
import Storage
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import kyck

@Suite("Offers that are shown, opened and watched through")
struct OfferTests {
    /// A family that has watched something, so that its lists give several reasons.
    private static func watching(
        _ engine: Engine,
        _ test: @Sendable @escaping (APIFixture, APIFixture.Family, [Video.ID]) async throws -> Void
    ) async throws {
        try await APIFixture.run(engine) { api in
            let labels = [try await api.addLabel(.topic, "숫자"), try await api.addLabel(.topic, "동물")]
            let videos = try await api.publish(
                (0..<8).map { number in
                    SeedVideo("노래 \(number)") { $0.labels = [labels[number % 2]] }
                }
            )
            let family = try await api.family()
            try await api.watch(videos[0], seconds: 120, state: .ended, in: family)
            try await api.watch(videos[1], seconds: 50, in: family)
            try await test(api, family, videos)
        }
    }

    /// The reasons of everything in an answer.
    private static func reasons(_ answer: APIAnswer) -> [String: Int] {
        let lists = answer.json["shelves"].array.map { $0["videos"].array } + [answer.json["items"].array]
        return lists.joined().reduce(into: [:]) { counts, video in
            if let code = video["reason"]["code"].string { counts[code, default: 0] += 1 }
        }
    }

    private static func shown(_ api: APIFixture, on surface: Surface) async throws -> [String: Int] {
        let totals = try await api.services.stores.offers.totals().filter {
            $0.offer.surface == surface && $0.shown > 0
        }
        return Dictionary(uniqueKeysWithValues: totals.map { ($0.offer.reasonName, $0.shown) })
    }

    private static func metric(_ api: APIFixture, _ stage: String, _ surface: String, _ reason: String) -> String? {
        let start = #"offers_\#(stage)_total{reason="\#(reason)",surface="\#(surface)"} "#
        return api.platform.metrics.text().split(separator: "\n").first { $0.hasPrefix(start) }
            .map { String($0.dropFirst(start.count)) }
    }

    @Test("a home, recommendations and similar videos count what they show by its reason", arguments: Engine.allCases)
    func shown(engine: Engine) async throws {
        try await Self.watching(engine) { api, family, videos in
            for (path, surface) in [
                ("/home", Surface.home), ("/recommendations?n=5", .recommendations),
                ("/videos/\(videos[0])/similar", .similar),
            ] {
                let first = Self.reasons(
                    try await api.send(.get, family.path + path, as: family.childToken).require(200)
                )
                let second = Self.reasons(
                    try await api.send(.get, family.path + path, as: family.childToken).require(200)
                )
                #expect(!first.isEmpty, "\(path) gives no reason: this test proves nothing about it")
                #expect(try await Self.shown(api, on: surface).isEmpty, "a list is a read")
                await api.services.offers.flush()
                let expected = first.merging(second, uniquingKeysWith: +)
                #expect(try await Self.shown(api, on: surface) == expected)
                for (reason, count) in expected {
                    #expect(Self.metric(api, "shown", surface.rawValue, reason) == "\(count)")
                }
            }
            // What gives no reasons counts nothing, and what was written is not written again.
            let before = try await api.services.stores.offers.totals()
            for path in ["/history", "/favourites", "/search?q=노래".encoded, "/videos/\(videos[0])"] {
                try await api.send(.get, family.path + path, as: family.guardian.token).require(200)
            }
            await api.services.offers.flush()
            #expect(try await api.services.stores.offers.totals() == before)
        }
    }

    @Test("a play passes the reason back, and is counted once by surface and reason", arguments: Engine.allCases)
    func opened(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let body: JSON = [
                "video_id": .string(video.description), "surface": "similar", "reason": "because_you_watched",
            ]
            let headers: HTTPFields = [.idempotencyKey: "offer-1"]
            for _ in 1...3 {
                let answer = try await api.send(
                    .post,
                    family.path + "/plays",
                    body,
                    as: family.childToken,
                    headers: headers
                )
                try answer.require(201)
            }
            try await api.play(video, in: family).require(201)
            let null: JSON = ["video_id": .string(video.description), "surface": "home", "reason": .null]
            try await api.send(.post, family.path + "/plays", null, as: family.childToken).require(201)
            #expect(
                try await api.services.stores.offers.totals() == [
                    .init(offer: Offer(surface: .home, reason: nil), shown: 0, opened: 2, finished: 0),
                    .init(
                        offer: Offer(surface: .similar, reason: .becauseYouWatched),
                        shown: 0,
                        opened: 1,
                        finished: 0
                    ),
                ]
            )
            #expect(Self.metric(api, "opened", "home", "none") == "2")
            #expect(Self.metric(api, "opened", "similar", "because_you_watched") == "1")
            #expect(Self.metric(api, "opened", "search", "balance") == "0", "each is there from the start")
        }
    }

    @Test("a reason that is none is refused, and names the field", arguments: Engine.allCases)
    func unknown(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            for reason in [JSON.string("none"), "because", "", 3, true, ["new"]] {
                let body: JSON = ["video_id": .string(video.description), "surface": "home", "reason": reason]
                let answer = try await api.send(.post, family.path + "/plays", body, as: family.childToken)
                answer.expect(.invalidField, "\(reason)")
                #expect(answer.json["errors"][0]["field"] == "reason")
            }
            #expect(try await api.contents().counts["play"] == 0)
            #expect(try await api.services.stores.offers.totals().isEmpty)
        }
    }

    @Test("a play that passes nine tenths is watched through once, whatever is sent again", arguments: Engine.allCases)
    func finished(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let offer = Offer(surface: .home, reason: .new)
            let play = try await api.begin(video, in: family, reason: .new)
            let start = api.clock.now
            let beats = (Int64(1)...12).map { number in
                PlayLedger.Beat(
                    number: number,
                    at: start + .seconds(number * 10),
                    position: .seconds(number * 10),
                    played: .seconds(10),
                    state: number == 12 ? .ended : .playing
                )
            }
            for (number, beat) in beats.enumerated() {
                api.clock.advance(.seconds(10))
                try await api.beats(play, [beat], as: family.childToken).require(200)
                let finished = try await api.services.stores.offers.totals().map(\.finished)
                #expect(finished == [number + 1 < 11 ? 0 : 1], "108 of 120 seconds are nine tenths")
            }
            // The outbox once more, all at once, and after a while.
            try await api.beats(play, beats, as: family.guardian.token).require(200)
            api.clock.advance(.minutes(5))
            try await api.beats(play, beats.reversed(), as: family.guardian.token).require(200)
            #expect(
                try await api.services.stores.offers.totals() == [.init(offer: offer, shown: 0, opened: 1, finished: 1)]
            )
            #expect(Self.metric(api, "finished", "home", "new") == "1")
        }
    }

    // MARK: Writing what was shown

    /// A database whose next writes end as they are told.
    private final class Faulty: Database {
        let wrapped: any Database
        private let failures: Mutex<[DatabaseError]>
        var dialect: Dialect { wrapped.dialect }

        init(_ wrapped: any Database, failures: [DatabaseError]) {
            self.wrapped = wrapped
            self.failures = Mutex(failures)
        }

        func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            try await wrapped.read(body)
        }

        @discardableResult
        func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            // Of an outcome that nobody knows, it is the one where everything was written.
            if let failure, failure != .outcomeUnknown { throw failure }
            let answer = try await wrapped.write(body)
            if let failure { throw failure }
            return answer
        }

        func checkWritable() async throws { try await wrapped.checkWritable() }
        func close() async throws { try await wrapped.close() }
    }

    private static func counter(_ api: APIFixture, _ database: any Database) -> OfferCounter {
        OfferCounter(
            store: OfferStore(database: database),
            clock: api.clock.clock,
            record: { _, _, _ in },
            logger: Logger(label: "test")
        )
    }

    @Test(
        "what could not be written is written later, and what may have been written is not written twice",
        arguments: Engine.allCases
    )
    func failures(engine: Engine) async throws {
        try await Self.watching(engine) { api, family, _ in
            let answer = try await api.send(.get, family.path + "/recommendations", as: family.childToken).require(200)
            let list: List<VideoResponse> = try answer.decode()
            let count = list.items.count
            let counter = Self.counter(
                api,
                Faulty(api.database, failures: [.unavailable("away"), .full, .outcomeUnknown])
            )
            func written() async throws -> Int { try await Self.shown(api, on: .similar).values.reduce(0, +) }
            counter.shown(list.items, on: .similar)
            await counter.flush()
            #expect(try await written() == 0)
            counter.shown(list.items, on: .similar)
            await counter.flush()
            #expect(try await written() == 0)
            await counter.flush()
            #expect(try await written() == 2 * count)
            await counter.flush()
            #expect(try await written() == 2 * count)
            counter.shown(list.items, on: .similar)
            await counter.flush()
            #expect(try await written() == 3 * count)
        }
    }

    private struct Started: Service {
        let signal: AsyncStream<Void>.Continuation

        func run() async throws {
            signal.finish()
            try await gracefulShutdown()
        }
    }

    @Test("the end of the service writes what is left", arguments: Engine.allCases)
    func shutdown(engine: Engine) async throws {
        try await Self.watching(engine) { api, family, _ in
            let answer = try await api.send(.get, family.path + "/recommendations", as: family.childToken).require(200)
            let list: List<VideoResponse> = try answer.decode()
            let counter = Self.counter(api, api.database)
            let (started, signal) = AsyncStream<Void>.makeStream()
            let group = ServiceGroup(
                services: [OfferWriter(offers: counter, period: .seconds(86_400)), Started(signal: signal)],
                logger: Logger(label: "test")
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                for await _ in started {}
                counter.shown(list.items, on: .similar)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(try await Self.shown(api, on: .similar).values.reduce(0, +) == list.items.count)
        }
    }
}

extension String {
    fileprivate var encoded: String { addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? self }
}
