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

    /// Videos of areas that were not met: what may be offered to the child now, in the order of the recommender, and what
    /// it has not ranked behind, newest first.
    func suggestions(
        for report: Report,
        of profile: ChildStore.Profile,
        in language: Guardian.Language
    ) async throws -> [ReportResponse.SuggestionPart] {
        let missed = report.themes.value?.areas.filter { !$0.isMet } ?? []
        guard !missed.isEmpty else { return [] }
        let view = try await view(of: profile)
        let ranked = await recommendations("recommendations") {
            try await recommendations.recommendations(for: profile.child.id, limit: 100, excluding: [])
        }
        let offered = view.screen.suggestions(first: (ranked ?? []).map(\.video))
        var given: Set<Video.ID> = []
        return missed.compactMap { line in
            let suitable = offered.filter { $0.entry.areas.contains(line.area) && !given.contains($0.id) }
            let videos = Array(suitable.prefix(Self.suggestionsOfArea))
            guard !videos.isEmpty else { return nil }
            given.formUnion(videos.map(\.id))
            let reasons = videos.map { ($0.id, Recommendation(video: $0.id, reason: .balance)) }
            return ReportResponse.SuggestionPart(
                area: line.area,
                name: line.name[language],
                videos: view.responses(videos, reasons: Dictionary(uniqueKeysWithValues: reasons))
            )
        }
    }
}
