import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("What is counted of offers")
struct OfferStoreTests {
    /// Ten minutes before an hour ends.
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000).startOfHour + .minutes(50)
    private static let popular = Offer(surface: .home, reason: .popularAtThisAge)

    /// A child, a video of 100 seconds that it plays, and what was counted.
    private struct Playing {
        let stores: Stores
        let child: Child.ID
        let video: Video.ID

        init(_ engine: Engine) async throws {
            let database = try await engine.makeDatabase()
            var random = SeededGenerator(seed: 11)
            let world = RandomWorld(now: OfferStoreTests.now, using: &random)
            try await world.store(in: database)
            stores = Stores(database: database)
            child = try #require(world.children.first).id
            video = try #require(world.subjects.first).video.id
        }

        func begin(_ offer: Offer = OfferStoreTests.popular, at now: Instant) async throws -> Play.ID {
            let play = WatchingStore.NewPlay(
                id: IdentifierSource(clock: .system).next(),
                child: child,
                video: video,
                surface: offer.surface,
                reason: offer.reason
            )
            #expect(try await stores.watching.begin(play, now: now).isRepeated == false)
            #expect(try await stores.watching.begin(play, now: now).isRepeated)
            return play.id
        }

        /// Beats of ten seconds up to a second of the play; returns what each was told to have finished.
        @discardableResult
        func beats(
            _ play: Play.ID,
            _ numbers: ClosedRange<Int64>,
            since start: Instant,
            heardAt: Instant? = nil,
            duration: Span = .seconds(100)
        ) async throws -> [Offer?] {
            let setting = WatchingStore.Setting(
                areas: [],
                duration: duration
            )
            var finished: [Offer?] = []
            for number in numbers {
                let at = start + .seconds(number * 10)
                let beat = PlayLedger.Beat(
                    number: number,
                    at: at,
                    position: .seconds(number * 10),
                    played: .seconds(10),
                    state: .playing
                )
                let arrival = WatchingStore.Arrival(play: play, beats: [beat]) { _ in setting }
                finished.append(try await stores.watching.count(arrival, now: heardAt ?? at)?.finished)
            }
            return finished
        }

        func total(_ offer: Offer = OfferStoreTests.popular, since: Instant? = nil) async throws -> OfferStore.Total? {
            try await stores.offers.totals(since: since).first { $0.offer == offer }
        }
    }

    @Test("Nothing was counted yet", arguments: Engine.allCases)
    func nothing(engine: Engine) async throws {
        let offers = OfferStore(database: try await engine.makeDatabase())
        #expect(try await offers.totals().isEmpty)
        #expect(try await offers.totals(since: Self.now).isEmpty)
    }

    @Test("What is shown adds up by hour, and is told from an hour on", arguments: Engine.allCases)
    func shown(engine: Engine) async throws {
        let offers = OfferStore(database: try await engine.makeDatabase())
        let next = Offer(surface: .similar, reason: .becauseYouWatched)
        let (early, late) = (Self.now, Self.now + .minutes(10))
        #expect(try await offers.add(shown: [.init(Self.popular, at: early): 3, .init(next, at: early): 1]))
        #expect(try await offers.add(shown: [.init(Self.popular, at: early + .minutes(9)): 4]))
        #expect(try await offers.add(shown: [.init(Self.popular, at: late): 5]))
        #expect(
            try await offers.totals() == [
                OfferStore.Total(offer: Self.popular, shown: 12, opened: 0, finished: 0),
                OfferStore.Total(offer: next, shown: 1, opened: 0, finished: 0),
            ]
        )
        let since = try await offers.totals(since: late.startOfHour)
        #expect(since == [OfferStore.Total(offer: Self.popular, shown: 5, opened: 0, finished: 0)])
    }

    @Test("Many who add at once lose nothing", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        let offers = OfferStore(database: try await engine.makeDatabase())
        let all = Offer.Stage.shown.offers
        let counts = Dictionary(uniqueKeysWithValues: all.map { (OfferStore.Cell($0, at: Self.now), 1) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await offers.add(shown: counts) } }
            try await group.waitForAll()
        }
        #expect(try await offers.totals().map(\.shown) == all.map { _ in 20 })
    }

    @Test(
        "A play counts as opened once, however often it is begun, and under none without a reason",
        arguments: Engine.allCases
    )
    func opened(engine: Engine) async throws {
        let playing = try await Playing(engine)
        _ = try await playing.begin(at: Self.now)
        _ = try await playing.begin(at: Self.now + .hours(1))
        let bare = Offer(surface: .search, reason: nil)
        _ = try await playing.begin(bare, at: Self.now)
        #expect(
            try await playing.stores.offers.totals() == [
                OfferStore.Total(offer: Self.popular, shown: 0, opened: 2, finished: 0),
                OfferStore.Total(offer: bare, shown: 0, opened: 1, finished: 0),
            ]
        )
        #expect(bare.reasonName == "none")
    }

    @Test("A play is watched through once, with the beat that passes nine tenths", arguments: Engine.allCases)
    func finished(engine: Engine) async throws {
        let playing = try await Playing(engine)
        let play = try await playing.begin(at: Self.now)
        let told = try await playing.beats(play, 1...10, since: Self.now)
        #expect(told == [nil, nil, nil, nil, nil, nil, nil, nil, Self.popular, nil])
        // The outbox sends everything once more, hours later.
        let again = try await playing.beats(play, 1...10, since: Self.now, heardAt: Self.now + .hours(3))
        #expect(again.allSatisfy { $0 == nil })
        try await playing.beats(play, 11...30, since: Self.now)
        #expect(try await playing.total() == OfferStore.Total(offer: Self.popular, shown: 0, opened: 1, finished: 1))
    }

    @Test("Late beats finish a play in the hour it began", arguments: Engine.allCases)
    func late(engine: Engine) async throws {
        let playing = try await Playing(engine)
        let play = try await playing.begin(at: Self.now)
        try await playing.beats(play, 1...9, since: Self.now, heardAt: Self.now + .hours(5))
        #expect(try await playing.total()?.finished == 1)
        #expect(try await playing.total(since: Self.now.startOfHour + .hours(1)) == nil)
    }

    @Test("Who goes on in the middle need not watch the first half again", arguments: Engine.allCases)
    func resumed(engine: Engine) async throws {
        let playing = try await Playing(engine)
        let first = try await playing.begin(at: Self.now)
        try await playing.beats(first, 1...5, since: Self.now)
        let start = Self.now + .minutes(5)
        let second = try await playing.begin(at: start)
        #expect(try await playing.beats(second, 1...4, since: start) == [nil, nil, nil, Self.popular])
        #expect(try await playing.total() == OfferStore.Total(offer: Self.popular, shown: 0, opened: 2, finished: 1))
    }

    @Test("A jump to the end is not watching through, nor is a video of unknown length", arguments: Engine.allCases)
    func jump(engine: Engine) async throws {
        let playing = try await Playing(engine)
        let play = try await playing.begin(at: Self.now)
        let setting = WatchingStore.Setting(
            areas: [],
            duration: .seconds(100)
        )
        let end = PlayLedger.Beat(
            number: 1,
            at: Self.now + .seconds(2),
            position: .seconds(100),
            played: .seconds(100),
            state: .ended
        )
        let arrival = WatchingStore.Arrival(play: play, beats: [end]) { _ in setting }
        let tally = try await playing.stores.watching.count(arrival, now: Self.now + .seconds(2))
        #expect(tally?.accepted == 1 && tally?.finished == nil)
        let endless = try await playing.begin(at: Self.now + .minutes(10))
        let told = try await playing.beats(
            endless,
            1...20,
            since: Self.now + .minutes(10),
            duration: Span(milliseconds: .max / 2)
        )
        #expect(told.allSatisfy { $0 == nil })
        #expect(try await playing.total()?.finished == 0)
    }

    @Test("An unwritten word of a later version hides nothing", arguments: Engine.allCases)
    func laterReason(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO offer_hour (hour_at, surface, reason, shown, opened, finished)
                VALUES (\(Self.now.startOfHour), 'home', 'of_tomorrow', 7, 2, 1)
                """
            )
        }
        let totals = try await OfferStore(database: database).totals()
        #expect(totals == [.init(offer: Offer(surface: .home, reason: nil), shown: 7, opened: 2, finished: 1)])
    }
}
