import Domain
import Foundation
import Testing

@testable import API

@Suite("Charts of a report")
struct ChartTests {
    private let book: ReportBook
    private let seoul: TimeZone

    init() throws {
        book = try .bundled()
        seoul = try #require(TimeZone(identifier: "Asia/Seoul"))
    }

    /// A report drawn from a number: empty and full days, with and without rules.
    private func report(_ seed: Int, _ kind: ReportPeriod.Kind) -> Report {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
        func next(_ limit: Int64) -> Int64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int64(state % UInt64(limit))
        }
        let day = Day(number: 20_000 + next(1_000))
        let period = ReportPeriod(kind, containing: day)
        let longest = [3, 40, 90, 600, 1_440][Int(next(5))]
        let hasRule = next(3) > 0
        let days = period.days.map { day in
            ReportFacts.DayFacts(
                day: day,
                watched: next(4) == 0 ? .zero : .seconds(1 + next(Int64(longest) * 60)),
                limit: hasRule && next(5) > 0 ? .minutes(next(2) * 30 + next(3)) : nil
            )
        }
        let midnight = Instant(millisecondsSince1970: 0) + .days(period.from.number) - .hours(9)
        return Report(
            ReportFacts(
                period: period,
                today: Day(number: next(3) == 0 ? day.number : day.number + 60),
                zone: seoul,
                age: 4,
                childSince: Day(number: next(3) == 0 ? day.number : day.number - 300),
                days: days,
                hours: (0..<24).map { hour in
                    ReportFacts.HourFacts(startsAt: midnight + .hours(hour), watched: .seconds(next(3_600)))
                },
                sittings: [],
                plays: [],
                average: .withheld
            ),
            book: book
        )
    }

    private func charts(_ report: Report, _ language: Guardian.Language) -> [Chart] {
        [
            Chart.days(of: report, in: language), Chart.days(of: report, in: language, isAlone: true),
            Chart.hours(of: report, in: language),
        ].compactMap(\.self)
    }

    @Test("Nothing that is written overlaps, and nothing leaves the picture", arguments: ReportPeriod.Kind.allCases)
    func texts(kind: ReportPeriod.Kind) {
        var texts = 0
        for seed in 0..<300 {
            let report = report(seed, kind)
            for language in [Guardian.Language.korean, .english] {
                for chart in charts(report, language) {
                    texts += chart.texts.count
                    for (place, text) in chart.texts.enumerated() {
                        let isInside =
                            text.left >= 0 && text.right <= Chart.width && text.top >= 0 && text.bottom <= chart.height
                        #expect(isInside, "\(seed) \(text) leaves \(chart.height)")
                        for other in chart.texts.dropFirst(place + 1) where text.overlaps(other) {
                            Issue.record("\(seed) \(kind) \(language): '\(text.text)' and '\(other.text)' overlap")
                        }
                    }
                }
            }
        }
        #expect(texts > 1_000)
    }

    @Test("A bar is as high as its day is long, and a day without a record has none")
    func bars() throws {
        for seed in 0..<200 {
            let report = report(seed, .week)
            let chart = try #require(Chart.days(of: report, in: .korean))
            let known = report.days.filter { $0.watched.value != nil }
            let beyond = report.days.filter { $0.isWithinLimit == false }
            let gaps = report.days.filter { $0.watched.missing.map { $0 != .notYet } ?? false }
            #expect(chart.bars.count { $0.kind == .beyondTheRule } == beyond.count)
            #expect(Set(chart.bars.map(\.x)).count == known.count)
            #expect(chart.gaps.count == gaps.count)
            // All bars stand on one line and grow by the same measure.
            let heights = Dictionary(grouping: chart.bars, by: \.x).mapValues { $0.reduce(0) { $0 + $1.height } }
            let scale = zip(known, heights.sorted { $0.key < $1.key }).map { line, bar in
                bar.value / Double(line.watched.value?.milliseconds ?? 0)
            }
            for one in scale { #expect(abs(one - scale[0]) < scale[0] / 1_000) }
            for bar in chart.bars { #expect(bar.y >= 0 && bar.x >= PlotArea.left && bar.x + bar.width <= Chart.width) }
            for line in chart.rule { #expect(line.from < line.to && line.to <= PlotArea.right + 0.01) }
        }
    }

    @Test("Days of one rule have one line; a rule that changes has two")
    func rule() throws {
        let monday = try #require(Day("2026-11-16"))
        func lines(_ limits: [Int64?]) throws -> [Int] {
            let period = ReportPeriod(.week, containing: monday)
            let facts = ReportFacts(
                period: period,
                today: Day(number: monday.number + 9),
                zone: seoul,
                age: 4,
                childSince: Day(number: monday.number - 99),
                days: zip(period.days, limits).map { day, limit in
                    ReportFacts.DayFacts(day: day, watched: .minutes(20), limit: limit.map(Span.minutes))
                },
                hours: [],
                sittings: [],
                plays: [],
                average: .withheld
            )
            let chart = try #require(Chart.days(of: Report(facts, book: book), in: .korean))
            let slot = (PlotArea.right - PlotArea.left) / 7
            return chart.rule.map { Int((($0.to - $0.from) / slot).rounded()) }
        }
        #expect(try lines([30, 30, 30, 30, 30, 30, 30]) == [7])
        #expect(try lines([30, 30, 30, 30, 30, 60, 60]) == [5, 2])
        #expect(try lines([nil, 30, nil, nil, 30, 30, nil]) == [1, 2])
        #expect(try lines([nil, nil, nil, nil, nil, nil, nil]) == [])
    }

    @Test("A single day has no chart of days, and its hours are its picture")
    func singleDay() throws {
        let report = report(7, .day)
        #expect(Chart.days(of: report, in: .korean) == nil)
        #expect(Chart.picture(of: report, in: .korean) == Chart.hours(of: report, in: .korean))
    }

    @Test("The axis has round steps, at most four, and reaches what is shown")
    func axis() {
        for minutes in 1...2_000 {
            let axis = MinuteAxis(reaching: minutes)
            #expect(axis.top >= minutes && axis.top - axis.step < max(minutes, 1) && axis.ticks.count <= 5)
            #expect(axis.step.isMultiple(of: 5) || minutes <= 8)
        }
    }

    @Test("The drawing is well-formed, says in words what it shows, and has no script, style or address in it")
    func drawing() throws {
        for seed in 0..<40 {
            for kind in ReportPeriod.Kind.allCases {
                for chart in charts(report(seed, kind), seed.isMultiple(of: 2) ? .korean : .english) {
                    let svg = chart.svg(named: "n")
                    let parser = XMLReading(svg)
                    #expect(parser.isWellFormed, "\(seed) \(kind)")
                    #expect(parser.elements["title"] == 1 && parser.elements["desc"] == 1)
                    #expect(parser.elements["script"] == nil && parser.elements["style"] == nil)
                    #expect(!svg.contains("style=") && !svg.contains("href") && !svg.contains("NaN"))
                    let outside = svg.replacing("http://www.w3.org/2000/svg", with: "")
                    #expect(!outside.contains("http"))
                }
            }
        }
        #expect("<a href=\"x\">&'\u{1}".xmlEscaped == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;")
    }
}

/// Whether a text is XML, and how many elements of each name it has.
struct XMLReading {
    private(set) var elements: [String: Int] = [:]
    private(set) var isWellFormed = true

    /// Enough for what we write: elements, attributes in double quotes, text.
    init(_ text: String) {
        var open: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else {
                isWellFormed = false
                return
            }
            var tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { isWellFormed = false }
                continue
            }
            let closes = tag.hasSuffix("/")
            if closes { tag = tag.dropLast() }
            let name = String(tag.prefix { !$0.isWhitespace })
            elements[name, default: 0] += 1
            let attributes = tag.dropFirst(name.count)
            let bare = attributes.replacing(/\s+[a-zA-Z:-]+="[^"<]*"/, with: "")
            if !bare.allSatisfy(\.isWhitespace) { isWellFormed = false }
            if !closes { open.append(name) }
        }
        let loose = text.matches(of: /&(?!amp;|lt;|gt;|quot;|#39;)/)
        if !open.isEmpty || !loose.isEmpty { isWellFormed = false }
    }
}
