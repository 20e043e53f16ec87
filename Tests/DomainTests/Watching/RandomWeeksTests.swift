import Domain
import Testing

@Suite("Time rules over random weeks")
struct RandomWeeksTests {
    /// Days since 1970 on which weeks begin: clocks go forward, clocks go back, and none of it.
    private static let weeks: [(zone: String, days: [Int])] = [
        ("Asia/Seoul", [20_760]),
        ("America/New_York", [20_517, 20_755, 20_600]),
        ("Europe/London", [20_538, 20_748]),
        ("Australia/Lord_Howe", [20_545, 20_727, 20_650]),
        // The last one has the day there was not, 30 December 2011.
        ("Pacific/Apia", [20_580, 15_335]),
        ("UTC", [20_700]),
        // Clocks that are changed at midnight.
        ("America/Santiago", [20_545, 20_699]),
        ("America/Havana", [20_515, 20_755]),
    ]

    @Test("Equal a counter that walks minute by minute", arguments: weeks.map(\.zone))
    func equalsCounter(zone: String) throws {
        let days = try #require(Self.weeks.first { $0.zone == zone }?.days)
        for (number, day) in days.enumerated() {
            let table = try #require(WallTable(zone: zone, weekFrom: day))
            for seed in 0..<(28 / UInt64(days.count)) {
                var comparison = try WeekComparison(table: table, seed: seed * 8 + UInt64(number), idleStep: 7)
                try comparison.run()
                #expect(comparison.evaluations > WallTable.week / 7)
                #expect(comparison.differences == 0, "\(comparison.example ?? "")")
            }
        }
    }
}
