import Domain
import Foundation
import Testing

@Suite("The hour of the week")
struct HourOfWeekTests {
    @Test(
        "It is what a calendar says, over a year with its changes of the clock",
        arguments: ["Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
    )
    func calendar(zone: String) throws {
        let data = try #require(TimeZone(identifier: zone))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = data
        var now = Instant(millisecondsSince1970: 1_767_225_600_000)
        let end = now + .days(365)
        var clock = try #require(ZoneClock(zone: zone, around: now))
        var hours: Set<Int> = []
        while now < end {
            clock = clock.covering(now)
            let parts = calendar.dateComponents([.weekday, .hour], from: now.date)
            // Calendars begin with Sunday, and with 1.
            let expected = ((try #require(parts.weekday) + 5) % 7) * 24 + (try #require(parts.hour))
            #expect(clock.hourOfWeek(of: now) == expected, "\(now.date)")
            hours.insert(expected)
            now = now + .minutes(97)
        }
        #expect(hours.count == ZoneClock.hoursOfWeek)
    }
}
