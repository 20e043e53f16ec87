import Domain
import Foundation

/// Random weeks of 2024 to 2027 in eight zones, half of them with a change of the clock where the zone has any, and some of
/// December 2011 in Apia, where a day was left out.
enum Weeks {
    private static let zones = [
        "Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "UTC",
        "America/Santiago", "America/Havana",
    ]
    /// Children who live through one week of one zone; asking the calendar for it costs more than a child.
    private static let children = 40

    static func compare(count: Int, seed: UInt64) throws -> [String: Any] {
        var random = SplitMix(state: seed)
        var (weeks, evaluations, differences) = (0, 0, 0)
        var examples: [String] = []
        let start = ContinuousClock.now
        while weeks < count {
            let zone = zones[weeks / children % zones.count]
            let day = try day(in: zone, &random)
            guard let table = WallTable(zone: zone, weekFrom: day) else { throw WeekComparison.UnknownZone() }
            for _ in 0..<min(children, count - weeks) {
                var comparison = try WeekComparison(table: table, seed: random.next())
                try comparison.run()
                weeks += 1
                evaluations += comparison.evaluations
                differences += comparison.differences
                if let example = comparison.example, examples.count < 5 { examples.append(example) }
            }
        }
        return [
            "weeks": weeks, "evaluations": evaluations, "differences": differences, "examples": examples,
            "seconds": (ContinuousClock.now - start) / .seconds(1),
        ]
    }

    /// Days since 1970.
    private static func day(in zone: String, _ random: inout SplitMix) throws -> Int {
        if zone == "Pacific/Apia", Int.random(in: 0..<10, using: &random) == 0 {
            return .random(in: 15_330...15_340, using: &random)
        }
        let day = Int.random(in: 19_723...21_183, using: &random)
        guard let data = TimeZone(identifier: zone) else { throw WeekComparison.UnknownZone() }
        let midnight = Date(timeIntervalSince1970: Double(day) * 86_400)
        guard Bool.random(using: &random), let change = data.nextDaylightSavingTimeTransition(after: midnight) else {
            return day
        }
        return Int(change.timeIntervalSince1970 / 86_400) - .random(in: 0...6, using: &random)
    }
}
