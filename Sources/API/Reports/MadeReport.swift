import Contract
import Domain
import Storage

/// A report with everything that stands beside it, in the language asked for.
struct MadeReport: Sendable {
    let report: Report
    let language: Guardian.Language
    let ideas: [TogetherIdea]
    let advice: [Advice]
    /// Screened for the child.
    let suggestions: [ReportResponse.SuggestionPart]

    var response: ReportResponse {
        ReportResponse(report, ideas: ideas, advice: advice, suggestions: suggestions, in: language)
    }
}

extension APIServices {
    /// How many videos are suggested of an area that was not met.
    private static let suggestionsOfArea = 2

    /// Videos of areas that were not met, whatever the time of day: what may be offered to the child, in the order of the
    /// recommender, and what it has not ranked behind, newest first.
    func suggestions(
        for report: Report,
        of profile: ChildStore.Profile,
        in language: Guardian.Language
    ) async throws -> [ReportResponse.SuggestionPart] {
        let missed = report.themes.value?.areas.filter { !$0.isMet } ?? []
        guard !missed.isEmpty else { return [] }
        let view = try await view(of: profile, in: language)
        let ranked = await recommendations("recommendations") {
            try await recommendations.recommendations(for: profile.child.id, limit: 100, excluding: [])
        }
        let found = view.screen.suggestions(
            of: missed.map(\.area),
            count: Self.suggestionsOfArea,
            first: (ranked ?? []).map(\.video)
        )
        return missed.compactMap { line in
            guard let videos = found[line.area] else { return nil }
            let reasons = videos.map { ($0.id, Recommendation(video: $0.id, reason: .balance)) }
            return ReportResponse.SuggestionPart(
                area: line.area,
                name: line.name[language],
                videos: view.responses(videos, reasons: Dictionary(uniqueKeysWithValues: reasons))
            )
        }
    }
}
