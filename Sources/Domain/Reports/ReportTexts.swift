/// The parts of a report, in the order a parent reads them, with what stands above each.
package enum ReportSection: String, Sendable, CaseIterable, Codable {
    case days, hours, sitting, average, themes, together, newAndRepeated, series, favourites, leftEarly, choosing
    case advice, guidance

    package var title: Wording {
        switch self {
        case .days: Wording(korean: "하루하루 본 시간", english: "Time watched, day by day")
        case .hours: Wording(korean: "하루 중 언제 봤나요", english: "When in the day")
        case .sitting: Wording(korean: "가장 길게 이어 본 때", english: "The longest sitting")
        case .average: Wording(korean: "비슷한 나이 친구들의 하루", english: "Children of a similar age")
        case .themes: Wording(korean: "만난 이야기, 아직 만나지 못한 이야기", english: "Themes met, and not met yet")
        case .together: Wording(korean: "이렇게 이야기해 보세요", english: "Something to ask or do together")
        case .newAndRepeated: Wording(korean: "처음 본 영상과 다시 본 영상", english: "New and seen again")
        case .series: Wording(korean: "이어 보고 있는 시리즈", english: "Series being followed")
        case .favourites: Wording(korean: "요즘 좋아하는 것", english: "Favourites just now")
        case .leftEarly: Wording(korean: "처음만 보고 지나간 영상", english: "Left near the beginning")
        case .choosing: Wording(korean: "다음 영상은 누가 골랐나요", english: "How the next video came")
        case .advice: Wording(korean: "함께 나누고 싶은 한마디", english: "A few words for you")
        case .guidance: Wording(korean: "참고할 안내", english: "For reference")
        }
    }

    /// One sentence that says what the figures are; nil where the title says it all.
    package var explanation: Wording? {
        switch self {
        case .days:
            Wording(
                korean: "킥킥에서 본 시간만 세었어요. 막대가 없는 날은 기록이 없는 날이에요.",
                english: "Only time watched in Kyck. A day without a bar has no record."
            )
        case .sitting:
            Wording(
                korean: "쉬는 시간이 10분을 넘지 않으면 한 번으로 이어서 세었어요.",
                english: "Watching with breaks of less than ten minutes counts as one sitting."
            )
        case .average:
            Wording(
                korean: "킥킥 앱 내 시청만 모은 평균이에요. 친구들이 \(BandAverage.minimumChildren)명보다 적으면 보여 드리지 않아요. "
                    + "맞추어야 할 기준이 아니라 참고로만 봐 주세요.",
                english: "An average of watching in Kyck alone, shown only where there are at least "
                    + "\(BandAverage.minimumChildren) children. It is nothing to aim for."
            )
        case .themes:
            Wording(
                korean: "영상의 분류는 킥킥 편집자가 보고 붙인 것이에요. 만났다는 것은 그 이야기가 담긴 영상을 봤다는 뜻이에요.",
                english: "How a video is labelled is our editors' reading. To have met a theme means to have watched a "
                    + "video about it."
            )
        case .leftEarly:
            Wording(
                korean: "앞의 4분의 1이 지나기 전에 그만 본 영상이에요. 취향이 자라는 중일 수도 있어요.",
                english: "Videos left within their first quarter. Tastes may be growing."
            )
        case .hours, .together, .newAndRepeated, .series, .favourites, .choosing, .advice, .guidance: nil
        }
    }
}

extension Missing {
    /// What stands where a figure would.
    package var text: Wording {
        switch self {
        case .notWatched: Wording(korean: "킥킥에서 본 영상이 없어요", english: "Nothing was watched in Kyck")
        case .unlabelled:
            Wording(korean: "본 영상을 아직 분류하는 중이에요", english: "What was watched is not labelled yet")
        case .begunBefore:
            Wording(
                korean: "이 기간이 시작되기 전에 틀어 둔 영상이라 그때의 기록에 있어요",
                english: "What was watched had been started before, and is told of there"
            )
        case .beforeChild: Wording(korean: "프로필을 만들기 전이에요", english: "Before the profile was made")
        case .notYet: Wording(korean: "아직 오지 않은 날이에요", english: "Still to come")
        case .noLongerKept:
            Wording(
                korean: "영상 하나하나의 기록은 보관 기간이 지나 지웠어요",
                english: "Records of single videos were deleted after their time"
            )
        }
    }
}

extension ReportPeriod.Kind {
    /// The period in a sentence; a report may be of a week long past, so not "this week".
    package var words: Wording {
        switch self {
        case .day: Wording(korean: "이날", english: "on this day")
        case .week: Wording(korean: "한 주 동안", english: "over the week")
        case .month: Wording(korean: "한 달 동안", english: "over the month")
        }
    }
}

extension Wording {
    /// A length of time in hours and minutes, rounded to the nearest minute; less than one is said so.
    package init(of span: Span) {
        let minutes = Int((max(.zero, span).milliseconds + 30_000) / 60_000)
        let (hours, rest) = (minutes / 60, minutes % 60)
        if minutes == 0 {
            self.init(korean: "1분 미만", english: "less than a minute")
        } else if hours == 0 {
            self.init(korean: "\(rest)분", english: "\(rest) min")
        } else if rest == 0 {
            self.init(korean: "\(hours)시간", english: "\(hours) h")
        } else {
            self.init(korean: "\(hours)시간 \(rest)분", english: "\(hours) h \(rest) min")
        }
    }
}

extension BandAverage {
    /// The average in a sentence.
    package var text: Wording {
        switch self {
        case .average(let perDay, let children):
            let time = Wording(of: perDay)
            return Wording(
                korean: "비슷한 나이 친구들이 킥킥을 본 날에는 하루 평균 \(time.korean) 봤어요. 많은 날에는 친구가 \(children)명이었어요.",
                english: "On days they watched, children of a similar age watched \(time.english) in Kyck on average. "
                    + "There were up to \(children) of them on a day."
            )
        case .withheld:
            return Wording(
                korean: "비슷한 나이 친구가 아직 많지 않아 평균을 보여 드리지 않아요.",
                english: "There are still too few children of a similar age to show an average."
            )
        case .unknown:
            return Wording(
                korean: "이때의 평균은 아직 준비되지 않았어요.",
                english: "The average of this time is not ready yet."
            )
        }
    }
}

extension Report.Themes {
    /// Stands above what was met.
    package var metTitle: Wording {
        edition == nil
            ? Wording(korean: "만난 이야기", english: "Themes met") : Wording(korean: "만난 영역", english: "Areas met")
    }

    /// Says how many of the videos no label puts anywhere; nil where every one has its place.
    package var unlabelledNote: Wording? {
        guard unlabelledVideos > 0 else { return nil }
        return Wording(
            korean: "아직 분류하는 중인 영상이 \(unlabelledVideos)편 더 있어요.",
            english: unlabelledVideos == 1
                ? "One more video is not labelled yet." : "\(unlabelledVideos) more videos are not labelled yet."
        )
    }
}

extension Report {
    /// The report in one or two sentences, for its head and for a message.
    package var summary: Wording {
        guard let total = total.value else {
            return self.total.missing?.text ?? Missing.notWatched.text
        }
        let time = Wording(of: total)
        let opening = Wording(
            korean: "\(period.kind.words.korean) 킥킥에서 \(time.korean) 봤어요.",
            english: "\(time.english.capitalisedFirst) watched in Kyck \(period.kind.words.english)."
        )
        guard let themes = themes.value else { return opening }
        let met = themes.areas.filter(\.isMet).map(\.name)
        return Wording(
            korean: "\(opening.korean) \(themes.metTitle.korean): \(met.map(\.korean).joined(separator: ", "))",
            english: "\(opening.english) \(themes.metTitle.english): \(met.map(\.english).joined(separator: ", "))"
        )
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
