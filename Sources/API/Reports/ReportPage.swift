import Contract
import Domain
import Foundation

/// A report as its page shows it: every property is text, or a list of such, at the names of `report.mustache`.
struct ReportPage: Sendable {
    struct Table: Sendable {
        struct Cell: Sendable {
            let text: String
            let faint: Bool
        }

        struct Row: Sendable {
            let head: String
            let cells: [Cell]
        }

        let caption: String
        let columns: [String]
        let rows: [Row]
        /// Weeks below one another.
        let calendar: Bool
    }

    /// A chart, and beside it what it shows as a table.
    struct ChartPart: Sendable {
        let heading: String
        let explanation: String?
        let missing: String?
        let svg: String?
        let table: Table?
        let lines: [String]
    }

    /// Figures in sentences, or why there are none.
    struct FactPart: Sendable {
        let heading: String
        let explanation: String?
        let missing: String?
        let lines: [String]
    }

    struct ListPart: Sendable {
        let heading: String
        let explanation: String?
        let lines: [String]
    }

    let language: String
    let title: String
    let brand: String
    let heading: String
    let period: String
    let unfinished: String?
    let summary: String
    let counted: String
    let charts: [ChartPart]
    let facts: [FactPart]
    let themes: ThemesPart
    let together: TogetherPart?
    let lists: [ListPart]
    let advice: AdvicePart?
    let guidance: GuidancePart
    let footnote: String

    /// - Parameter nickname: the child's.
    init(_ made: MadeReport, of nickname: String, zone: TimeZone) {
        let (report, language) = (made.report, made.language)
        let writer = ReportWriter(report: report, language: language, zone: zone)
        self.language = language.rawValue
        period = report.period.words(in: language)
        heading = Wording(korean: "\(nickname)의 시청 이야기", english: "What \(nickname) watched")[language]
        title = "\(heading), \(period)"
        brand = Wording(korean: "킥킥", english: "Kyck")[language]
        unfinished = report.isComplete ? nil : Wording.unfinished[language]
        summary = report.summary[language]
        counted = Wording.countedInKyck[language]
        charts = [writer.days, writer.hours].compactMap(\.self)
        facts = [writer.sitting, writer.average, writer.newAndRepeated, writer.choosing]
        themes = ThemesPart(made)
        together = TogetherPart(made.ideas, in: language)
        lists = [writer.series, writer.favourites, writer.leftEarly].compactMap(\.self)
        advice = AdvicePart(made.advice, in: language)
        guidance = GuidancePart(report.guidance, in: language)
        footnote = Wording.footnote[language]
    }
}

extension ReportPage {
    struct ThemesPart: Sendable {
        struct Suggestions: Sendable {
            struct Video: Sendable {
                let title: String
                let length: String
            }

            let label: String
            let videos: [Video]
        }

        struct Area: Sendable {
            let name: String
            let isMet: Bool
            /// Met or not is said by a sign and in words, too.
            let sign: String
            let state: String
            let categories: [String]
            let suggestions: Suggestions?
        }

        let heading: String
        let explanation: String
        let missing: String?
        let areas: [Area]
        let lines: [String]

        init(_ made: MadeReport) {
            let language = made.language
            heading = ReportSection.themes.title[language]
            explanation = ReportSection.themes.explanation?[language] ?? ""
            missing = made.report.themes.missing?.text[language]
            guard let themes = made.report.themes.value else {
                (areas, lines) = ([], [])
                return
            }
            areas = themes.areas.map { line in
                let offered = made.suggestions.first { $0.area == line.area }?.videos ?? []
                return Area(
                    name: line.name[language],
                    isMet: line.isMet,
                    sign: line.isMet ? "●" : "○",
                    state: Wording(met: line)[language],
                    categories: Self.categories(of: line, in: language),
                    suggestions: offered.isEmpty
                        ? nil
                        : Suggestions(
                            label: Wording.suggestions[language],
                            videos: offered.map { video in
                                let length = Span(milliseconds: video.durationMS)
                                return Suggestions.Video(title: video.title, length: Wording(of: length)[language])
                            }
                        )
                )
            }
            let new = themes.newlyMet.map { $0[language] }
            lines = [
                themes.unlabelledNote?[language],
                new.isEmpty ? nil : Wording(newlyMet: new)[language],
                areas.contains { $0.suggestions != nil } ? Wording.aboutSuggestions[language] : nil,
            ].compactMap(\.self)
        }

        /// What of an area was met, category by category.
        private static func categories(of line: Report.AreaLine, in language: Guardian.Language) -> [String] {
            guard line.isMet, let categories = line.categories else { return [] }
            if let missing = categories.missing { return [missing.text[language]] }
            return (categories.value ?? []).filter(\.isMet).map { category in
                let contents = category.contents.map { $0.sentence[language] }.joined(separator: ", ")
                return "\(category.name[language]): \(contents)"
            }
        }
    }

    struct TogetherPart: Sendable {
        struct Idea: Sendable {
            let kind: String
            let title: String
            let text: String
        }

        let heading: String
        let ideas: [Idea]

        init?(_ ideas: [TogetherIdea], in language: Guardian.Language) {
            guard !ideas.isEmpty else { return nil }
            heading = ReportSection.together.title[language]
            self.ideas = ideas.map { idea in
                Idea(
                    kind: Wording(idea.kind)[language],
                    title: (idea.title ?? .unknownTitle)[language],
                    text: idea.text[language]
                )
            }
        }
    }

    struct AdvicePart: Sendable {
        struct Item: Sendable {
            let kind: String
            let kindName: String
            let headline: String
            let reason: String
            let together: String
            let sourceLabel: String
            let sourceName: String
            let sourceURL: String?
        }

        let heading: String
        let items: [Item]

        init?(_ advice: [Advice], in language: Guardian.Language) {
            guard !advice.isEmpty else { return nil }
            heading = ReportSection.advice.title[language]
            items = advice.map { one in
                Item(
                    kind: one.kind.rawValue,
                    kindName: Wording(one.kind)[language],
                    headline: one.headline[language],
                    reason: one.reason[language],
                    together: one.together[language],
                    sourceLabel: Wording.source[language],
                    sourceName: one.source.name[language],
                    sourceURL: one.source.url
                )
            }
        }
    }

    struct GuidancePart: Sendable {
        let heading: String
        let text: String
        let sourceLabel: String
        let sourceName: String
        let sourceURL: String

        init(_ guidance: ScreenGuidance, in language: Guardian.Language) {
            heading = ReportSection.guidance.title[language]
            text = guidance.text[language]
            sourceLabel = Wording.source[language]
            sourceName = guidance.source.name[language]
            sourceURL = guidance.source.url ?? ""
        }
    }
}
