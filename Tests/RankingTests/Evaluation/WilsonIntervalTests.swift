import Ranking
import Testing

@Suite("A share's interval")
struct WilsonIntervalTests {
    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I,
    /// method 3.
    @Test(
        "is the published one",
        arguments: [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)]
    )
    func published(count: Int, total: Int, low: Double, high: Double) throws {
        let interval = try #require(WilsonInterval(count, of: total))
        #expect(abs(interval.share - Double(count) / Double(total)) < 1e-12)
        #expect(abs(interval.low - low) < 5e-5, "\(interval)")
        #expect(abs(interval.high - high) < 5e-5, "\(interval)")
    }

    @Test("lies within 0…1 around the share", arguments: 1...40)
    func bounds(total: Int) throws {
        for count in 0...total {
            let interval = try #require(WilsonInterval(count, of: total))
            #expect(0 <= interval.low && interval.low <= interval.share)
            #expect(interval.share <= interval.high && interval.high <= 1)
        }
    }

    @Test("is none of nothing, nor of more than all")
    func none() {
        #expect(WilsonInterval(0, of: 0) == nil)
        #expect(WilsonInterval(3, of: 2) == nil)
        #expect(WilsonInterval(-1, of: 2) == nil)
    }
}
