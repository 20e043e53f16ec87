import Domain
import SQL
import Storage
import TestSupport
import Testing

/// What the database says is left, against the same reckoned from what was sent: two devices in turn, rules and zones that
/// change, bonuses, nights on which the clock is changed.
@Suite("Random rules in the database")
struct RandomRulesTests {
    /// Zones, and moments at which something happens to their clocks.
    private static let starts: [(zone: String, at: Int64)] = [
        ("Asia/Seoul", 1_795_395_600_000),
        // The hour after one comes twice.
        ("America/New_York", 1_793_512_800_000),
        ("Europe/London", 1_792_890_000_000),
        // Half an hour is left out.
        ("Australia/Lord_Howe", 1_791_041_400_000),
        ("Pacific/Apia", 1_795_395_600_000),
    ]

    /// The family as its devices know it.
    private struct Family {
        var rules = WatchRules.unlimited
        var zone: String
        var move: DayOfMove?
        var used: [Day: Allowance.Used] = [:]
        var bonuses: [Day: Int] = [:]

        func clock(at now: Instant) throws -> FamilyClock {
            FamilyClock(zone: try #require(ZoneClock(zone: zone, around: now)), dayOfMove: move)
        }

        mutating func watch(_ span: Span, _ category: Allowance.Category, at now: Instant) throws {
            let day = try clock(at: now).today(at: now)
            var sum = used[day] ?? Allowance.Used(total: .zero)
            sum.total = sum.total + span
            if category == .learning { sum.learning = sum.learning + span } else { sum.fun = sum.fun + span }
            used[day] = sum
        }

        func allowance(at now: Instant, current: Allowance.Current? = nil) throws -> Allowance {
            let clock = try clock(at: now)
            let counted = clock.countedDays(at: now)
            let used = used.filter { counted.contains($0.key) }.values.reduce(into: Allowance.Used(total: .zero)) {
                $0.total = $0.total + $1.total
                $0.learning = $0.learning + $1.learning
                $0.fun = $0.fun + $1.fun
            }
            return Allowance.evaluate(
                rules: rules,
                bonuses: try bonuses.map { try Bonus(day: $0.key, minutes: $0.value) },
                used: used,
                now: now,
                clock: clock,
                current: current
            )
        }
    }

    private struct Device {
        let category: Allowance.Category
        let video: Video.ID
        var play: Play.ID
        var startedAt: Instant
        var heardAt: Instant
        var number: Int64 = 0
    }

    private static func rules(_ random: inout SeededGenerator) throws -> WatchRules {
        func minutes() -> DailyMinutes {
            let every = Int.random(in: 0...60, using: &random)
            let unlimited = Int.random(in: 0..<8, using: &random)
            return DailyMinutes { weekday in
                weekday == Weekday.allCases[unlimited % 7] || unlimited < 3 ? nil : every
            }
        }
        let start = Int.random(in: 0...1_439, using: &random)
        let night = Bedtime(start: start, end: (start + .random(in: 1...700, using: &random)) % 1_440)
        return try WatchRules(
            minutes: minutes(),
            learning: minutes(),
            fun: minutes(),
            bedtimes: Int.random(in: 0..<3, using: &random) == 0 ? [night] : [],
            mayOfferWhatCannotFinish: Bool.random(using: &random)
        )
    }

    /// One family's days.
    private struct Days {
        let database: any Database
        let stores: Stores
        let child: Child
        let ids = IdentifierSource(clock: .system)
        var family: Family
        var devices: [Device] = []
        var now: Instant

        init(_ world: RandomWorld, _ database: any Database, zone: String, at now: Instant) async throws {
            let child = try #require(world.children.first { $0.birthMonth.year < 2023 })
            self.database = database
            self.child = child
            self.now = now
            stores = Stores(database: database)
            family = Family(zone: zone)
            try await database.write { transaction in
                for table: Query in ["play", "watch_day", "bonus", "watch_rule"] {
                    try transaction.run("DELETE FROM \(table)")
                }
                try transaction.run(
                    "UPDATE guardian SET time_zone = \(zone), move_first = NULL, move_last = NULL, move_until = NULL"
                )
            }
            let videos = world.subjects.filter { $0.video.state == .published }.map(\.video.id)
            for (category, video) in zip(Allowance.Category.allCases, videos) {
                devices.append(
                    Device(category: category, video: video, play: ids.next(), startedAt: now, heardAt: now)
                )
                try await begin(devices.count - 1)
            }
        }

        mutating func begin(_ place: Int) async throws {
            let play: Play.ID = ids.next()
            (devices[place].play, devices[place].number) = (play, 0)
            (devices[place].startedAt, devices[place].heardAt) = (now, now)
            let new = WatchingStore.NewPlay(id: play, child: child.id, video: devices[place].video, surface: .home)
            _ = try await stores.watching.begin(new, now: now)
        }

        mutating func change(_ random: inout SeededGenerator) async throws {
            family.rules = try RandomRulesTests.rules(&random)
            let isSet = try await stores.children.setRules(family.rules, of: child.id, now: now)
            #expect(isSet)
        }

        mutating func move(_ random: inout SeededGenerator) async throws {
            let zone = try #require(RandomRulesTests.starts.randomElement(using: &random)).zone
            guard zone != family.zone else { return }
            let there = try #require(ZoneClock(zone: zone, around: now))
            family.move = DayOfMove(from: try family.clock(at: now), to: there, at: now)
            family.zone = zone
            _ = try await stores.guardians.update(child.guardianID, language: nil, timeZone: zone, now: now)
        }

        mutating func grant(_ random: inout SeededGenerator) async throws {
            let minutes = Int.random(in: 1...90, using: &random)
            let day = try family.clock(at: now).today(at: now)
            let after = (family.bonuses[day] ?? 0) + minutes
            let grant = BonusStore.Grant(id: ids.next(), child: child.id, minutes: minutes)
            let outcome = try await stores.bonuses.grant(grant, now: now)
            guard after <= Bonus.limits.upperBound else {
                #expect(outcome == .tooMuch)
                return
            }
            family.bonuses[day] = after
            guard case .granted(let bonus, let time) = outcome else {
                Issue.record("not granted")
                return
            }
            let (wanted, left) = (try Bonus(day: day, minutes: after), try family.allowance(at: now))
            #expect(bonus == wanted && time.allowance(at: now) == left)
        }

        mutating func beat(_ random: inout SeededGenerator) async throws {
            let place = Int.random(in: devices.indices, using: &random)
            if now - devices[place].startedAt > .hours(20) { try await begin(place) }
            devices[place].number += 1
            let device = devices[place]
            let passed = (now - device.heardAt).milliseconds
            let played = Span(milliseconds: .random(in: 0...min(passed, 1_200_000), using: &random))
            let position = Span(milliseconds: .random(in: 0...700_000, using: &random))
            let beat = PlayLedger.Beat(
                number: device.number,
                at: now,
                position: position,
                played: played,
                state: .playing
            )
            let setting = WatchingStore.Setting(
                areas: device.category == .learning ? [.nature] : [],
                duration: .minutes(10)
            )
            let arrival = WatchingStore.Arrival(play: device.play, beats: [beat]) { _ in setting }
            let tally = try #require(try await stores.watching.count(arrival, now: now))
            devices[place].heardAt = now
            #expect(tally.credited == played)
            try family.watch(played, device.category, at: now)
            let current = Allowance.Current(category: device.category, remaining: max(.zero, .minutes(10) - position))
            #expect(tally.current == current)
            let allowance = tally.time.allowance(at: now, current: current)
            let (playing, resting) = (
                try family.allowance(at: now, current: current), try family.allowance(at: now)
            )
            #expect(allowance == playing)
            try check(allowance)
            let sight = try #require(try await stores.sights.sight(of: child.id, now: now))
            #expect(sight.time.allowance(at: now) == resting)
        }

        /// Never below zero, and never more than the day was granted.
        private func check(_ allowance: Allowance) throws {
            let counted = try family.clock(at: now).countedDays(at: now)
            let bonus = family.bonuses.filter { counted.contains($0.key) }.values.reduce(0, +)
            for (left, minutes) in [
                (allowance.totalLeft, family.rules.minutes), (allowance.learningLeft, family.rules.learning),
                (allowance.funLeft, family.rules.fun),
            ] {
                guard let granted = minutes[Weekday(of: allowance.day)] else { continue }
                let span = try #require(left)
                #expect(span >= .zero && span <= .minutes(Int64(granted + bonus)))
            }
            #expect(allowance.remaining.map { $0 >= .zero } ?? true)
        }
    }

    @Test("what is left is what was granted without what was watched, on two devices", arguments: Engine.allCases)
    func reckoned(engine: Engine) async throws {
        var random = SeededGenerator(seed: 41)
        let database = try await engine.makeDatabase()
        let world = RandomWorld(now: Instant(millisecondsSince1970: Self.starts[0].at), using: &random)
        try await world.store(in: database)
        for run in 0..<25 {
            let start = Self.starts[run % Self.starts.count]
            let before = Int64.random(in: 0...30 * 3_600_000, using: &random)
            let now = Instant(millisecondsSince1970: start.at - before)
            var days = try await Days(world, database, zone: start.zone, at: now)
            try await days.change(&random)
            for _ in 0..<40 {
                let isLong = Int.random(in: 0..<8, using: &random) == 0
                let step = Int64.random(in: 1...(isLong ? 6 * 3_600_000 : 600_000), using: &random)
                days.now = days.now + Span(milliseconds: step)
                switch Int.random(in: 0..<20, using: &random) {
                case 0: try await days.change(&random)
                case 1: try await days.move(&random)
                case 2, 3: try await days.grant(&random)
                default: try await days.beat(&random)
                }
            }
        }
    }
}
