import Domain
import Foundation
import SQL
import Storage
import TestSupport
import Testing

@Suite("How many children watch a video")
struct PopularityTests {
    private static let start = Instant(millisecondsSince1970: 1_795_000_000_000)

    private struct World {
        let stores: Stores
        let children: [Child]
        let videos: [Video.ID]

        init(_ engine: Engine) async throws {
            let database = try await engine.makeDatabase()
            var random = SeededGenerator(seed: 12)
            let world = RandomWorld(now: PopularityTests.start, using: &random)
            try await world.store(in: database)
            stores = Stores(database: database)
            children = world.children
            videos = world.subjects.prefix(3).map(\.video.id)
        }

        func begin(_ child: Int, _ video: Int, at now: Instant) async throws {
            let play = WatchingStore.NewPlay(
                id: IdentifierSource(clock: .system).next(),
                child: children[child].id,
                video: videos[video],
                surface: .home
            )
            _ = try await stores.watching.begin(play, now: now)
        }

        func children(of video: Int, at now: Instant) async throws -> Double {
            try await stores.popularity.children(now: now)[videos[video]]?.everyone ?? 0
        }
    }

    @Test("A child counts once, half as much after a month, and anew when it comes back", arguments: Engine.allCases)
    func oneChild(engine: Engine) async throws {
        let world = try await World(engine)
        #expect(try await world.stores.popularity.children(now: Self.start).isEmpty)
        for minute in 0..<5 { try await world.begin(0, 0, at: Self.start + .minutes(Int64(minute))) }
        #expect(abs(try await world.children(of: 0, at: Self.start) - 1) < 1e-9)
        let month = Self.start + PopularityStore.halfLife
        #expect(abs(try await world.children(of: 0, at: month) - 0.5) < 1e-9)
        try await world.begin(0, 0, at: month)
        #expect(abs(try await world.children(of: 0, at: month) - 1) < 1e-9)
        try await world.begin(1, 0, at: month)
        #expect(abs(try await world.children(of: 0, at: month) - 2) < 1e-9)
        #expect(try await world.children(of: 1, at: month) == 0)
    }

    @Test("Whatever begins, comes back and goes, it is the sum over the children there are", arguments: Engine.allCases)
    func sum(engine: Engine) async throws {
        let world = try await World(engine)
        var random = SeededGenerator(seed: 21)
        var (now, counted, gone): (Instant, [[Int]: Instant], Set<Int>) = (Self.start, [:], [])
        for step in 0..<150 {
            now = now + .hours(Int64.random(in: 0...36, using: &random))
            let child = Int.random(in: 0..<world.children.count, using: &random)
            if step % 50 == 49, gone.insert(child).inserted {
                let leaving = world.children[child]
                _ = try await world.stores.children.delete(
                    leaving.id,
                    of: leaving.guardianID,
                    at: "/v1/children/\(leaving.id)",
                    now: now
                )
                counted = counted.filter { $0.key[0] != child }
            }
            guard !gone.contains(child) else { continue }
            let video = Int.random(in: 0..<world.videos.count, using: &random)
            try await world.begin(child, video, at: now)
            let last = counted[[child, video]]
            if last.map({ now - $0 > PopularityStore.rest }) ?? true { counted[[child, video]] = now }
        }
        #expect(gone.count > 1 && !counted.isEmpty)
        for video in world.videos.indices {
            let expected = counted.filter { $0.key[1] == video }.values.reduce(0) { sum, moment in
                sum + exp2(-Double((now - moment).milliseconds) / Double(PopularityStore.halfLife.milliseconds))
            }
            #expect(abs(try await world.children(of: video, at: now) - expected) < 1e-9)
        }
    }

    @Test("Two devices of a child and many children at once are each counted once", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        let world = try await World(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for child in world.children.indices {
                for _ in 0..<4 { group.addTask { try await world.begin(child, 2, at: Self.start) } }
            }
            try await group.waitForAll()
        }
        let children = try await world.children(of: 2, at: Self.start)
        #expect(abs(children - Double(world.children.count)) < 1e-9)
        let groups = try #require(try await world.stores.popularity.children(now: Self.start)[world.videos[2]])
        for group in AgeGroup.allCases {
            let expected = try world.children.count { try Self.group(of: $0, at: Self.start) == group }
            #expect(abs(groups[group] - Double(expected)) < 1e-9)
        }
    }

    private static func group(of child: Child, at now: Instant) throws -> AgeGroup {
        let calendar = try #require(FamilyCalendar(zone: "Asia/Seoul"))
        return AgeGroup(ageInMonths: child.birthMonth.ageInMonths(in: try #require(calendar.month(of: now))))
    }

    @Test(
        "A child counts at its age of the day it began, and what it gave before a birthday comes along",
        arguments: Engine.allCases
    )
    func birthdays(engine: Engine) async throws {
        let world = try await World(engine)
        let youngest = try #require(
            world.children.indices.max { world.children[$0].birthMonth < world.children[$1].birthMonth }
        )
        let child = world.children[youngest]
        var (now, groups): (Instant, [AgeGroup]) = (Self.start, [])
        for _ in 0..<100 {
            try await world.begin(youngest, 0, at: now)
            let group = try Self.group(of: child, at: now)
            groups.append(group)
            let counted = try #require(try await world.stores.popularity.children(now: now)[world.videos[0]])
            for other in AgeGroup.allCases { #expect(abs(counted[other] - (other == group ? 1 : 0)) < 1e-9) }
            now = now + .days(30)
        }
        #expect(Set(groups).count > 1, "the child had no birthday that counts")
        // Taken out where it counts last.
        _ = try await world.stores.children.delete(
            child.id,
            of: child.guardianID,
            at: "/v1/children/\(child.id)",
            now: now
        )
        #expect(try await world.stores.popularity.children(now: now)[world.videos[0]] == nil)
    }
}
