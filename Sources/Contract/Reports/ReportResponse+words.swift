package import Domain

extension ReportResponse {
    /// Something to ask or do after a video.
    package struct IdeaPart: Encodable, Sendable {
        package let videoID: Video.ID
        package let title: String?
        package let kind: TogetherIdea.Kind
        package let text: String

        package init(_ idea: TogetherIdea, in language: Guardian.Language) {
            videoID = idea.video
            title = idea.title?[language]
            kind = idea.kind
            text = idea.text[language]
        }

        package enum CodingKeys: String, CodingKey {
            case title, kind, text
            case videoID = "video_id"
        }
    }

    package struct AdvicePart: Encodable, Sendable {
        /// A stable name.
        package let rule: String
        package let kind: AdviceRule.Kind
        package let headline: String
        package let reason: String
        package let together: String
        package let source: SourcePart

        package init(_ advice: Advice, in language: Guardian.Language) {
            rule = advice.rule.description
            kind = advice.kind
            headline = advice.headline[language]
            reason = advice.reason[language]
            together = advice.together[language]
            source = SourcePart(advice.source, in: language)
        }
    }

    package struct SourcePart: Encodable, Sendable {
        package let name: String
        package let url: String?

        package init(_ source: Citation, in language: Guardian.Language) {
            name = source.name[language]
            url = source.url
        }
    }

    /// Videos of an area that was not met, which the child may see.
    package struct SuggestionPart: Encodable, Sendable {
        package let area: CurriculumArea
        package let name: String
        package let videos: [VideoResponse]

        package init(area: CurriculumArea, name: String, videos: [VideoResponse]) {
            self.area = area
            self.name = name
            self.videos = videos
        }
    }

    package struct GuidancePart: Encodable, Sendable {
        package let text: String
        package let source: SourcePart

        package init(_ guidance: ScreenGuidance, in language: Guardian.Language) {
            text = guidance.text[language]
            source = SourcePart(guidance.source, in: language)
        }
    }

    /// - Parameters:
    ///   - ideas: of the report's main videos.
    ///   - suggestions: already screened for the child.
    package init(
        _ report: Report,
        ideas: [TogetherIdea],
        advice: [Advice],
        suggestions: [SuggestionPart],
        in language: Guardian.Language
    ) {
        period = Period(report)
        age = report.age
        summary = report.summary[language]
        days = report.days.map { DayPart($0, in: language) }
        total = Measure(report.total.map(WatchedPart.init), in: language)
        hours = Measure(report.hours.map { $0.map(HourPart.init) }, in: language)
        rhythm = Measure(report.rhythm.map(RhythmPart.init), in: language)
        longestSitting = Measure(report.longestSitting.map(SittingPart.init), in: language)
        average = AveragePart(report.average, in: language)
        themes = Measure(report.themes.map { ThemesPart($0, in: language) }, in: language)
        newAndRepeated = Measure(report.newAndRepeated.map { NewAndRepeatedPart($0, in: language) }, in: language)
        series = report.series.map { SeriesPart($0, in: language) }
        leftEarly = report.leftEarly.map { VideoPart($0, in: language) }
        topics = report.topics.map { FavouritePart($0, in: language) }
        characters = report.characters.map { FavouritePart($0, in: language) }
        choosing = Measure(report.choosing.map(ChoosingPart.init), in: language)
        together = ideas.map { IdeaPart($0, in: language) }
        self.advice = advice.map { AdvicePart($0, in: language) }
        self.suggestions = suggestions
        guidance = GuidancePart(report.guidance, in: language)
    }
}
