/// A figure of a report that advice can ask for. Only conditions see these; none of them is shown as a share or a goal.
package enum AdviceMeasure: String, Sendable, CaseIterable {
    case daysWatched, daysWithoutWatching
    /// Days on which something was watched and a time was set, and those of them on which more was watched.
    case daysWithLimit, daysOverLimit
    /// Days with a time set, of one kind of video too, watched or not.
    case daysLimited
    /// What was watched on days with a time set, in hundredths of that time.
    case limitUsed
    case eveningsCloseToBed, lateEvenings, earlyMornings
    case longestSittingMinutes
    case plays, repeatedPercent, mostPlayedTimes, automaticPlays, automaticPercent
    /// Different videos of the series that was followed furthest.
    case seriesVideos
    case videosLeftEarly
    case areasMet, newThemes
    /// 1 within the curriculum's ages, 0 outside.
    case withinCurriculum

    /// Nil where the report does not know it: then no condition on it holds.
    package func value(in report: Report) -> Int? {
        switch self {
        case .daysWatched: report.days.count { $0.watched.value != nil }
        // A day that is not over may yet be watched on.
        case .daysWithoutWatching: report.isComplete ? report.days.count { $0.watched.missing == .notWatched } : nil
        case .daysWithLimit: report.daysUnderRule.count
        case .daysOverLimit: report.daysUnderRule.count { $0.isWithinLimit == false }
        case .daysLimited: report.days.count(where: \.isLimited)
        case .limitUsed: report.limitUsed
        case .eveningsCloseToBed: report.rhythm.value?.eveningsCloseToBed
        case .lateEvenings: report.rhythm.value?.lateEvenings
        case .earlyMornings: report.rhythm.value?.earlyMornings
        case .longestSittingMinutes: report.longestSitting.value.map { Int($0.watched.milliseconds / 60_000) }
        case .plays: report.newAndRepeated.value?.plays
        case .repeatedPercent: report.newAndRepeated.value.flatMap { Self.percent($0.repeatedPlays, of: $0.plays) }
        case .mostPlayedTimes: report.newAndRepeated.value?.mostPlayed?.times
        case .automaticPlays: report.choosing.value?.automatic
        case .automaticPercent:
            report.choosing.value.flatMap { Self.percent($0.automatic, of: $0.automatic + $0.chosen) }
        case .seriesVideos: report.series.map(\.videos).max()
        case .videosLeftEarly: report.newAndRepeated.value.map { _ in report.leftEarly.count }
        case .areasMet: report.themes.value?.areas.count(where: \.isMet)
        case .newThemes: report.themes.value?.newlyMet.count
        case .withinCurriculum: report.themes.value.map { $0.edition == nil ? 0 : 1 }
        }
    }

    private static func percent(_ part: Int, of whole: Int) -> Int? {
        whole > 0 ? part * 100 / whole : nil
    }
}

extension Report {
    fileprivate var daysUnderRule: [DayLine] { days.filter { $0.isWithinLimit != nil } }

    fileprivate var limitUsed: Int? {
        let given = daysUnderRule.reduce(Span.zero) { $0 + ($1.limit ?? .zero) }
        let used = daysUnderRule.reduce(Span.zero) { $0 + ($1.watched.value ?? .zero) }
        return given > .zero ? Int(used.milliseconds * 100 / given.milliseconds) : nil
    }
}

/// When a piece of advice fits, as data.
package indirect enum AdviceCondition: Sendable, Hashable {
    case atLeast(AdviceMeasure, Int)
    case atMost(AdviceMeasure, Int)
    case all([AdviceCondition])

    /// What is missing makes every comparison with it false.
    package func holds(in report: Report) -> Bool {
        switch self {
        case .atLeast(let measure, let bound): measure.value(in: report).map { $0 >= bound } ?? false
        case .atMost(let measure, let bound): measure.value(in: report).map { $0 <= bound } ?? false
        case .all(let conditions): conditions.allSatisfy { $0.holds(in: report) }
        }
    }

    /// The measures the condition asks for.
    package var measures: Set<AdviceMeasure> {
        switch self {
        case .atLeast(let measure, _), .atMost(let measure, _): [measure]
        case .all(let conditions):
            conditions.reduce(into: []) { $0.formUnion($1.measures) }
        }
    }
}
