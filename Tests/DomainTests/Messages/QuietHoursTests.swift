import Domain
import Foundation
import Testing

@Suite("Quiet hours")
struct QuietHoursTests {
    private func instant(_ text: String) throws -> Instant {
        Instant(try #require(ISO8601DateFormatter().date(from: text)))
    }

    private func end(_ hours: QuietHours, _ now: String, _ zone: String = "Asia/Seoul") throws -> Instant? {
        hours.end(after: try instant(now), in: try #require(TimeZone(identifier: zone)))
    }

    @Test("The usual ones last from nine in the evening to eight in the morning, by the family's clock")
    func usual() throws {
        #expect(try end(.usual, "2026-11-23T20:59:59+09:00") == nil)
        let morning = try instant("2026-11-24T08:00:00+09:00")
        #expect(try end(.usual, "2026-11-23T21:00:00+09:00") == morning)
        #expect(try end(.usual, "2026-11-24T00:00:00+09:00") == morning)
        #expect(try end(.usual, "2026-11-24T07:59:59+09:00") == morning)
        #expect(try end(.usual, "2026-11-24T08:00:00+09:00") == nil)
        #expect(try end(.usual, "2026-11-24T08:00:00+09:00", "Europe/Berlin") == instant("2026-11-24T08:00:00+01:00"))
    }

    @Test("Those within a day end the same day")
    func nap() throws {
        let nap = try #require(QuietHours(start: 13 * 60, end: 14 * 60 + 30))
        #expect(try end(nap, "2026-11-24T12:59:00+09:00") == nil)
        #expect(try end(nap, "2026-11-24T13:00:00+09:00") == instant("2026-11-24T14:30:00+09:00"))
        #expect(try end(nap, "2026-11-24T14:30:00+09:00") == nil)
    }

    @Test("They end by the wall clock over a change of clocks, and where it leaves out their end, right after")
    func daylightSaving() throws {
        // Berlin puts clocks forward on 29 March 2026 at two, and back on 25 October at three.
        #expect(
            try end(.usual, "2026-03-28T22:00:00+01:00", "Europe/Berlin") == instant("2026-03-29T08:00:00+02:00")
        )
        #expect(
            try end(.usual, "2026-10-24T22:00:00+02:00", "Europe/Berlin") == instant("2026-10-25T08:00:00+01:00")
        )
        let early = try #require(QuietHours(start: 22 * 60, end: 2 * 60 + 30))
        #expect(try end(early, "2026-03-28T23:00:00+01:00", "Europe/Berlin") == instant("2026-03-29T03:00:00+02:00"))
    }

    @Test("Minutes that no day has, and an end that is the start, are no hours")
    func invalid() {
        for (start, end) in [(-1, 10), (10, 1_440), (1_440, 0), (25 * 60, 8 * 60), (60, 60)] {
            #expect(QuietHours(start: start, end: end) == nil)
        }
    }
}
