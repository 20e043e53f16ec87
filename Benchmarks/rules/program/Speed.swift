import Domain
import Foundation

/// Evaluations per second, one thread, with the rules of a family that uses all of them.
enum Speed {
    static func measure(count: Int) throws -> [String: Any] {
        let start = Instant(millisecondsSince1970: 1_795_000_000_000)
        guard let kept = ZoneClock(zone: "America/New_York", around: start, days: 400) else {
            throw WeekComparison.UnknownZone()
        }
        let everything = try WatchRules(
            viewing: ViewingRules(autoplayCap: 3),
            minutes: DailyMinutes { $0 == .saturday || $0 == .sunday ? 120 : 60 },
            learning: DailyMinutes(every: 60),
            fun: DailyMinutes(every: 30),
            bedtimes: [Bedtime(start: 1_200, end: 420), Bedtime(on: [.saturday, .sunday], start: 780, end: 840)]
        )
        var sum: Int64 = 0
        func seconds(_ rules: WatchRules, _ clock: (Instant) -> ZoneClock?) -> Double {
            let begin = ContinuousClock.now
            for number in 0..<count {
                // Half a year, and every time of the day.
                let now = start + .seconds(Int64(number % 14_997) * 1_051)
                guard let zone = clock(now) else { return .nan }
                let minutes = Int64(number % 61)
                let allowance = Allowance.evaluate(
                    rules: rules,
                    used: Allowance.Used(total: .minutes(minutes), learning: .minutes(minutes / 2), fun: .minutes(9)),
                    now: now,
                    clock: FamilyClock(zone: zone),
                    current: Allowance.Current(category: .learning, remaining: .minutes(8))
                )
                sum &+= allowance.remaining?.milliseconds ?? 1
            }
            return (ContinuousClock.now - begin) / .seconds(1)
        }
        let rates = [
            "all rules, clock kept": seconds(everything) { _ in kept },
            "no rules, clock kept": seconds(.unlimited) { _ in kept },
            "all rules, clock made each time": seconds(everything) { ZoneClock(zone: "America/New_York", around: $0) },
        ]
        return ["count": count, "seconds": rates, "sum": sum]
    }
}
