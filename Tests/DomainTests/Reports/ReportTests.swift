import Domain
import Foundation
import Testing

@Suite("A report")
struct ReportTests {
    private let book: ReportBook
    private let seoul: TimeZone
    private let monday: Day
    private let video = IdentifierSource(clock: .system).next(Video.self)

    init() throws {
        book = try .bundled()
        seoul = try #require(TimeZone(identifier: "Asia/Seoul"))
        monday = try #require(Day("2026-11-16"))
    }

    private func at(_ day: Int64, _ hour: Int64, _ minute: Int64 = 0) -> Instant {
        let midnight = Instant(millisecondsSince1970: (monday.number + day) * 86_400_000)
        return midnight + .hours(hour - 9) + .minutes(minute)
    }

    private func play(_ day: Int64, _ hour: Int64, minutes: Int64 = 10, areas: [CurriculumArea] = []) -> PlayFacts {
        PlayFacts(
            video: video,
            title: Wording("하나둘셋"),
            areas: areas,
            duration: .minutes(12),
            watched: .minutes(minutes),
            startedAt: at(day, hour)
        )
    }

    private func facts(age: Int = 4, plays: [PlayFacts], limit: Span? = nil, bedtime: Int? = nil) -> ReportFacts {
        let days = (Int64(0)..<7).map { offset in
            let day = Day(number: monday.number + offset)
            let watched = plays.filter { Day(of: $0.startedAt, in: seoul) == day }.reduce(Span.zero) { $0 + $1.watched }
            return ReportFacts.DayFacts(day: day, watched: watched, limit: limit, bedtime: bedtime)
        }
        return ReportFacts(
            period: ReportPeriod(.week, containing: monday),
            today: Day(number: monday.number + 7),
            zone: seoul,
            age: age,
            childSince: Day(number: monday.number - 100),
            days: days,
            hours: plays.map { ReportFacts.HourFacts(startsAt: $0.startedAt.startOfHour, watched: $0.watched) },
            sittings: Sitting.joining(
                plays.map { Sitting.Stretch(start: $0.startedAt, end: $0.startedAt + $0.watched, watched: $0.watched) }
            ),
            plays: plays,
            average: .withheld
        )
    }

    @Test("A day without watching, a day to come and a day before the child are three different gaps")
    func gaps() {
        var facts = facts(plays: [play(2, 10)])
        facts.childSince = Day(number: monday.number + 1)
        facts.today = Day(number: monday.number + 4)
        let report = Report(facts, book: book)
        #expect(
            report.days.map(\.watched) == [
                .missing(.beforeChild), .missing(.notWatched), .known(.minutes(10)), .missing(.notWatched),
                .missing(.notWatched), .missing(.notYet), .missing(.notYet),
            ]
        )
        #expect(!report.isComplete)
        #expect(report.total == .known(.minutes(10)))
    }

    @Test("A day that Storage does not name is a recorded day without watching")
    func absentDay() {
        var facts = facts(plays: [play(2, 10)])
        facts.days.removeAll { $0.watched == .zero }
        #expect(Report(facts, book: book).days[0].watched == .missing(.notWatched))
    }

    @Test("Unlabelled videos are no reason to say that an area was not met")
    func unlabelled() {
        #expect(Report(facts(plays: [play(0, 10)]), book: book).themes == .missing(.unlabelled))
        #expect(Report(facts(plays: []), book: book).themes == .missing(.notWatched))
    }

    @Test("A glance is not a theme met, half a short video is")
    func met() {
        #expect(!play(0, 10, minutes: 0).metItsTheme)
        #expect(play(0, 10, minutes: 1).metItsTheme)
        var short = play(0, 10)
        (short.duration, short.watched) = (.seconds(8), .seconds(4))
        #expect(short.metItsTheme)
        short.watched = .seconds(3)
        #expect(!short.metItsTheme)
        var unknown = play(0, 10)
        (unknown.duration, unknown.watched) = (nil, .seconds(30))
        #expect(!unknown.metItsTheme)
    }

    @Test("A content says its area and its category; an area alone says no category")
    func contents() throws {
        var counted = play(0, 10)
        counted.contents = [try #require(CurriculumReference("nuri-2019/5.2.2"))]
        let themes = try #require(Report(facts(plays: [counted, play(1, 10, areas: [.art])]), book: book).themes.value)
        #expect(themes.areas.filter(\.isMet).map(\.area) == [.art, .nature])
        #expect(themes.areas.map(\.name.korean) == ["신체운동·건강", "의사소통", "사회관계", "예술경험", "자연탐구"])
        let nature = try #require(themes.areas[4].categories?.value)
        #expect(nature.map(\.isMet) == [false, true, false])
        #expect(nature[1].contents.map(\.sentence.korean) == ["물체를 세어 수량을 알아본다"])
        #expect(themes.areas[3].categories == .missing(.unlabelled))
        #expect(themes.areas[0].categories?.value?.map(\.isMet) == [false, false, false])
    }

    @Test("Outside three to five years nothing carries the curriculum's name", arguments: [2, 6])
    func otherAges(age: Int) throws {
        let report = Report(facts(age: age, plays: (0..<5).map { play($0, 10, areas: [.art]) }), book: book)
        let themes = try #require(report.themes.value)
        #expect(themes.edition == nil)
        #expect(themes.areas.map(\.name.korean) == ["몸과 건강", "말과 이야기", "마음과 친구", "소리와 그림", "자연과 발견"])
        let advice = Advice.chosen(for: report, given: AdviceGiven())
        #expect(advice.allSatisfy { !$0.reason.korean.contains("누리") && $0.source != .nuri })
        #expect(AdviceCondition.atMost(.withinCurriculum, 0).holds(in: report))
    }

    @Test("Hours are the family's, on both sides of a change to summer time")
    func hours() throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        var facts = facts(plays: [])
        facts.zone = zone
        // 2026-03-08: clocks go from 02:00 to 03:00. 06:30 UTC is 01:30, 07:30 UTC is 03:30.
        let day = try #require(Day("2026-03-08"))
        facts.period = ReportPeriod(.day, containing: day)
        facts.today = Day(number: day.number + 1)
        facts.childSince = day
        facts.days = [ReportFacts.DayFacts(day: day, watched: .minutes(30))]
        let midnightUTC = Instant(millisecondsSince1970: day.number * 86_400_000)
        facts.hours = [
            ReportFacts.HourFacts(startsAt: midnightUTC + .hours(6), watched: .minutes(10)),
            ReportFacts.HourFacts(startsAt: midnightUTC + .hours(7), watched: .minutes(20)),
            ReportFacts.HourFacts(startsAt: midnightUTC + .hours(4), watched: .minutes(40)),
        ]
        let hours = try #require(Report(facts, book: book).hours.value)
        #expect(hours.filter { $0.watched > .zero }.map(\.hour) == [1, 3], "04:00 UTC is still the day before")
        #expect(hours[1].watched == .minutes(10) && hours[3].watched == .minutes(20))
    }

    @Test("An evening is close to bed from an hour before bedtime, after midnight still counts for the evening before")
    func evenings() {
        func close(_ plays: [PlayFacts], bedtime: Int?) -> Int? {
            Report(facts(plays: plays, bedtime: bedtime), book: book).rhythm.value?.eveningsCloseToBed
        }
        #expect(close([play(0, 19), play(1, 19, minutes: 60)], bedtime: 20 * 60 + 30) == 1)
        #expect(close([play(1, 1), play(2, 22)], bedtime: 21 * 60) == 2)
        #expect(close([play(1, 22)], bedtime: 30) == 0, "half past midnight is a late bedtime")
        #expect(close([play(1, 23, minutes: 45)], bedtime: 30) == 1)
        #expect(close([play(1, 22)], bedtime: nil) == nil)
        let report = Report(facts(plays: [play(0, 6), play(1, 22), play(2, 12)]), book: book)
        #expect(report.rhythm.value?.lateEvenings == 1)
        #expect(report.rhythm.value?.earlyMornings == 1)
    }

    @Test("The night after a week's last evening is the week's, and the night before its first is not")
    func nights() {
        func rhythm(_ plays: [PlayFacts]) -> Report.Rhythm? {
            var facts = facts(plays: plays + [play(2, 10)], bedtime: 21 * 60)
            facts.today = Day(number: monday.number + 8)
            return Report(facts, book: book).rhythm.value
        }
        #expect(rhythm([play(7, 0)])?.eveningsCloseToBed == 1, "half a night later, on the next week's Monday")
        #expect(rhythm([play(0, 0)])?.eveningsCloseToBed == 0)
        #expect(rhythm([play(7, 6)])?.earlyMornings == 0)
        #expect(rhythm([play(6, 6)])?.earlyMornings == 1)
    }

    @Test("What was started before the period is watched in it, and told of where it was started")
    func begunBefore() {
        var facts = facts(plays: [play(-1, 23, minutes: 80)])
        facts.days[0].watched = .minutes(20)
        let report = Report(facts, book: book)
        #expect(report.total == .known(.minutes(20)))
        #expect(report.themes == .missing(.begunBefore))
        #expect(report.longestSitting == .missing(.begunBefore))
        #expect(report.newAndRepeated == .missing(.begunBefore))
        #expect(report.rhythm.value?.earlyMornings == 0)
    }

    @Test("No day counts as one without Kyck before all are over")
    func daysWithout() {
        var facts = facts(plays: [play(0, 10)])
        #expect(AdviceMeasure.daysWithoutWatching.value(in: Report(facts, book: book)) == 6)
        facts.today = Day(number: monday.number + 3)
        #expect(AdviceMeasure.daysWithoutWatching.value(in: Report(facts, book: book)) == nil)
    }

    @Test("A family that set any time, for one kind of video or for other days, is not told that none is set")
    func timeSet() throws {
        func rules(_ facts: ReportFacts) throws -> Bool {
            let rule = try #require(AdviceRule.all.first { $0.id.description == "no-time-set" })
            return rule.condition.holds(in: Report(facts, book: book))
        }
        var facts = facts(plays: [play(4, 10), play(5, 10), play(6, 10)])
        #expect(try rules(facts))
        facts.days[0].isLimited = true
        #expect(try !rules(facts), "a budget of a day without watching")
        facts.days[0].isLimited = false
        facts.days[5].isLimited = true
        #expect(try !rules(facts))
        #expect(ReportFacts.DayFacts(day: monday, watched: .zero, limit: .zero).isLimited)
    }

    @Test("Watching without a break of ten minutes is one sitting")
    func sittings() {
        let stretches = [(0, 10), (15, 30), (41, 50), (59, 70)].map { start, end in
            Sitting.Stretch(start: at(0, 10, start), end: at(0, 10, end), watched: .minutes(end - start))
        }
        let sittings = Sitting.joining(stretches.reversed())
        #expect(sittings.map(\.watched) == [.minutes(25), .minutes(20)])
        #expect(sittings.map(\.plays) == [2, 2])
        #expect(sittings.map(\.start) == [at(0, 10), at(0, 10, 41)])
        #expect(sittings.map(\.end) == [at(0, 10, 30), at(0, 11, 10)])
    }

    @Test("Days are within the rule with its gentle end, over it, or have none")
    func rule() {
        let plays = [play(0, 10, minutes: 30), play(1, 10, minutes: 34), play(2, 10, minutes: 35)]
        let report = Report(facts(plays: plays, limit: .minutes(30)), book: book)
        #expect(report.days.map(\.isWithinLimit) == [true, true, false, nil, nil, nil, nil])
        #expect(Report(facts(plays: plays), book: book).days.allSatisfy { $0.isWithinLimit == nil })
    }

    @Test("Where single plays were deleted the totals stay, and the rest says why it is missing")
    func deletedPlays() {
        var facts = facts(plays: [play(6, 10)])
        facts.playsKeptSince = Day(number: monday.number + 3)
        let report = Report(facts, book: book)
        #expect(report.total == .known(.minutes(10)))
        #expect(report.themes == .missing(.noLongerKept))
        #expect(report.newAndRepeated == .missing(.noLongerKept))
        #expect(report.longestSitting == .missing(.noLongerKept) && report.rhythm == .missing(.noLongerKept))
        #expect(report.topics.isEmpty && report.mainVideos.isEmpty)
    }

    @Test("Left early is the first quarter, by the child's own wish, of a video whose length is known")
    func leftEarly() {
        #expect(PlayFacts.isLeftEarly(position: .seconds(24), duration: .seconds(100), endedByRule: false))
        #expect(!PlayFacts.isLeftEarly(position: .seconds(25), duration: .seconds(100), endedByRule: false))
        #expect(!PlayFacts.isLeftEarly(position: .seconds(1), duration: .seconds(100), endedByRule: true))
        #expect(!PlayFacts.isLeftEarly(position: .seconds(1), duration: nil, endedByRule: false))
    }

    @Test("A new theme is one that was not met before, and in the first days nothing is called new")
    func newThemes() throws {
        var counted = play(0, 10)
        counted.contents = [try #require(CurriculumReference("nuri-2019/5.2.2"))]
        counted.topics = ["numbers"]
        var facts = facts(plays: [counted])
        func newlyMet(_ facts: ReportFacts) -> [String]? {
            Report(facts, book: book).themes.value?.newlyMet.map(\.korean)
        }
        #expect(newlyMet(facts) == [])
        facts.metBefore = ReportFacts.MetBefore(categories: [], topics: [])
        #expect(newlyMet(facts) == [])
        let art = try #require(CurriculumCategoryCode("4.2"))
        facts.metBefore = ReportFacts.MetBefore(categories: [art], topics: ["music"])
        #expect(newlyMet(facts) == ["생활 속에서 탐구하기"])
        let counting = try #require(CurriculumCategoryCode("5.2"))
        facts.metBefore = ReportFacts.MetBefore(categories: [art, counting], topics: ["music"])
        #expect(newlyMet(facts) == ["숫자"])
        facts.metBefore = ReportFacts.MetBefore(categories: [art, counting], topics: ["numbers"])
        #expect(newlyMet(facts) == [])
    }
}
