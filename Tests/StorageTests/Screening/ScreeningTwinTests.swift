import Domain
import SQL
import Storage
import TestSupport
import Testing

/// The pure function decides; its SQL twin only spares reading the whole catalogue. Over random catalogues and children
/// the two never differ.
@Suite("Screening and its SQL twin")
struct ScreeningTwinTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    @Test("They agree on random catalogues and children", arguments: Engine.allCases)
    func agree(engine: Engine) async throws {
        var allowed = 0
        var refusals: Set<Screening.Refusal> = []
        var ages: Set<Int> = []
        for seed in UInt64(1)...6 {
            var random = SeededGenerator(seed: seed)
            let world = RandomWorld(now: Self.now, using: &random)
            let database = try await engine.makeDatabase()
            try await world.store(in: database)
            let stores = Stores(database: database)
            for child in world.children {
                let viewer = try #require(try await stores.sights.sight(of: child.id, now: Self.now)).viewer
                ages.insert(viewer.age)
                let expected = world.subjects.filter { subject in
                    switch Screening.verdict(subject, for: viewer, at: Self.now) {
                    case .allowed:
                        allowed += 1
                        return true
                    case .refused(let refusal):
                        refusals.insert(refusal)
                        return false
                    }
                }.map(\.video.id).sorted()
                let predicate = ScreeningPredicate(
                    child: child.id,
                    age: viewer.age,
                    approvedOnly: child.rules.approvedOnly,
                    now: Self.now
                )
                let found = try await stores.catalogue.visible(through: predicate, after: nil, limit: 10_000)
                #expect(found == expected, "seed \(seed), child \(child.nickname), age \(viewer.age)")
            }
        }
        // A property that is never put to the test proves nothing.
        #expect(allowed > 50)
        #expect(refusals == Set(Screening.Refusal.allCases))
        #expect(ages.count > 6)
    }

    @Test("The snapshot holds exactly what is published, with its labels", arguments: Engine.allCases)
    func snapshot(engine: Engine) async throws {
        var random = SeededGenerator(seed: 7)
        let world = RandomWorld(now: Self.now, using: &random)
        let database = try await engine.makeDatabase()
        try await world.store(in: database)
        let snapshot = try await Stores(database: database).catalogue.snapshot()
        let published = world.subjects.filter { $0.video.state == .published }
        #expect(Set(snapshot.entries.map(\.subject)) == Set(published))
    }

    @Test("A page goes on where the page before it ended", arguments: Engine.allCases)
    func pages(engine: Engine) async throws {
        var random = SeededGenerator(seed: 11)
        let world = RandomWorld(now: Self.now, using: &random)
        let database = try await engine.makeDatabase()
        try await world.store(in: database)
        let store = CatalogueStore(database: database)
        let child = try #require(world.children.first { !$0.rules.approvedOnly })
        let predicate = ScreeningPredicate(child: child.id, age: 4, approvedOnly: false, now: Self.now)
        let whole = try await store.visible(through: predicate, after: nil, limit: 10_000)
        var paged: [Video.ID] = []
        while true {
            let page = try await store.visible(through: predicate, after: paged.last, limit: 3)
            paged += page
            if page.count < 3 { break }
        }
        #expect(whole.count > 6)
        #expect(paged == whole)
    }
}

/// The catalogue in memory under the load it was made for.
@Suite("The catalogue cache")
struct CatalogueCacheTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    @Test("Many who ask at once are all answered, and a new version is seen at once", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        var random = SeededGenerator(seed: 5)
        let world = RandomWorld(now: Self.now, using: &random)
        let database = try await engine.makeDatabase()
        try await world.store(in: database)
        let cache = CatalogueCache(store: CatalogueStore(database: database))
        for round in 1...3 {
            let version = try await CatalogueStore(database: database).version()
            let versions = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<64 { group.addTask { try await cache.current().version } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(versions.count == 64)
            #expect(versions.allSatisfy { $0 >= version }, "round \(round)")
            try await database.write { transaction in
                try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
            }
        }
    }

    @Test("An outline that says no means a refusal, and one that says yes leaves only the child's own rules")
    func outline() {
        var (admitted, refused) = (0, 0)
        for seed in UInt64(20)...40 {
            var random = SeededGenerator(seed: seed)
            let world = RandomWorld(now: Self.now, using: &random)
            for subject in world.subjects {
                let outline = Screening.Outline(subject)
                for age in 0...12 {
                    let verdict = Screening.verdict(subject, for: Screening.Viewer(age: age), at: Self.now)
                    #expect(outline.admits(age: age, at: Self.now) == verdict.isAllowed)
                    if verdict.isAllowed { admitted += 1 } else { refused += 1 }
                }
            }
        }
        #expect(admitted > 1_000 && refused > 1_000)
    }
}
