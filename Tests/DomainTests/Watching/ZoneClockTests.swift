import Domain
import Foundation
import Testing

@Suite("The family's clock")
struct ZoneClockTests {
    private static func time(_ text: String) throws -> Instant {
        Instant(try Date.ISO8601FormatStyle().parse(text))
    }

    private func bedtimeMinutes(
        _ zone: String,
        _ bedtime: Bedtime,
        from start: String,
        hours: Int64
    ) throws -> [String] {
        let start = try Self.time(start)
        let rules = try WatchRules(bedtimes: [bedtime])
        let clock = FamilyClock(zone: try #require(ZoneClock(zone: zone, around: start)))
        var changes: [String] = []
        var before: Allowance.Cause?
        for minute in 0..<hours * 60 {
            let now = start + .minutes(minute)
            let over = Allowance.evaluate(rules: rules, used: .init(total: .zero), now: now, clock: clock).over
            if over != before { changes.append(String(now.date.ISO8601Format().dropFirst(11).prefix(5))) }
            before = over
        }
        return changes
    }

    @Test("A bedtime in the hour that is skipped begins or ends where the clock jumps, or does not happen")
    func skipped() throws {
        // New York, 8 March 2026: 2:00 becomes 3:00 at 7:00 UTC.
        let from = "2026-03-08T02:00:00Z"
        let minutes = { try bedtimeMinutes("America/New_York", $0, from: from, hours: 12) }
        #expect(try minutes(Bedtime(on: [.sunday], start: 150, end: 240)) == ["07:00", "08:00"])
        #expect(try minutes(Bedtime(on: [.sunday], start: 60, end: 150)) == ["06:00", "07:00"])
        #expect(try minutes(Bedtime(on: [.sunday], start: 130, end: 150)) == [])
        #expect(try minutes(Bedtime(on: [.saturday], start: 1_380, end: 420)) == ["04:00", "11:00"])
    }

    @Test("A bedtime in the hour that comes twice begins the first time and ends the last time")
    func repeated() throws {
        // New York, 1 November 2026: 2:00 becomes 1:00 at 6:00 UTC.
        let from = "2026-11-01T03:00:00Z"
        let minutes = { try bedtimeMinutes("America/New_York", $0, from: from, hours: 12) }
        #expect(try minutes(Bedtime(on: [.sunday], start: 90, end: 240)) == ["05:30", "09:00"])
        #expect(try minutes(Bedtime(on: [.sunday], start: 0, end: 90)) == ["04:00", "06:30"])
        #expect(try minutes(Bedtime(on: [.sunday], start: 75, end: 105)) == ["05:15", "06:45"])
        // St John's, 7 November 2010: 0:01 became 23:01 of the day before at 2:31 UTC.
        let sunday = Bedtime(on: [.sunday], start: 0, end: 420)
        let night = try bedtimeMinutes("America/St_Johns", sunday, from: "2010-11-07T00:00:00Z", hours: 12)
        #expect(night == ["02:30", "10:30"])
    }

    @Test("A day of 25 hours and one of 23 give their minutes once")
    func lengths() throws {
        for (date, hours) in [("2026-11-01T04:00:00Z", Int64(25)), ("2026-03-08T05:00:00Z", 23)] {
            let start = try Self.time(date)
            let zone = try #require(ZoneClock(zone: "America/New_York", around: start))
            #expect(zone.nextDay(after: start) == start + .hours(hours))
            #expect(zone.day(of: start + .hours(hours) - .seconds(1)) == zone.day(of: start))
            #expect(zone.day(of: start - .seconds(1)) < zone.day(of: start))
        }
    }

    @Test("The day Apia left out is no day, and the night over it is one night")
    func leftOut() throws {
        // Dateline crossed at the end of 29 December 2011, 10:00 UTC on the 30th.
        let jump = try Self.time("2011-12-30T10:00:00Z")
        let zone = try #require(ZoneClock(zone: "Pacific/Apia", around: jump))
        #expect(zone.day(of: jump - .seconds(1)).description == "2011-12-29")
        #expect(zone.day(of: jump).description == "2011-12-31")
        #expect(zone.nextDay(after: jump - .hours(3)) == jump)
        let nights = try bedtimeMinutes(
            "Pacific/Apia",
            Bedtime(start: 1_200, end: 420),
            from: "2011-12-29T20:00:00Z",
            hours: 36
        )
        // From the evening of the 29th to the morning of the 31st, eleven hours.
        #expect(nights == ["06:00", "17:00", "06:00"])
        let early = try WatchRules(bedtimes: [Bedtime(on: [.saturday], start: 120, end: 420)])
        let allowance = Allowance.evaluate(
            rules: early,
            used: .init(total: .zero),
            now: jump - .hours(1),
            clock: FamilyClock(zone: zone)
        )
        #expect(allowance.endsAt == jump + .hours(2), "Saturday follows Thursday")
    }

    @Test("It knows its zone's days as Foundation does, whatever moment it was made for")
    func covering() throws {
        for name in ["Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"] {
            let made = Instant(millisecondsSince1970: 1_795_000_000_000)
            let clock = try #require(ZoneClock(zone: name, around: made))
            let reference = try #require(FamilyCalendar(zone: name))
            for hours in stride(from: Int64(0), to: 24 * 800, by: 5) {
                let instant = Instant(millisecondsSince1970: 1_740_000_000_000) + .hours(hours)
                #expect(clock.covering(instant).day(of: instant) == reference.day(of: instant))
            }
        }
        #expect(ZoneClock(zone: "Mars/Olympus", around: Instant(millisecondsSince1970: 0)) == nil)
    }
}
