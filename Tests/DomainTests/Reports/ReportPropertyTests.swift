import Domain
import Foundation
import Testing

@Suite("Reports of random weeks, days and months")
struct ReportPropertyTests {
    private let book: ReportBook

    init() throws {
        book = try .bundled()
    }

    @Test("Days add up to the total, hours too, and nothing missing is a zero")
    func sums() throws {
        var (known, missing) = (0, Set<Missing>())
        for seed in UInt64(0)..<800 {
            let facts = try RandomFacts(seed: seed).facts
            let report = Report(facts, book: book)
            #expect(report.days.map(\.day) == facts.period.days)
            #expect(report.days.allSatisfy { $0.watched.value != .zero })
            let watched = report.days.compactMap(\.watched.value)
            missing.formUnion(report.days.compactMap(\.watched.missing))
            guard let total = report.total.value else {
                #expect(watched.isEmpty)
                #expect(report.hours.value == nil && report.longestSitting.value == nil && report.themes.value == nil)
                #expect(report.newAndRepeated.value == nil && report.choosing.value == nil)
                #expect(report.mainVideos.isEmpty && report.series.isEmpty && report.topics.isEmpty)
                continue
            }
            known += 1
            #expect(total == watched.reduce(.zero, +))
            let hours = try #require(report.hours.value)
            #expect(hours.map(\.hour) == Array(0...23))
            // An hour that begins before midnight of the period's first day is not the period's.
            #expect(hours.reduce(.zero) { $0 + $1.watched } <= total)
            guard report.longestSitting.missing != .noLongerKept else { continue }
            let sitting = try #require(report.longestSitting.value)
            let within = facts.sittings.filter { facts.period.contains(Day(of: $0.start, in: facts.zone)) }
            #expect(within.allSatisfy { $0.watched <= sitting.watched })
        }
        #expect(known > 300)
        #expect(missing == [.notWatched, .beforeChild, .notYet])
    }

    @Test(
        "All five areas are there, met or not met; within the ages with every category, outside without the Nuri name"
    )
    func themes() throws {
        var (within, outside, coarse) = (0, 0, 0)
        for seed in UInt64(0)..<800 {
            let report = Report(try RandomFacts(seed: seed).facts, book: book)
            guard let themes = report.themes.value else { continue }
            #expect(themes.areas.map(\.area) == CurriculumArea.allCases)
            #expect(themes.areas.contains { $0.isMet })
            if (3...5).contains(report.age) {
                within += 1
                #expect(themes.edition?.description == "nuri-2019")
                for area in themes.areas {
                    let categories = try #require(area.categories)
                    if categories.missing == .unlabelled { coarse += 1 }
                    #expect(categories.missing == nil || area.isMet)
                    #expect(categories.value == nil || categories.value?.count == 3)
                    #expect(categories.value?.allSatisfy { $0.isMet == !$0.contents.isEmpty } ?? true)
                    #expect(area.isMet || categories.value?.contains { $0.isMet } == false)
                }
            } else {
                outside += 1
                #expect(themes.edition == nil)
                #expect(themes.areas.allSatisfy { $0.categories == nil && $0.name == $0.area.plainName })
            }
        }
        #expect(within > 50 && outside > 50 && coarse > 10)
    }

    @Test("Counts agree with one another")
    func counts() throws {
        for seed in UInt64(0)..<800 {
            let facts = try RandomFacts(seed: seed).facts
            let report = Report(facts, book: book)
            guard let seen = report.newAndRepeated.value, let choosing = report.choosing.value else { continue }
            #expect(seen.plays == facts.plays.count)
            #expect(choosing.chosen + choosing.automatic == seen.plays)
            #expect(seen.newVideos + seen.knownVideos == Set(facts.plays.map(\.video)).count)
            #expect(seen.repeatedPlays <= seen.plays)
            #expect((seen.mostPlayed?.times ?? 2) >= 2)
            #expect(report.mainVideos.count == min(3, seen.newVideos + seen.knownVideos))
            for pair in zip(report.mainVideos, report.mainVideos.dropFirst()) {
                #expect(pair.0.watched >= pair.1.watched)
            }
            #expect(report.topics.count <= Report.favouriteCount)
            let early = Set(report.leftEarly.map(\.video))
            #expect(facts.plays.allSatisfy { !early.contains($0.video) || $0.wasLeftEarly })
        }
    }

    @Test("The same facts in another order give the same report")
    func order() throws {
        for seed in UInt64(0)..<300 {
            var facts = try RandomFacts(seed: seed).facts
            let report = Report(facts, book: book)
            facts.plays.reverse()
            facts.days.reverse()
            facts.hours.reverse()
            facts.sittings.reverse()
            #expect(Report(facts, book: book) == report)
        }
    }

    @Test("Advice: at most three, wins first, nothing given in both weeks before, no word that ranks or blames")
    func advice() throws {
        let ids = AdviceRule.all.map(\.id)
        var (counts, fitting) = ([0, 0, 0, 0], Set<AdviceRule.ID>())
        for seed in UInt64(0)..<3_000 {
            var random = SeededNumbers(seed: seed &* 31)
            let lastWeek = Set(ids.filter { _ in random.once(in: 2) })
            let weekBefore = Set(ids.filter { _ in random.once(in: 2) })
            let report = Report(try RandomFacts(seed: seed, kind: .week).facts, book: book)
            let given = Self.given(to: report, lastWeek: lastWeek, weekBefore: weekBefore)
            let advice = Advice.chosen(for: report, given: given)
            #expect(advice.count <= 3)
            #expect(Set(advice.map(\.rule)).count == advice.count)
            #expect(
                advice.map(\.kind) == advice.filter { $0.kind == .win }.map(\.kind)
                    + advice.filter { $0.kind == .suggestion }.map(\.kind)
            )
            #expect(lastWeek.intersection(weekBefore).isDisjoint(with: advice.map(\.rule)))
            #expect(advice == Advice.chosen(for: report, given: given))
            for one in advice {
                // A name of a topic is staff's: what it says is not ours.
                if one.rule.description != "new-theme" { ForbiddenWords.check(one.reason) }
            }
            counts[advice.count] += 1
            for rule in AdviceRule.all where rule.condition.holds(in: report) {
                let alone = Advice.chosen(
                    for: report,
                    given: Self.given(to: report, lastWeek: [rule.id]),
                    from: [rule]
                )
                #expect(alone.map(\.rule) == [rule.id], "what was said once may be said again where nothing else fits")
                fitting.insert(rule.id)
            }
        }
        #expect(Set(ids).subtracting(fitting) == [], "every rule fits some week")
        #expect(counts[3] > 50)
    }

    private static func given(
        to report: Report,
        lastWeek: Set<AdviceRule.ID>,
        weekBefore: Set<AdviceRule.ID> = []
    ) -> AdviceGiven {
        let before = report.period.previous
        return AdviceGiven(
            around: report.period,
            lastWeek.map { (before.from, $0) } + weekBefore.map { (before.previous.from, $0) }
        )
    }

    @Test("Reports opened in any order, now and again, give no advice three weeks running")
    func anyOrder() throws {
        let first = try #require(Day("2026-08-31"))
        var repeated = 0
        for seed in UInt64(0)..<60 {
            var random = SeededNumbers(seed: seed)
            let facts = try (0..<4).map { try RandomFacts(seed: seed * 4 + $0, kind: .week).facts }
            var given: [Int64: Set<AdviceRule.ID>] = [:]
            for _ in 0..<40 {
                let week = Int64.random(in: 0..<10, using: &random)
                // The weeks are alike, so that the same advice fits over and over.
                guard var one = facts.randomElement(using: &random) else { continue }
                let days = first.number + week * 7 - one.period.from.number
                one.period = ReportPeriod(.week, containing: Day(number: first.number + week * 7))
                one.today = Day(number: one.today.number + days)
                one.childSince = Day(number: one.childSince.number + days)
                for index in one.days.indices { one.days[index].day = Day(number: one.days[index].day.number + days) }
                for index in one.plays.indices {
                    one.plays[index].startedAt = one.plays[index].startedAt + .days(days)
                }
                let rows = given.flatMap { week, rules in rules.map { (Day(number: first.number + week * 7), $0) } }
                let known = AdviceGiven(around: one.period, rows)
                let advice = Set(Advice.chosen(for: Report(one, book: book), given: known).map(\.rule))
                repeated += advice.intersection(known.thisWeek).count
                given[week, default: []].formUnion(advice)
            }
            for week in Int64(0)..<8 {
                let three = (week..<week + 3).map { given[$0] ?? [] }
                #expect(three[0].intersection(three[1]).intersection(three[2]).isEmpty)
            }
        }
        #expect(repeated > 100, "what was said before is said again")
    }

    @Test("Over ten equal weeks no advice is given three times running")
    func running() throws {
        for seed in UInt64(0)..<200 {
            let report = Report(try RandomFacts(seed: seed, kind: .week).facts, book: book)
            var history: [Set<AdviceRule.ID>] = [[], []]
            for _ in 0..<10 {
                let count = history.count
                let advice = Advice.chosen(
                    for: report,
                    given: Self.given(to: report, lastWeek: history[count - 1], weekBefore: history[count - 2])
                )
                history.append(Set(advice.map(\.rule)))
                #expect(history[count].intersection(history[count - 1]).intersection(history[count - 2]).isEmpty)
            }
        }
    }

    @Test("Days and months get no advice")
    func weeksAlone() throws {
        for seed in UInt64(0)..<100 {
            for kind in [ReportPeriod.Kind.day, .month] {
                let report = Report(try RandomFacts(seed: seed, kind: kind).facts, book: book)
                #expect(Advice.chosen(for: report, given: AdviceGiven()).isEmpty)
            }
        }
    }
}
