import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("Watching in the database")
struct WatchingStoreTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    /// One child, one video, and a few words for watching it.
    private struct Living {
        let stores: Stores
        let child: Child.ID
        let video: Video.ID
        let setting: WatchingStore.Setting

        init(_ engine: Engine) async throws {
            let database = try await engine.makeDatabase()
            var random = SeededGenerator(seed: 9)
            let world = RandomWorld(now: WatchingStoreTests.now, using: &random)
            try await world.store(in: database)
            stores = Stores(database: database)
            child = try #require(world.children.first).id
            video = try #require(world.subjects.first).video.id
            setting = WatchingStore.Setting(
                areas: [.art, .nature],
                duration: .minutes(10)
            )
        }

        func begin(at now: Instant) async throws -> (play: Play.ID, resume: Span) {
            let play = WatchingStore.NewPlay(
                id: IdentifierSource(clock: .system).next(),
                child: child,
                video: video,
                surface: .home
            )
            return (play.id, try await stores.watching.begin(play, now: now).resume)
        }

        func beat(_ play: Play.ID, _ number: Int64, at: Instant, now: Instant) async throws -> WatchingStore.Tally? {
            let beat = PlayLedger.Beat(
                number: number,
                at: at,
                position: .seconds(number * 10),
                played: .seconds(10),
                state: .playing
            )
            let setting = setting
            return try await stores.watching.count(.init(play: play, beats: [beat]) { _ in setting }, now: now)
        }
    }

    @Test("A beat of yesterday's play adds its time and moves nothing that came after it", arguments: Engine.allCases)
    func olderPlay(engine: Engine) async throws {
        let living = try await Living(engine)
        let old = try await living.begin(at: Self.now)
        let recent = try await living.begin(at: Self.now + .hours(2))
        let later = Self.now + .hours(2) + .seconds(60)
        _ = try await living.beat(recent.play, 5, at: later, now: later)
        let late = later + .minutes(10)
        let tally = try await living.beat(old.play, 1, at: Self.now + .seconds(10), now: late)
        #expect(tally?.credited == .seconds(10))
        let again = try await living.begin(at: late + .seconds(1))
        #expect(again.resume == .seconds(50), "the child goes on where it was last")
    }

    @Test("The same play begun twice is one play", arguments: Engine.allCases)
    func sameID(engine: Engine) async throws {
        let living = try await Living(engine)
        let play = WatchingStore.NewPlay(
            id: IdentifierSource(clock: .system).next(),
            child: living.child,
            video: living.video,
            surface: .home
        )
        _ = try await living.stores.watching.begin(play, now: Self.now)
        _ = try await living.stores.watching.begin(play, now: Self.now)
        let history = try await living.stores.history.watched(by: living.child, limit: 10)
        #expect(history.map(\.plays) == [1])
    }

    @Test("Two devices at once: every table adds up to the same", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        let living = try await Living(engine)
        var plays: [Play.ID] = []
        for _ in 0..<4 { plays.append(try await living.begin(at: Self.now).play) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for play in plays {
                group.addTask {
                    for number in Int64(1)...10 {
                        let now = Self.now + .seconds(number * 10)
                        _ = try await living.beat(play, number, at: now, now: now)
                    }
                }
            }
            try await group.waitForAll()
        }
        let history = try await living.stores.history.watched(by: living.child, limit: 10)
        #expect(history.map(\.watched) == [.seconds(400)])
        let sight = try await living.stores.sights.sight(of: living.child, now: Self.now)
        #expect(sight?.time.used.total == .seconds(400))
    }

    @Test("Somebody else's play is no play", arguments: Engine.allCases)
    func refused(engine: Engine) async throws {
        let living = try await Living(engine)
        let play = try await living.begin(at: Self.now).play
        let arrival = WatchingStore.Arrival(play: play, beats: []) { _ in nil }
        #expect(try await living.stores.watching.count(arrival, now: Self.now) == nil)
    }
}
