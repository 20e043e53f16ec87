import Domain
import Testing

@Suite("Moving to another time zone")
struct DayOfMoveTests {
    private static let zones = [
        "Asia/Seoul", "America/New_York", "Europe/London", "Pacific/Apia", "Pacific/Pago_Pago", "Asia/Kathmandu",
    ]
    /// Monday, 23 November 2026, 10:00 in Seoul and 20:00 of the day before in New York.
    private static let moment = Instant(millisecondsSince1970: 1_795_395_600_000)

    private func clock(_ zone: String, at now: Instant = moment) throws -> ZoneClock {
        try #require(ZoneClock(zone: zone, around: now))
    }

    @Test("Flying east: the new date's minutes are given less what the old one had, until both are over")
    func east() throws {
        let (old, new) = (try clock("America/New_York"), try clock("Asia/Seoul"))
        let move = DayOfMove(from: FamilyClock(zone: old), to: new, at: Self.moment)
        let family = FamilyClock(zone: new, dayOfMove: move)
        #expect(family.today(at: Self.moment).description == "2026-11-23")
        let days = family.countedDays(at: Self.moment)
        #expect([days.lowerBound, days.upperBound].map(\.description) == ["2026-11-22", "2026-11-23"])
        // Midnight of the 23rd in Seoul, 14 hours later; in New York the 22nd is over in four.
        #expect(move.until == Self.moment + .hours(14))
        #expect(family.countedDays(at: move.until).lowerBound.description == "2026-11-24")
    }

    @Test("Flying west: no date has its minutes again")
    func west() throws {
        let (old, new) = (try clock("Asia/Seoul"), try clock("America/New_York"))
        let move = DayOfMove(from: FamilyClock(zone: old), to: new, at: Self.moment)
        let family = FamilyClock(zone: new, dayOfMove: move)
        #expect(family.today(at: Self.moment).description == "2026-11-22")
        #expect(move.until == Self.moment + .hours(14))
        let later = family.countedDays(at: Self.moment + .hours(5))
        #expect([later.lowerBound, later.upperBound].map(\.description) == ["2026-11-22", "2026-11-23"])
        #expect(family.today(at: Self.moment + .hours(5)).description == "2026-11-23")
        #expect(family.countedDays(at: move.until).lowerBound.description == "2026-11-23")
    }

    @Test("The forecast over midnight knows what the day of the move has had")
    func forecast() throws {
        let (old, new) = (try clock("Asia/Seoul"), try clock("America/New_York"))
        let move = DayOfMove(from: FamilyClock(zone: old), to: new, at: Self.moment)
        let now = Self.moment + .hours(4) - .minutes(10)
        let rules = try WatchRules(minutes: DailyMinutes(every: 60))
        let evaluate = { (dayOfMove: DayOfMove?) in
            Allowance.evaluate(
                rules: rules,
                used: .init(total: .minutes(30)),
                now: now,
                clock: FamilyClock(zone: new, dayOfMove: dayOfMove)
            )
        }
        #expect(evaluate(move).endsAt == now + .minutes(30))
        #expect(evaluate(nil).endsAt == now + .minutes(70))
    }

    /// One child that watches whenever it may, in steps of ten minutes, in a family that moves as it likes.
    private struct Greedy {
        /// A date in a zone the family lived in when that date began there.
        struct Lived {
            let zone: ZoneClock
            let day: Day
            var watched = Span.zero
        }

        static let step = Span.minutes(10)
        var family: FamilyClock
        var byDate: [Day: Span] = [:]
        var lived: [Lived] = []

        mutating func live(_ now: Instant, rules: WatchRules) {
            let today = family.today(at: now)
            if family.today(at: now - Self.step) != today { lived.append(Lived(zone: family.zone, day: today)) }
            let days = family.countedDays(at: now)
            let used = byDate.reduce(Span.zero) { days.contains($1.key) ? $0 + $1.value : $0 }
            let allowance = Allowance.evaluate(rules: rules, used: .init(total: used), now: now, clock: family)
            guard allowance.over == nil else { return }
            byDate[today, default: .zero] = byDate[today, default: .zero] + Self.step
            for place in lived.indices where lived[place].zone.day(of: now) == lived[place].day {
                lived[place].watched = lived[place].watched + Self.step
            }
        }
    }

    @Test("However often the zone is changed, a day that was begun gives its minutes once")
    func neverTwice() throws {
        let rules = try WatchRules(minutes: DailyMinutes(every: 60))
        var random = SplitMix(state: 7)
        var (days, full) = (0, 0)
        for _ in 0..<60 {
            let zones = try Self.zones.map { try #require(ZoneClock(zone: $0, around: Self.moment, days: 20)) }
            var greedy = Greedy(family: FamilyClock(zone: zones[0]))
            for step in 0..<Int64(7 * 144) {
                // To the minute of the step, as zones differ by quarters of an hour.
                let now = Self.moment + Span(milliseconds: step * Greedy.step.milliseconds)
                if Int.random(in: 0..<100, using: &random) == 0, let zone = zones.randomElement(using: &random) {
                    let move = DayOfMove(from: greedy.family, to: zone, at: now)
                    greedy.family = FamilyClock(zone: zone, dayOfMove: move)
                }
                greedy.live(now, rules: rules)
            }
            days += greedy.lived.count
            full += greedy.lived.filter { $0.watched == .minutes(60) }.count
            #expect(greedy.lived.allSatisfy { $0.watched <= .minutes(60) })
        }
        #expect(days > 200 && full > 50)
    }
}
