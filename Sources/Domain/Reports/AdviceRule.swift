/// One piece of advice: when it fits, what is said, where it comes from, and what a family can do together.
package struct AdviceRule: Sendable, Hashable, Identifiable {
    /// A stable name, kept with every report that gave the advice.
    package struct ID: Sendable, Hashable, Comparable, LosslessStringConvertible, Codable {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }

        package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
    }

    package enum Kind: String, Sendable, CaseIterable, Codable {
        /// Something that went well.
        case win
        case suggestion
    }

    package let id: ID
    package let kind: Kind
    package let condition: AdviceCondition
    package let headline: Wording
    /// What was seen and why it is worth a word. `{measure}` stands for a measure the condition asks for; `{met}` and
    /// `{new}` for the names of areas met and of themes met for the first time.
    package let reason: Wording
    package let together: Wording
    package let source: Citation

    package init(
        _ id: String,
        _ kind: Kind,
        when condition: AdviceCondition,
        headline: Wording,
        reason: Wording,
        together: Wording,
        source: Citation
    ) {
        self.id = ID(id)
        self.kind = kind
        self.condition = condition
        self.headline = headline
        self.reason = reason
        self.together = together
        self.source = source
    }

    /// Every rule, within its kind the most worth saying first.
    package static let all: [AdviceRule] = wins + suggestions
}

/// Advice as it is given with one report.
package struct Advice: Sendable, Hashable {
    package let rule: AdviceRule.ID
    package let kind: AdviceRule.Kind
    package let headline: Wording
    package let reason: Wording
    package let together: Wording
    package let source: Citation

    package static let mostAtATime = 3
    /// Of a kind, so that praise does not drown a suggestion, and a page does not read like a list of faults.
    package static let mostOfAKind = 2

    /// What is said with a report of a week: at most three, wins first, never the same three weeks running, and what was
    /// said last week only when there is nothing else. What was said when the report was opened before is said again as
    /// long as it fits. Days and months get no advice: the rules speak of weeks.
    package static func chosen(
        for report: Report,
        given: AdviceGiven,
        from rules: [AdviceRule] = AdviceRule.all
    ) -> [Advice] {
        guard report.period.kind == .week else { return [] }
        let fitting = rules.filter { !given.makesThreeRunning($0.id) && $0.condition.holds(in: report) }
        var chosen: [AdviceRule] = []
        for kind in AdviceRule.Kind.allCases {
            let ofKind = fitting.filter { $0.kind == kind }
            let again = ofKind.filter { given.thisWeek.contains($0.id) }
            let others = ofKind.filter { !given.thisWeek.contains($0.id) }
            let fresh = others.filter { !given.lastWeek.contains($0.id) }
            let said = others.filter { given.lastWeek.contains($0.id) }
            chosen += (again + fresh + said).prefix(min(mostOfAKind, mostAtATime - chosen.count))
        }
        return chosen.map { $0.spoken(of: report) }
    }
}

extension AdviceRule {
    fileprivate func spoken(of report: Report) -> Advice {
        let areas = report.themes.value?.areas.filter(\.isMet).map(\.name) ?? []
        let new = report.themes.value?.newlyMet.prefix(3) ?? []
        var korean = reason.korean
        var english = reason.english
        func fill(_ place: String, _ word: Wording) {
            korean = korean.replacing("{\(place)}", with: word.korean)
            english = english.replacing("{\(place)}", with: word.english)
        }
        // Figures before names: a name may have braces, and must not be read as a place.
        for measure in condition.measures {
            if let value = measure.value(in: report) { fill(measure.rawValue, Wording(String(value))) }
        }
        fill("met", Wording.list(areas))
        fill("new", Wording.list(Array(new)))
        return Advice(
            rule: id,
            kind: kind,
            headline: headline,
            reason: Wording(korean: korean, english: english),
            together: together,
            source: source
        )
    }
}

extension Wording {
    fileprivate static func list(_ words: [Wording]) -> Wording {
        Wording(
            korean: words.map(\.korean).joined(separator: ", "),
            english: words.map(\.english).joined(separator: ", ")
        )
    }
}
