import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("Rules and time in the database")
struct WatchTimeTests {
    /// Monday, 23 November 2026, ten in the morning in Seoul.
    private static let now = Instant(millisecondsSince1970: 1_795_395_600_000)

    private static func rules() throws -> WatchRules {
        var minutes = DailyMinutes(every: 60)
        minutes[.saturday] = nil
        minutes[.sunday] = 0
        return try WatchRules(
            viewing: ViewingRules(approvedOnly: true, searchEnabled: true, autoplayCap: 3),
            minutes: minutes,
            learning: .unlimited,
            fun: DailyMinutes(every: 30),
            bedtimes: [
                Bedtime(on: [.sunday, .monday], start: 1_260, end: 390), Bedtime(on: [.tuesday], start: 780, end: 840),
            ],
            mayOfferWhatCannotFinish: true
        )
    }

    private static func child(in database: any Database) async throws -> Child {
        var random = SeededGenerator(seed: 4)
        let world = RandomWorld(now: now, using: &random)
        try await world.store(in: database)
        return try #require(world.children.first)
    }

    @Test("Rules come back as they were stored", arguments: Engine.allCases)
    func roundTrip(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let stores = Stores(database: database)
        let child = try await Self.child(in: database)
        #expect(try await stores.children.profile(child.id)?.rules == WatchRules(viewing: child.rules))
        let rules = try Self.rules()
        #expect(try await stores.children.setRules(rules, of: child.id, now: Self.now))
        let profile = try #require(try await stores.children.profile(child.id))
        #expect(profile.rules == rules && profile.child.rules == rules.viewing)
        #expect(try await stores.sights.sight(of: child.id, now: Self.now)?.time.rules == rules)
        #expect(try await stores.children.setRules(.unlimited, of: child.id, now: Self.now))
        #expect(try await stores.children.profile(child.id)?.rules == .unlimited)
    }

    @Test(
        "Rules that cannot be read open nothing until they are set anew",
        arguments: Engine.allCases,
        [
            "", "{}", "null",
            #"{"minutes":[1],"learning":[],"fun":[],"bedtimes":[],"may_offer_what_cannot_finish":true}"#,
        ]
    )
    func unreadable(engine: Engine, text: String) async throws {
        let database = try await engine.makeDatabase()
        let stores = Stores(database: database)
        let child = try await Self.child(in: database)
        let id = child.id
        try await database.write { transaction in
            try transaction.run("INSERT INTO watch_rule (child_id, rules, updated_at) VALUES (\(id), \(text), 0)")
        }
        let profile = try #require(try await stores.children.profile(id))
        #expect(profile.hasUnreadableRules && profile.rules == .closed(viewing: child.rules))
        // Whatever hour of the year it is, and whatever is granted.
        let grant = BonusStore.Grant(id: IdentifierSource(clock: .system).next(), child: id, minutes: 240)
        guard case .granted(_, let time) = try await stores.bonuses.grant(grant, now: Self.now) else {
            Issue.record("not granted")
            return
        }
        #expect(time.allowance(at: Self.now).over == .bedtime)
        for hour in stride(from: Int64(0), to: 366 * 24, by: 5) {
            let now = Self.now + .hours(hour)
            let left = try #require(try await stores.sights.sight(of: id, now: now)).time.allowance(at: now)
            #expect(left.over == .bedtime && left.remaining == .zero)
        }
        #expect(try await stores.children.setRules(try Self.rules(), of: id, now: Self.now))
        #expect(try await stores.children.profile(id)?.hasUnreadableRules == false)
    }

    @Test("A grant counts once, whatever day it is repeated on", arguments: Engine.allCases)
    func grant(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let stores = Stores(database: database)
        let child = try await Self.child(in: database)
        #expect(try await stores.children.setRules(try Self.rules(), of: child.id, now: Self.now))
        let grant = BonusStore.Grant(id: IdentifierSource(clock: .system).next(), child: child.id, minutes: 20)
        for time in [Self.now, Self.now + .hours(1), Self.now + .days(1)] {
            guard case .granted(let bonus, let left) = try await stores.bonuses.grant(grant, now: time) else {
                Issue.record("not granted")
                return
            }
            #expect(bonus.minutes == 20)
            #expect(left.bonuses == (time < Self.now + .hours(2) ? [bonus] : []))
        }
        let unknown = BonusStore.Grant(id: grant.id, child: IdentifierSource(clock: .system).next(), minutes: 20)
        #expect(try await stores.bonuses.grant(unknown, now: Self.now) == .absent)
    }
}
