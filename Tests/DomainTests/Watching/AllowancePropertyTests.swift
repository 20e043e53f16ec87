import Domain
import Testing

@Suite("Properties of the allowance")
struct AllowancePropertyTests {
    /// Rules and a moment in them, to the millisecond.
    private struct Case {
        static let zones = [
            "Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "UTC",
        ]

        var rules: WatchRules
        var bonus: Bonus?
        var used: Allowance.Used
        var now: Instant
        var clock: FamilyClock
        var current: Allowance.Current?

        init(_ random: inout SplitMix) throws {
            let zone = Self.zones.randomElement(using: &random) ?? "UTC"
            now = Instant(millisecondsSince1970: .random(in: 1_767_000_000_000...1_830_000_000_000, using: &random))
            clock = FamilyClock(zone: try #require(ZoneClock(zone: zone, around: now)))
            let counts = (0..<3).map { _ in
                Int.random(in: 0..<4, using: &random) == 0 ? nil : Int.random(in: 0...150, using: &random)
            }
            let start = Int.random(in: 0...1_439, using: &random)
            let night = Bedtime(start: start, end: (start + .random(in: 1...700, using: &random)) % 1_440)
            rules = try WatchRules(
                minutes: DailyMinutes(every: counts[0]),
                learning: DailyMinutes(every: counts[1]),
                fun: DailyMinutes(every: counts[2]),
                bedtimes: Bool.random(using: &random) ? [night] : []
            )
            let (learning, fun) = (
                Int64.random(in: 0...6_000_000, using: &random), Int64.random(in: 0...6_000_000, using: &random)
            )
            used = Allowance.Used(
                total: Span(milliseconds: learning + fun),
                learning: Span(milliseconds: learning),
                fun: Span(milliseconds: fun)
            )
            current = Allowance.Category.allCases.randomElement(using: &random).map {
                Allowance.Current(
                    category: $0,
                    remaining: Span(milliseconds: .random(in: 0...3_000_000, using: &random))
                )
            }
            if Bool.random(using: &random) {
                bonus = try Bonus(day: clock.today(at: now), minutes: .random(in: 1...120, using: &random))
            }
        }

        func allowance(after passed: Span = .zero, watched: Span = .zero) -> Allowance {
            var (used, current) = (used, current)
            used.total = used.total + watched
            if current?.category == .learning { used.learning = used.learning + watched }
            if current?.category == .fun { used.fun = used.fun + watched }
            if let remaining = current?.remaining { current?.remaining = max(.zero, remaining - watched) }
            return Allowance.evaluate(
                rules: rules,
                bonuses: bonus.map { [$0] } ?? [],
                used: used,
                now: now + passed,
                clock: clock,
                current: current
            )
        }
    }

    private static func atMost(_ less: Span?, _ more: Span?) -> Bool {
        guard let more else { return true }
        guard let less else { return false }
        return less <= more
    }

    private func each(_ seed: UInt64, _ check: (Case, inout SplitMix) throws -> Void) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<3_000 { try check(try Case(&random), &random) }
    }

    @Test("Nothing is ever below zero or more than was granted")
    func bounds() throws {
        try each(1) { one, _ in
            let allowance = one.allowance()
            let bonus = Int64(one.bonus?.minutes ?? 0)
            for (left, minutes) in [
                (allowance.totalLeft, one.rules.minutes), (allowance.learningLeft, one.rules.learning),
                (allowance.funLeft, one.rules.fun),
            ] {
                #expect(left.map { $0 >= .zero } ?? true)
                let granted = minutes[Weekday(of: allowance.day)].map { Span.minutes(Int64($0) + bonus) }
                #expect(Self.atMost(left, granted))
            }
            #expect(allowance.remaining.map { $0 >= .zero } ?? true)
            #expect(Self.atMost(allowance.remaining, allowance.totalLeft))
            if let endsAt = allowance.endsAt {
                #expect(endsAt > one.now && Self.atMost(allowance.remaining, endsAt - one.now))
            }
            #expect((allowance.over == nil) == (allowance.remaining != .zero))
            if allowance.over != nil { #expect(allowance.endsAt == nil && allowance.warning == nil) }
        }
    }

    @Test("A larger bonus never takes anything away")
    func bonus() throws {
        try each(2) { one, random in
            var more = one
            let minutes = (one.bonus?.minutes ?? 0) + .random(in: 1...120, using: &random)
            more.bonus = try Bonus(day: one.clock.today(at: one.now), minutes: minutes)
            let (before, after) = (one.allowance(), more.allowance())
            #expect(Self.atMost(before.remaining, after.remaining) && Self.atMost(before.totalLeft, after.totalLeft))
            #expect(Self.atMost(before.learningLeft, after.learningLeft) && Self.atMost(before.funLeft, after.funLeft))
            #expect(before.over != nil || after.over == nil)
            #expect(!before.mayFinish || after.mayFinish)
            let video = Span.minutes(.random(in: 1...90, using: &random))
            for category in Allowance.Category.allCases where before.admits(duration: video, category: category) {
                #expect(after.admits(duration: video, category: category))
            }
        }
    }

    @Test("Time watched never gives anything back")
    func watched() throws {
        try each(3) { one, random in
            let watched = Span(milliseconds: .random(in: 1...3_000_000, using: &random))
            var more = one
            more.used.total = more.used.total + watched
            if Bool.random(using: &random) {
                more.used.learning = more.used.learning + watched
            } else {
                more.used.fun = more.used.fun + watched
            }
            let (before, after) = (one.allowance(), more.allowance())
            #expect(Self.atMost(after.remaining, before.remaining) && Self.atMost(after.totalLeft, before.totalLeft))
            #expect(before.over == nil || after.over != nil)
            #expect(before.mayFinish || !after.mayFinish)
            #expect(after.endsAt.map { $0 <= before.endsAt ?? $0 } ?? (after.over != nil || before.endsAt == nil))
        }
    }

    @Test("It ends when it said it would, and not a millisecond before")
    func steppingForward() throws {
        var checked = 0
        try each(4) { one, random in
            let allowance = one.allowance()
            let midnight = one.clock.zone.nextDay(after: one.now)
            // Over midnight the day's used time begins anew, which is the random weeks' part of this.
            guard one.current != nil, let endsAt = allowance.endsAt, endsAt < midnight else { return }
            checked += 1
            let whole = endsAt - one.now
            #expect(one.allowance(after: whole, watched: whole).over != nil)
            let before = whole - Span(milliseconds: 1)
            #expect(one.allowance(after: before, watched: before).over == nil)
            let part = Span(milliseconds: .random(in: 0..<whole.milliseconds, using: &random))
            let later = one.allowance(after: part, watched: part)
            #expect(later.endsAt == endsAt && later.remaining == endsAt - (one.now + part))
            #expect(later.mayFinish == allowance.mayFinish || one.current?.remaining ?? .zero < part)
        }
        #expect(checked > 500)
    }

    @Test("Nothing that runs on past its time may finish once three minutes are over")
    func grace() throws {
        var checked = 0
        try each(5) { one, _ in
            let allowance = one.allowance()
            guard one.current != nil, let endsAt = allowance.endsAt, endsAt < one.clock.zone.nextDay(after: one.now)
            else {
                return
            }
            let late = endsAt + WatchRules.gentleEnd - one.now
            guard one.now + late < one.clock.zone.nextDay(after: one.now) else { return }
            var longer = one
            longer.current?.remaining = late + .minutes(1)
            let later = longer.allowance(after: late, watched: late)
            // A bedtime of less than three minutes can be over by then.
            guard later.over != nil else { return }
            checked += 1
            #expect(!later.mayFinish)
        }
        #expect(checked > 500)
    }
}
