import Domain
import Foundation
import Testing

@Suite("What parents read")
struct ReportTextTests {
    @Test("Every fixed text is there in both languages and says nothing that ranks or blames")
    func fixedTexts() {
        for section in ReportSection.allCases {
            ForbiddenWords.checkLanguages(section.title)
            if let explanation = section.explanation { ForbiddenWords.checkLanguages(explanation) }
        }
        for missing in Missing.allCases { ForbiddenWords.checkLanguages(missing.text) }
        for kind in ReportPeriod.Kind.allCases { ForbiddenWords.checkLanguages(kind.words) }
        for area in CurriculumArea.allCases { ForbiddenWords.checkLanguages(area.plainName) }
        for average in [BandAverage.withheld, .unknown, .average(perDay: .minutes(40), children: 25)] {
            ForbiddenWords.checkLanguages(average.text)
        }
        #expect(Set(Missing.allCases.map(\.text.korean)).count == Missing.allCases.count)
        #expect(Set(Missing.allCases.map(\.text.english)).count == Missing.allCases.count)
    }

    @Test("Every rule of advice has all its texts in both languages, a source, and places it can fill")
    func rules() throws {
        let rules = AdviceRule.all
        #expect(Set(rules.map(\.id)).count == rules.count)
        #expect(rules.map(\.kind) == rules.map(\.kind).sorted { $0 == .win && $1 != .win }, "wins stand first")
        for rule in rules {
            ForbiddenWords.checkLanguages(rule.headline)
            ForbiddenWords.checkLanguages(rule.together)
            let places = Set(rule.condition.measures.map(\.rawValue) + ["met", "new"])
            for text in [rule.reason.korean, rule.reason.english] {
                let named = text.matches(of: /\{(\w+)\}/).map { String($0.1) }
                #expect(places.isSuperset(of: named), "\(rule.id)")
            }
            #expect(!rule.source.name.korean.isEmpty && !rule.source.name.english.isEmpty)
            #expect(rule.source.url?.hasPrefix("https://") ?? (rule.source == .ownRecords))
        }
    }

    @Test("Korean advice speaks warmly: every sentence of it ends in 요, and so do the things to do")
    func politeness() throws {
        let texts =
            AdviceRule.all.flatMap { [$0.headline.korean, $0.reason.korean, $0.together.korean] }
            + (0...9).map { ScreenGuidance(age: $0).text.korean }
            + ReportSection.allCases.compactMap(\.explanation?.korean)
            + (try TogetherBook.bundled()).entries.values
            .flatMap { $0.map(\.text.korean) }
        for text in texts {
            // What is said within quotation marks is the family's own voice.
            let said = text.replacing(/“[^”]*”/, with: "")
            for sentence in said.split(whereSeparator: { ".?!".contains($0) }) {
                let trimmed = sentence.trimmingCharacters(in: .whitespaces)
                #expect(
                    trimmed.isEmpty || trimmed.hasSuffix("요") || trimmed.hasSuffix("{new}")
                        || trimmed.hasSuffix("{met}"),
                    "\(text)"
                )
            }
        }
    }

    @Test("The World Health Organization's line follows the age, names its source, and is one line")
    func guidance() {
        #expect(ScreenGuidance(age: 0) == ScreenGuidance(age: 1))
        #expect(ScreenGuidance(age: 3).text.english.contains("one hour"))
        #expect(ScreenGuidance(age: 4).text.korean.contains("1시간"))
        #expect(!ScreenGuidance(age: 5).text.korean.contains("1시간"))
        for age in 0...12 {
            let guidance = ScreenGuidance(age: age)
            ForbiddenWords.checkLanguages(guidance.text)
            #expect(guidance.source.name.english.contains("(2019)"))
            #expect(!guidance.text.korean.contains("\n"))
        }
    }

    @Test(
        "A length of time is said in hours and minutes",
        arguments: [
            (0, "1분 미만", "less than a minute"), (29, "1분 미만", "less than a minute"), (30, "1분", "1 min"),
            (59 * 60 + 40, "1시간", "1 h"), (65 * 60, "1시간 5분", "1 h 5 min"), (-5, "1분 미만", "less than a minute"),
        ]
    )
    func spans(seconds: Int64, korean: String, english: String) {
        #expect(Wording(of: .seconds(seconds)) == Wording(korean: korean, english: english))
    }

    @Test("The head of a random report says what was watched and met, and never a placeholder")
    func summaries() throws {
        let book = try ReportBook.bundled()
        for seed in UInt64(0)..<300 {
            let report = Report(try RandomFacts(seed: seed).facts, book: book)
            ForbiddenWords.checkLanguages(report.summary)
            guard let themes = report.themes.value else { continue }
            ForbiddenWords.checkLanguages(themes.metTitle)
            #expect(themes.metTitle.korean.contains("영역") == (themes.edition != nil))
            #expect((themes.unlabelledNote == nil) == (themes.unlabelledVideos == 0))
            if let note = themes.unlabelledNote { ForbiddenWords.checkLanguages(note) }
        }
    }
}

@Suite("Things to ask or do together")
struct TogetherTests {
    private let book: ReportBook

    init() throws {
        book = try .bundled()
    }

    @Test("There are ideas for every area, every category and every named topic, in both languages")
    func complete() {
        let together = book.topics
        for area in CurriculumArea.allCases { #expect(together.entries[.area(area)]?.count == 2) }
        for category in book.curriculum.editions[0].areas.flatMap(\.categories) {
            #expect(together.entries[.category(category.code)]?.count == 2)
        }
        #expect(together.topicNames.count >= 20)
        for (key, name) in together.topicNames {
            #expect((together.entries[.topic(key)]?.count ?? 0) >= 2, "\(key)")
            ForbiddenWords.checkLanguages(name)
        }
        let all = together.entries.values.flatMap { $0 }
        for entry in all { ForbiddenWords.checkLanguages(entry.text) }
        #expect(Set(all.map(\.text)).count == all.count)
    }

    @Test("A topic is known by any of its names, and an unknown one stays as staff wrote it")
    func names() {
        #expect(book.topics.name(of: "numbers") == Wording(korean: "숫자", english: "Numbers"))
        #expect(book.topics.name(of: " 숫자 ").english == "Numbers")
        #expect(book.topics.name(of: "DINOSAURS").korean == "동물")
        #expect(book.topics.name(of: "뽀로로") == Wording("뽀로로"))
    }

    @Test("Each main video gets one idea from its own labels, none twice, the same when asked again")
    func ideas() throws {
        var fromLabels = 0
        for seed in UInt64(0)..<1_000 {
            let report = Report(try RandomFacts(seed: seed, kind: .week).facts, book: book)
            let ideas = book.topics.ideas(for: report)
            #expect(ideas.map(\.video) == report.mainVideos.map(\.video))
            #expect(Set(ideas.map(\.text)).count == ideas.count)
            #expect(ideas == book.topics.ideas(for: report))
            for (idea, video) in zip(ideas, report.mainVideos) where video.topics == ["numbers"] {
                let numbers = try #require(book.topics.entries[.topic("numbers")])
                #expect(numbers.map(\.text).contains(idea.text))
                fromLabels += 1
            }
        }
        #expect(fromLabels > 10)
    }

    @Test("Another week brings another idea for the same video")
    func weeks() throws {
        var facts = try RandomFacts(seed: 7, kind: .week).facts
        var texts: [Wording] = []
        let video = IdentifierSource(clock: .system).next(Video.self)
        for week in Int64(0)..<3 {
            facts.period = ReportPeriod(.week, containing: Day(number: 20_500 + week * 7))
            (facts.today, facts.childSince) = (Day(number: 20_600), Day(number: 20_000))
            let start = Instant(millisecondsSince1970: facts.period.from.number * 86_400_000) + .hours(30)
            facts.plays = [
                PlayFacts(
                    video: video,
                    title: nil,
                    topics: ["숫자"],
                    duration: .minutes(3),
                    watched: .minutes(3),
                    startedAt: start
                )
            ]
            facts.days = [ReportFacts.DayFacts(day: Day(of: start, in: facts.zone), watched: .minutes(3))]
            facts.playsKeptSince = nil
            texts += book.topics.ideas(for: Report(facts, book: book)).map(\.text)
        }
        #expect(Set(texts).count == 3)
    }
}
