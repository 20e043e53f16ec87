/// Which themes the child met, from the labels of what it watched.
struct ThemeReading {
    private let reading: ReportReading
    /// Plays long enough to have met a theme.
    private let plays: [PlayFacts]

    init(_ reading: ReportReading) {
        self.reading = reading
        plays = reading.plays.filter(\.metItsTheme)
    }

    /// The areas a play's labels name, directly or by a content, in the curriculum's order.
    static func areas(of play: PlayFacts, _ curriculum: Curriculum) -> [CurriculumArea] {
        let named = Set(play.areas).union(play.contents.compactMap(curriculum.area(of:)))
        return CurriculumArea.allCases.filter(named.contains)
    }

    var themes: Measured<Report.Themes> {
        if let missing = reading.playsMissing { return .missing(missing) }
        guard !plays.isEmpty else { return .missing(.notWatched) }
        let curriculum = reading.book.curriculum
        let labelled = plays.map { ($0, Self.areas(of: $0, curriculum)) }
        guard labelled.contains(where: { !$0.1.isEmpty }) else { return .missing(.unlabelled) }
        let lines = (reading.edition?.areas.map(\.area) ?? CurriculumArea.allCases).map { area in
            line(of: area, labelled.filter { $0.1.contains(area) }.map(\.0))
        }
        return .known(
            Report.Themes(
                edition: reading.edition?.id,
                areas: lines,
                unlabelledVideos: Set(labelled.filter(\.1.isEmpty).map(\.0.video)).count,
                newlyMet: newlyMet(lines)
            )
        )
    }

    private func line(of area: CurriculumArea, _ plays: [PlayFacts]) -> Report.AreaLine {
        let section = reading.edition?.section(area)
        return Report.AreaLine(
            area: area,
            name: section?.name ?? area.plainName,
            videos: Set(plays.map(\.video)).count,
            categories: section.map { categories(of: $0, plays) }
        )
    }

    private func categories(
        of section: CurriculumEdition.Section,
        _ plays: [PlayFacts]
    ) -> Measured<[Report.CategoryLine]> {
        var videos: [CurriculumCode: Set<Video.ID>] = [:]
        for play in plays {
            for content in play.contents where content.edition == reading.edition?.id {
                videos[content.code, default: []].insert(play.video)
            }
        }
        let lines = section.categories.map { category in
            let met = category.contents.filter { videos[$0.code] != nil }
            return Report.CategoryLine(
                code: category.code,
                name: category.name,
                videos: Set(met.flatMap { videos[$0.code] ?? [] }).count,
                contents: met
            )
        }
        // Its videos say the area and no more: that is no reason to call every category unmet.
        guard plays.isEmpty || lines.contains(where: \.isMet) else { return .missing(.unlabelled) }
        return .known(lines)
    }

    private func newlyMet(_ lines: [Report.AreaLine]) -> [Wording] {
        // In a child's first days everything is new, which says nothing.
        guard let before = reading.facts.metBefore, !before.categories.isEmpty || !before.topics.isEmpty else {
            return []
        }
        let categories = lines.flatMap { $0.categories?.value ?? [] }
            .filter { $0.isMet && !before.categories.contains($0.code) }
        if !categories.isEmpty { return categories.map(\.name) }
        var topics: [String] = []
        for topic in plays.flatMap(\.topics) where !before.topics.contains(topic) && !topics.contains(topic) {
            topics.append(topic)
        }
        return topics.map(reading.book.topics.name(of:))
    }
}

extension CurriculumArea {
    /// What the theme is called outside the curriculum's ages.
    package var plainName: Wording {
        switch self {
        case .body: Wording(korean: "몸과 건강", english: "Body and health")
        case .communication: Wording(korean: "말과 이야기", english: "Words and stories")
        case .social: Wording(korean: "마음과 친구", english: "Feelings and friends")
        case .art: Wording(korean: "소리와 그림", english: "Sounds and pictures")
        case .nature: Wording(korean: "자연과 발견", english: "Nature and discovery")
        }
    }
}
