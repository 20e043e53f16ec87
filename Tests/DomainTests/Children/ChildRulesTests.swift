import Domain
import Foundation
import Testing

@Suite("Children's ages, months and names")
struct ChildRulesTests {
    @Test(
        "A child is never thought older than it is",
        arguments: [
            ("2022-03", "2026-03", 3), ("2022-03", "2026-04", 4), ("2022-03", "2022-03", 0), ("2022-03", "2021-01", 0),
            ("2020-12", "2026-11", 5), ("2020-12", "2027-01", 6),
        ]
    )
    func age(born: String, month: String, years: Int) throws {
        #expect(try #require(BirthMonth(born)).age(in: try #require(BirthMonth(month))) == years)
    }

    @Test("An age group is one of completed months, and every month has one")
    func ageGroups() throws {
        #expect(
            [0, 35, 36, 47, 48, 59, 60, 71, 72, 155].map { AgeGroup(ageInMonths: $0) } == [
                .underThree, .underThree, .three, .three, .four, .four, .five, .five, .sixAndOlder, .sixAndOlder,
            ]
        )
        let born = try #require(BirthMonth("2022-11"))
        let months = ["2022-01", "2022-11", "2022-12", "2023-01", "2025-11", "2025-12"]
        #expect(try months.map { born.ageInMonths(in: try #require(BirthMonth($0))) } == [0, 0, 0, 1, 35, 36])
    }

    @Test(
        "A month is four digits, a dash and two digits",
        arguments: ["2022-3", "2022-13", "2022/03", "22-03", "", "2022-00", "２０２２-03"]
    )
    func malformedMonth(text: String) {
        #expect(BirthMonth(text) == nil)
    }

    @Test("Days of the family's zone equal Foundation's, over daylight-saving changes too")
    func days() throws {
        for name in ["Asia/Seoul", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "UTC"] {
            let calendar = try #require(FamilyCalendar(zone: name))
            var reference = Calendar(identifier: .gregorian)
            reference.timeZone = try #require(TimeZone(identifier: name))
            for hours in stride(from: Int64(0), to: 24 * 800, by: 5) {
                let instant = Instant(millisecondsSince1970: 1_740_000_000_000) + .hours(hours)
                let parts = reference.dateComponents([.year, .month, .day], from: instant.date)
                let day = calendar.day(of: instant)
                #expect([day.year, day.month, day.day] == [parts.year, parts.month, parts.day])
                #expect(Day(year: day.year, month: day.month, day: day.day) == day)
            }
        }
    }

    @Test("A zone that does not exist is refused", arguments: ["Asia/Soul", "", "../../etc/passwd"])
    func unknownZone(name: String) {
        #expect(FamilyCalendar(zone: name) == nil)
    }

    @Test("A nickname is what a person would call a child", arguments: ["하늘", "민지 👧🏻", "Jo", "12345678901234567890"])
    func nickname(text: String) {
        #expect(Nickname(text)?.text == text)
    }

    @Test(
        "A nickname is not empty, not long, and not a control sequence",
        arguments: [
            "", "   ", "123456789012345678901", "a\u{0}b", "a\nb", "a\u{1B}[31m",
            "a" + String(repeating: "\u{301}", count: 200),
        ]
    )
    func refusedNickname(text: String) {
        #expect(Nickname(text) == nil)
    }
}
