import Domain
import Foundation
import Testing

@Suite("The periods of a report")
struct ReportPeriodTests {
    @Test("Weeks run from Monday to Sunday and months with the calendar, as Foundation reckons them")
    func reckoning() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        for number in Int64(19_000)..<23_000 {
            let day = Day(number: number)
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            for (kind, component) in [
                (ReportPeriod.Kind.day, Calendar.Component.day), (.week, .weekOfYear), (.month, .month),
            ] {
                let interval = try #require(calendar.dateInterval(of: component, for: date))
                let period = ReportPeriod(kind, containing: day)
                #expect(period.from.number == Int64(interval.start.timeIntervalSince1970 / 86_400))
                #expect(period.to.number == Int64(interval.end.timeIntervalSince1970 / 86_400) - 1)
            }
        }
    }

    @Test("The period before ends the day before this one begins, and weeks are counted one by one")
    func previous() throws {
        for kind in ReportPeriod.Kind.allCases {
            var period = ReportPeriod(kind, containing: try #require(Day("2024-03-31")))
            for _ in 0..<60 {
                #expect(period.previous.to.number == period.from.number - 1)
                if kind == .week { #expect(period.previous.weekNumber == period.weekNumber - 1) }
                period = period.previous
            }
        }
    }

    @Test("A period wholly in the future, or wholly before the child, is refused")
    func refused() throws {
        let today = try #require(Day("2026-11-23"))
        let since = try #require(Day("2026-11-20"))
        let week = ReportPeriod(.week, containing: today)
        #expect(throws: Never.self) { try week.check(today: today, childSince: since) }
        #expect(throws: Never.self) { try week.previous.check(today: today, childSince: since) }
        #expect(throws: ReportPeriod.Refusal.beforeTheChild) {
            try week.previous.previous.check(today: today, childSince: since)
        }
        let tomorrow = ReportPeriod(.day, containing: try #require(Day("2026-11-24")))
        #expect(throws: ReportPeriod.Refusal.inTheFuture) { try tomorrow.check(today: today, childSince: since) }
    }
}
