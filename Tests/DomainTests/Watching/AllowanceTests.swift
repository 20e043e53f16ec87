import Domain
import Testing

@Suite("The allowance")
struct AllowanceTests {
    /// Monday, 23 November 2026, in Seoul (UTC+9), at a time of the day.
    private static func monday(_ hour: Int64, _ minute: Int64 = 0, _ second: Int64 = 0) -> Instant {
        Instant(millisecondsSince1970: 1_795_359_600_000) + .hours(hour) + .minutes(minute) + .seconds(second)
    }

    private func clock(_ zone: String = "Asia/Seoul", at now: Instant = monday(12)) throws -> FamilyClock {
        FamilyClock(zone: try #require(ZoneClock(zone: zone, around: now)))
    }

    private func allowance(
        _ rules: WatchRules,
        used: Span = .zero,
        at now: Instant,
        bonuses: [Bonus] = [],
        video: Span? = nil
    ) throws -> Allowance {
        Allowance.evaluate(
            rules: rules,
            bonuses: bonuses,
            used: Allowance.Used(total: used, fun: used),
            now: now,
            clock: try clock(at: now),
            current: video.map { Allowance.Current(category: .fun, remaining: $0) }
        )
    }

    @Test("Without rules nothing ends by itself")
    func unlimited() throws {
        let allowance = try allowance(.unlimited, used: .hours(20), at: Self.monday(23), video: .hours(3))
        #expect(allowance.remaining == nil && allowance.endsAt == nil && allowance.warning == nil)
        #expect(allowance.over == nil && allowance.mayFinish)
        #expect(allowance.admits(duration: .hours(30), category: .learning))
        #expect(!allowance.mayAutoplayNext(count: 0), "autoplay is off until the guardian turns it on")
    }

    @Test("An hour a day: what is left, when it ends, and when it is time to say so")
    func anHour() throws {
        let rules = try WatchRules(minutes: DailyMinutes(every: 60))
        let half = try allowance(rules, used: .minutes(30), at: Self.monday(12))
        #expect(half.remaining == .minutes(30) && half.totalLeft == .minutes(30) && half.learningLeft == nil)
        #expect(half.endsAt == Self.monday(12, 30) && half.warning == nil && half.over == nil)
        #expect(try allowance(rules, used: .seconds(3_299), at: Self.monday(12)).warning == nil)
        #expect(try allowance(rules, used: .seconds(3_300), at: Self.monday(12)).warning == .fiveMinutes)
        #expect(try allowance(rules, used: .seconds(3_540), at: Self.monday(12)).warning == .oneMinute)
        let over = try allowance(rules, used: .minutes(61), at: Self.monday(12))
        #expect(over.over == .timeOver && over.remaining == .zero && over.endsAt == nil && over.warning == nil)
        #expect(over.totalLeft == .zero)
    }

    @Test("A bonus of the day adds to it, one of another day does not")
    func bonus() throws {
        let rules = try WatchRules(minutes: DailyMinutes(every: 60), fun: DailyMinutes(every: 10))
        let today = try Bonus(day: try #require(Day("2026-11-23")), minutes: 20)
        let yesterday = try Bonus(day: try #require(Day("2026-11-22")), minutes: 20)
        let allowance = try allowance(rules, used: .minutes(5), at: Self.monday(12), bonuses: [yesterday, today])
        #expect(allowance.totalLeft == .minutes(75) && allowance.funLeft == .minutes(25))
    }

    @Test("Two budgets without a limit of the day are its limit, and a bonus is given once")
    func budgets() throws {
        let rules = try WatchRules(learning: DailyMinutes(every: 30), fun: DailyMinutes(every: 20))
        let bonus = try Bonus(day: try #require(Day("2026-11-23")), minutes: 10)
        let evaluate = { (learning: Int64, fun: Int64, category: Allowance.Category?) throws in
            Allowance.evaluate(
                rules: rules,
                bonuses: [bonus],
                used: .init(total: .minutes(learning + fun), learning: .minutes(learning), fun: .minutes(fun)),
                now: Self.monday(12),
                clock: try clock(),
                current: category.map { .init(category: $0, remaining: .minutes(10)) }
            )
        }
        #expect(try evaluate(0, 0, nil).totalLeft == .minutes(60))
        let fun = try evaluate(10, 30, .fun)
        #expect(fun.over == .funOver && !fun.admits(duration: .minutes(1), category: .fun))
        #expect(fun.over(for: .learning) == nil && fun.admits(duration: .minutes(20), category: .learning))
        #expect(try evaluate(10, 30, nil).over == nil && evaluate(10, 30, nil).remaining == .minutes(20))
        #expect(try evaluate(40, 10, .learning).over == .learningOver)
        #expect(try evaluate(40, 20, .learning).over == .timeOver && evaluate(40, 20, nil).over == .timeOver)
    }

    @Test("A bedtime over midnight ends the evening, keeps the night and opens the morning, whatever bonus there is")
    func bedtime() throws {
        let rules = try WatchRules(minutes: DailyMinutes(every: 60), bedtimes: [Bedtime(start: 1_200, end: 420)])
        let bonus = try Bonus(day: try #require(Day("2026-11-23")), minutes: 240)
        let evening = try allowance(rules, at: Self.monday(19, 56), bonuses: [bonus])
        #expect(evening.endsAt == Self.monday(20) && evening.remaining == .minutes(4))
        #expect(evening.warning == .fiveMinutes && evening.totalLeft == .minutes(300))
        for now in [Self.monday(20), Self.monday(23, 59), Self.monday(0), Self.monday(6, 59, 59)] {
            #expect(try allowance(rules, at: now, bonuses: [bonus]).over == .bedtime)
        }
        #expect(try allowance(rules, at: Self.monday(7)).over == nil)
        #expect(try allowance(rules, at: Self.monday(19, 59, 59)).over == nil)
    }

    @Test("Where tomorrow has minutes of its own, watching goes on over midnight")
    func midnight() throws {
        let rules = try WatchRules(minutes: DailyMinutes { $0 == .tuesday ? 30 : 60 })
        let allowance = try allowance(rules, used: .minutes(10), at: Self.monday(23, 50))
        #expect(allowance.endsAt == Self.monday(24, 30))
        #expect(allowance.remaining == .minutes(40), "what is left of today and until the end")
        let none = try WatchRules(minutes: DailyMinutes { $0 == .tuesday ? 0 : 60 })
        #expect(try self.allowance(none, at: Self.monday(23, 50)).endsAt == Self.monday(24))
    }

    @Test("A video with less than three minutes left when time runs out may finish, then nothing more")
    func gentleEnd() throws {
        let rules = try WatchRules(minutes: DailyMinutes(every: 60))
        let mayFinish = { (used: Span, video: Span) in
            try allowance(rules, used: used, at: Self.monday(12), video: video).mayFinish
        }
        #expect(try mayFinish(.minutes(50), .seconds(779)))
        #expect(try !mayFinish(.minutes(50), .seconds(780)))
        #expect(try mayFinish(.minutes(60), .seconds(179)))
        #expect(try !mayFinish(.minutes(60), .seconds(180)))
        // It has run for two minutes since, and so had three left.
        #expect(try !mayFinish(.minutes(62), .seconds(60)))
        #expect(try mayFinish(.minutes(62), .seconds(59)))
        #expect(try !mayFinish(.minutes(64), .seconds(1)), "a longer one is not let through by being watched on")
        let over = try allowance(rules, used: .minutes(61), at: Self.monday(12), video: .seconds(10))
        #expect(over.mayFinish && over.over == .timeOver)
        #expect(!over.admits(duration: .seconds(10), category: .fun) && !over.mayAutoplayNext(count: 0))
    }

    @Test("The gentle end of a bedtime is counted by the clock")
    func gentleBedtime() throws {
        let rules = try WatchRules(bedtimes: [
            Bedtime(start: 1_080, end: 1_200), Bedtime(start: 1_200, end: 420),
        ])
        #expect(try allowance(rules, at: Self.monday(18, 1), video: .seconds(119)).mayFinish)
        #expect(try !allowance(rules, at: Self.monday(18, 1), video: .seconds(120)).mayFinish)
        // Two bedtimes that touch are one: it began at six.
        #expect(try !allowance(rules, at: Self.monday(20, 0), video: .seconds(1)).mayFinish)
    }

    @Test("What cannot finish is offered only where the guardian allows it, the gentle end or not")
    func offers() throws {
        for allowed in [false, true] {
            let rules = try WatchRules(minutes: DailyMinutes(every: 60), mayOfferWhatCannotFinish: allowed)
            let allowance = try allowance(rules, used: .minutes(50), at: Self.monday(12))
            #expect(allowance.admits(duration: .minutes(10), category: .fun))
            #expect(allowance.admits(duration: .seconds(601), category: .fun) == allowed)
        }
    }

    @Test("As many videos follow by themselves as the guardian set")
    func autoplay() throws {
        let rules = try WatchRules(viewing: ViewingRules(autoplayCap: 2), minutes: DailyMinutes(every: 60))
        let allowance = try allowance(rules, at: Self.monday(12))
        #expect([0, 1, 2, 3].map(allowance.mayAutoplayNext) == [true, true, false, false])
    }
}
