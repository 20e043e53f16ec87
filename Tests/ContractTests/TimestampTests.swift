import Contract
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(
        "is written as RFC 3339 with milliseconds in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_772_609_400_123, "2026-03-04T07:30:00.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (Int64.max, "9999-12-31T23:59:59.999Z"),
            (Int64.min, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func writing(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSince1970: milliseconds).description == text)
    }

    @Test(
        "is read with any offset and any number of fraction digits",
        arguments: [
            ("2026-03-04T16:30:00.123+09:00", 1_772_609_400_123),
            ("2026-03-04T07:30:00.1239999Z", 1_772_609_400_123),
            ("2026-03-04t07:30:00.1z", 1_772_609_400_100),
            ("2026-03-03T21:00:00-10:30", 1_772_609_400_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ] as [(String, Int64)]
    )
    func reading(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.millisecondsSince1970 == milliseconds)
    }

    @Test(
        "is refused when it is not RFC 3339",
        arguments: [
            "", "2026-03-04", "2026-03-04T07:30:00", "2026-03-04 07:30:00Z", "2026-3-04T07:30:00Z",
            "2026-02-29T07:30:00Z",
            "2026-13-04T07:30:00Z", "2026-03-04T24:00:00Z", "2026-03-04T07:60:00Z", "2026-03-04T07:30:00.Z",
            "2026-03-04T07:30:00+9:00", "2026-03-04T07:30:00+24:00", "2026-03-04T07:30:00Zjunk", "0000-01-01T00:00:00Z",
            "２026-03-04T07:30:00Z", "2026-03-04T07:30:00." + String(repeating: "1", count: 100) + "Z",
        ]
    )
    func refusal(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("every day from 1900 to 2100 is read back as it was written, and as Foundation writes it")
    func everyDay() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for day in Int64(-25_567)...47_482 {
            let moment = Timestamp(millisecondsSince1970: day * 86_400_000 + 45_296_789)
            let date = Date(timeIntervalSince1970: Double(moment.millisecondsSince1970) / 1000)
            #expect(Timestamp(moment.description) == moment)
            #expect(moment.description.prefix(19) == date.formatted(style).prefix(19))
        }
    }

    @Test("is a string in JSON")
    func json() throws {
        let moment = Timestamp(millisecondsSince1970: 1_772_609_400_123)
        let data = try JSONEncoder.kyck.encode([moment])
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-03-04T07:30:00.123Z"]"#)
        #expect(try JSONDecoder.kyck.decode([Timestamp].self, from: data) == [moment])
    }
}
