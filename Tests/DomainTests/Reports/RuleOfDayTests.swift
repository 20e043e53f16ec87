import Domain
import Testing

@Suite("What the rules say of a day")
struct RuleOfDayTests {
    /// A Monday.
    private let monday: Day

    init() throws {
        monday = try #require(Day("2026-11-16"))
    }

    private func day(_ offset: Int64) -> Day { Day(number: monday.number + offset) }

    @Test(
        "The day's minutes, or both budgets together where they are less, and the bonus; nil where nothing limits all"
    )
    func limit() throws {
        var minutes = DailyMinutes.unlimited
        minutes[.monday] = 30
        minutes[.tuesday] = 0
        let rules = try WatchRules(minutes: minutes)
        #expect(rules.limits(of: day(0)).total == .minutes(30))
        #expect(rules.limits(of: day(0), bonus: 15).total == .minutes(45))
        #expect(rules.limits(of: day(1)).total == .zero)
        #expect(!rules.limits(of: day(2)).isAny)
        #expect(!rules.limits(of: day(2), bonus: 15).isAny)
        #expect(!WatchRules.unlimited.limits(of: day(0)).isAny)
        let budgets = try WatchRules(
            minutes: minutes,
            learning: DailyMinutes(every: 10),
            fun: DailyMinutes { $0 == .monday ? 5 : nil }
        )
        #expect(budgets.limits(of: day(0)).total == .minutes(15))
        #expect(budgets.limits(of: day(1)).total == .zero)
        let open = budgets.limits(of: day(2), bonus: 5)
        #expect(open.total == nil && open.fun == nil, "fun has no end")
        #expect(open.learning == .minutes(15) && open.isAny)
    }

    @Test("The night that begins on its evening, or after its midnight; no rest at noon and no supper")
    func bedtime() throws {
        let rules = try WatchRules(
            bedtimes: [
                Bedtime(on: [.monday], start: 20 * 60 + 30, end: 7 * 60), Bedtime(start: 13 * 60, end: 15 * 60),
                Bedtime(on: [.monday], start: 18 * 60, end: 18 * 60 + 30),
                Bedtime(on: [.wednesday], start: 30, end: 6 * 60),
            ]
        )
        #expect(rules.bedtime(of: day(0)) == 20 * 60 + 30)
        #expect(rules.bedtime(of: day(1)) == 30, "half an hour into Wednesday")
        #expect(rules.bedtime(of: day(2)) == nil)
        #expect(rules.bedtime(of: day(-1)) == nil)
    }
}
