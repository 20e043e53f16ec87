import Domain
import Testing

@Suite("Watch rules")
struct WatchRulesTests {
    private func refusal(_ make: () throws -> WatchRules) -> WatchRules.Refusal? {
        do {
            _ = try make()
            return nil
        } catch {
            return error as? WatchRules.Refusal
        }
    }

    @Test("Minutes are none to all of a day, and whichever is not is named", arguments: [-1, 1_441, 1_500, .max, .min])
    func minutes(count: Int) {
        var minutes = DailyMinutes(every: 60)
        minutes[.wednesday] = count
        #expect(refusal { try WatchRules(minutes: minutes) } == .init(field: .minutes(.wednesday), reason: .outOfRange))
        #expect(refusal { try WatchRules(learning: minutes) }?.field.path == "learning.wednesday")
        #expect(refusal { try WatchRules(fun: minutes) }?.field.path == "fun.wednesday")
    }

    @Test("None, all and no limit are minutes, each day its own")
    func minutesAtTheEdge() throws {
        let minutes = DailyMinutes { $0 == .monday ? 0 : $0 == .sunday ? nil : 1_440 }
        let rules = try WatchRules(minutes: minutes, learning: minutes, fun: minutes)
        #expect(Weekday.allCases.map { rules.minutes[$0] } == [0, 1_440, 1_440, 1_440, 1_440, 1_440, nil])
    }

    @Test("A bedtime has minutes of a day, at least one, on at least one weekday")
    func bedtimes() {
        let good = Bedtime(on: [.monday], start: 600, end: 601)
        let cases: [(Bedtime, WatchRules.Field, WatchRules.Reason, String)] = [
            (Bedtime(start: 1_500, end: 420), .bedtimeStart(1), .outOfRange, "bedtimes.1.start"),
            (Bedtime(start: -1, end: 420), .bedtimeStart(1), .outOfRange, "bedtimes.1.start"),
            (Bedtime(start: 1_200, end: 1_440), .bedtimeEnd(1), .outOfRange, "bedtimes.1.end"),
            (Bedtime(start: 1_200, end: 1_200), .bedtimeEnd(1), .endIsStart, "bedtimes.1.end"),
            (Bedtime(on: [], start: 1_200, end: 420), .bedtimeWeekdays(1), .empty, "bedtimes.1.weekdays"),
            (Bedtime(start: 540, end: 660), .bedtime(1), .overlaps(0), "bedtimes.1"),
        ]
        for (bedtime, field, reason, path) in cases {
            #expect(refusal { try WatchRules(bedtimes: [good, bedtime]) } == .init(field: field, reason: reason))
            #expect(field.path == path)
        }
    }

    @Test("Bedtimes may touch and may not overlap, over midnight and from Sunday to Monday too")
    func overlap() {
        let night = Bedtime(on: [.sunday], start: 1_200, end: 420)
        #expect(refusal { try WatchRules(bedtimes: [night, Bedtime(on: [.monday], start: 420, end: 480)]) } == nil)
        #expect(refusal { try WatchRules(bedtimes: [night, Bedtime(on: [.sunday], start: 1_140, end: 1_200)]) } == nil)
        #expect(refusal { try WatchRules(bedtimes: [night, Bedtime(on: [.sunday], start: 60, end: 120)]) } == nil)
        let early = Bedtime(on: [.monday], start: 419, end: 480)
        #expect(
            refusal { try WatchRules(bedtimes: [night, early]) } == .init(field: .bedtime(1), reason: .overlaps(0))
        )
        #expect(
            refusal { try WatchRules(bedtimes: [early, night]) } == .init(field: .bedtime(1), reason: .overlaps(0))
        )
    }

    @Test("Twenty-one bedtimes are enough")
    func many() {
        let bedtimes = (0..<22).map { Bedtime(start: $0 * 10, end: $0 * 10 + 5) }
        #expect(refusal { try WatchRules(bedtimes: Array(bedtimes.dropLast())) } == nil)
        #expect(refusal { try WatchRules(bedtimes: bedtimes) } == .init(field: .bedtimes, reason: .tooMany))
    }

    @Test("At most ten videos follow by themselves", arguments: [-1, 11])
    func autoplay(cap: Int) {
        let viewing = ViewingRules(autoplayCap: cap)
        let refusal = refusal { try WatchRules(viewing: viewing) }
        #expect(refusal == .init(field: .autoplayCap, reason: .outOfRange))
        #expect(refusal?.field.path == "autoplay_cap")
    }

    @Test("Weekdays equal the calendar's, before 1970 too")
    func weekdays() throws {
        #expect(Weekday(of: try #require(Day("2026-11-23"))) == .monday)
        #expect(Weekday(of: Day(number: 0)) == .thursday)
        #expect(Weekday(of: Day(number: -1)) == .wednesday)
        #expect(Weekday(of: Day(number: -4)) == .sunday)
    }

    @Test("A bonus is 1 to 240 minutes, and so is a day's with another grant")
    func bonus() throws {
        let day = try #require(Day("2026-11-23"))
        for minutes in [-5, 0, 241, 10_000, Int.max] {
            #expect(throws: Bonus.Refusal.outOfRange) { try Bonus(day: day, minutes: minutes) }
            #expect(throws: Bonus.Refusal.outOfRange) { try Bonus(day: day, minutes: 1).adding(minutes) }
        }
        #expect(try Bonus(day: day, minutes: 1).adding(239).minutes == 240)
        #expect(throws: Bonus.Refusal.tooMuchForOneDay) { try Bonus(day: day, minutes: 1).adding(240) }
    }
}
