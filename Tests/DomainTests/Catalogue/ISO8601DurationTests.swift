import Domain
import Testing

@Suite("Lengths of time as YouTube writes them")
struct ISO8601DurationTests {
    @Test(
        "are read",
        arguments: [
            ("PT15M51S", 951_000), ("P1DT2H", 93_600_000), ("P0D", 0), ("PT0S", 0), ("PT1H", 3_600_000),
            ("PT1H0M5S", 3_605_000), ("P2W", 1_209_600_000), ("PT90M", 5_400_000), ("PT4.5S", 4_500), ("PT0,25S", 250),
            ("P1DT0S", 86_400_000),
        ] as [(String, Int64)]
    )
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(ISO8601Duration.parse(text) == Span(milliseconds: milliseconds))
    }

    @Test(
        "are refused when they are none",
        arguments: [
            "", "P", "PT", "T5S", "5S", "PT5", "PT-5S", "-PT5S", "P1Y", "P1M", "PT1S1M", "PT1M1M", "PT5s", "PT5S ",
            "P1DT",
            "PT1.5M", "PT.5S", "PT9999999999S", "P999999999W", "PT5S5", "4:31", "P1D2H", "PT５S",
        ]
    )
    func refuses(_ text: String) {
        #expect(ISO8601Duration.parse(text) == nil)
    }
}
