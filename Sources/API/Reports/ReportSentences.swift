import Domain

/// The sentences of a report's page. They count and compare nothing with anybody else's child.
extension Wording {
    static let unfinished = Wording(
        korean: "아직 끝나지 않은 기간이에요. 남은 날의 기록은 나중에 더해져요.",
        english: "This time is not over yet. What comes is added later."
    )
    static let countedInKyck = Wording(
        korean: "킥킥 앱 내 시청만 센 기록이에요. YouTube의 숫자는 들어 있지 않아요.",
        english: "Counted from watching in Kyck alone. No number here comes from YouTube."
    )
    static let footnote = Wording(
        korean: "영상 제목 가운데에는 YouTube에서 온 것이 있어요. 이 기록은 보호자만 볼 수 있고, 언제든 내려받거나 지울 수 있어요.",
        english:
            "Some titles come from YouTube. Only a guardian sees this record, and can take it along or delete it at "
            + "any time."
    )
    static let day = Wording(korean: "날", english: "Day")
    static let hour = Wording(korean: "시각", english: "Hour")
    static let none = Wording(korean: "보지 않기로 한 날", english: "none on this day")
    static let noRule = Wording(korean: "정하지 않음", english: "none set")
    static let minutesByDay = Wording(
        korean: "날마다 본 시간(분). – 는 기록이 없는 날이에요.",
        english: "Minutes watched each day; – is a day without a record."
    )
    static let weekFrom = Wording(korean: "시작", english: "From")
    static let hoursWatched = Wording(
        korean: "본 시각과 시간. 여기 없는 시각에는 보지 않았어요.",
        english: "Hours in which something was watched; in all others nothing was."
    )
    static let unknownTitle = Wording(
        korean: "지금은 제목을 알 수 없는 영상",
        english: "A video whose title is no longer known"
    )
    static let suggestions = Wording(korean: "이런 영상도 있어요", english: "There are videos like these")
    static let aboutSuggestions = Wording(
        korean: "아직 만나지 못한 이야기 아래에는 아이가 볼 수 있는 영상을 적어 두었어요. 꼭 보아야 하는 것은 아니에요.",
        english: "Below themes not met yet stand videos your child may see. There is no need to watch them."
    )
    static let source = Wording(korean: "출처", english: "Source")

    init(_ kind: AdviceRule.Kind) {
        switch kind {
        case .win: self.init(korean: "잘하고 있어요", english: "Going well")
        case .suggestion: self.init(korean: "이렇게 해 볼까요", english: "An idea")
        }
    }

    init(_ kind: TogetherIdea.Kind) {
        switch kind {
        case .ask: self.init(korean: "물어보기", english: "Ask")
        case .activity: self.init(korean: "함께 하기", english: "Do together")
        }
    }

    /// How far an area was met.
    init(met line: Report.AreaLine) {
        guard line.isMet else {
            self.init(korean: "아직 만나지 못했어요", english: "not met yet")
            return
        }
        self.init(
            korean: "영상 \(line.videos)편에서 만났어요",
            english: line.videos == 1 ? "met in one video" : "met in \(line.videos) videos"
        )
    }

    init(newlyMet names: [String]) {
        let list = names.joined(separator: ", ")
        self.init(korean: "처음 만난 이야기: \(list)", english: "Met for the first time: \(list)")
    }

    /// - Parameter minute: of the day the sitting began on.
    init(_ sitting: Sitting, on day: Day, atMinute minute: Int) {
        let clock = "\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
        let time = Wording(of: sitting.watched)
        self.init(
            korean: "\(day.words(in: .korean)) \(clock)에 시작해 \(time.korean) 봤어요. 영상은 \(sitting.plays)번 틀었어요.",
            english: "\(day.words(in: .english)), from \(clock): \(time.english), "
                + (sitting.plays == 1 ? "one video." : "videos started \(sitting.plays) times.")
        )
    }

    init(eveningsCloseToBed count: Int) {
        self.init(
            korean: "잠자리에 드는 시각까지 한 시간이 남지 않았을 때나 그 뒤에 본 날: \(count)일",
            english: "Days with watching within the hour before bedtime, or after: \(count)"
        )
    }

    init(lateEvenings count: Int) {
        self.init(korean: "밤 9시를 넘겨 본 날: \(count)일", english: "Days with watching after nine in the evening: \(count)")
    }

    init(earlyMornings count: Int) {
        self.init(
            korean: "아침 7시가 되기 전에 본 날: \(count)일",
            english: "Days with watching before seven in the morning: \(count)"
        )
    }

    init(new: Int, known: Int) {
        self.init(
            korean: "처음 본 영상 \(new)편, 전에 본 적이 있는 영상 \(known)편이에요.",
            english: "Seen for the first time: \(new). Seen before: \(known)."
        )
    }

    init(mostPlayed line: Report.VideoLine) {
        let title = line.title ?? .unknownTitle
        self.init(
            korean: "가장 여러 번 본 영상: ‘\(title.korean)’, \(line.times)번",
            english: "Played most often: “\(title.english)”, \(line.times) times"
        )
    }

    init(_ choosing: Report.Choosing) {
        self.init(
            korean: "골라서 본 것이 \(choosing.chosen)번, 저절로 이어진 것이 \(choosing.automatic)번이에요.",
            english: "Chosen: \(choosing.chosen). Followed by themselves: \(choosing.automatic)."
        )
    }

    init(_ line: Report.SeriesLine) {
        let reached = line.latestEpisode.map { Wording(korean: ", \($0)화까지", english: ", up to episode \($0)") }
        let videos = line.videos == 1 ? "one video" : "\(line.videos) videos"
        self.init(
            korean: "\(line.title.korean): \(line.videos)편\(reached?.korean ?? "")",
            english: "\(line.title.english): \(videos)\(reached?.english ?? "")"
        )
    }

    init(_ line: Report.FavouriteLine) {
        let time = Wording(of: line.watched)
        self.init(
            korean: "\(line.wording.korean): \(time.korean)",
            english: "\(line.wording.english): \(time.english)"
        )
    }
}
