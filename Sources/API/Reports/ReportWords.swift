import Domain

/// What stands around the figures of a report.
extension Wording {
    static let minutes = Wording(korean: "분", english: "min")
    static let watched = Wording(korean: "본 시간", english: "watched")
    static let rule = Wording(korean: "정한 시간", english: "time set")
    static let beyondTheRule = Wording(korean: "정한 시간보다 더 본 시간", english: "beyond the time set")
    static let noRecord = Wording(korean: "기록이 없는 날", english: "no record")

    /// An hour of the clock, 0 to 24.
    init(hour: Int) {
        self.init(korean: "\(hour)시", english: "\(hour < 10 ? "0" : "")\(hour):00")
    }
}

extension Weekday {
    var short: Wording {
        switch self {
        case .monday: Wording(korean: "월", english: "Mon")
        case .tuesday: Wording(korean: "화", english: "Tue")
        case .wednesday: Wording(korean: "수", english: "Wed")
        case .thursday: Wording(korean: "목", english: "Thu")
        case .friday: Wording(korean: "금", english: "Fri")
        case .saturday: Wording(korean: "토", english: "Sat")
        case .sunday: Wording(korean: "일", english: "Sun")
        }
    }
}

extension Day {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private var englishMonth: String { Self.months[(month - 1) % 12] }

    /// `11월 16일 (월)`, `Mon 16 November`.
    func words(in language: Guardian.Language) -> String {
        let weekday = Weekday(of: self).short[language]
        switch language {
        case .korean: return "\(month)월 \(day)일 (\(weekday))"
        case .english: return "\(weekday) \(day) \(englishMonth)"
        }
    }

    /// With its year.
    fileprivate func longWords(in language: Guardian.Language) -> String {
        switch language {
        case .korean: "\(year)년 \(month)월 \(day)일"
        case .english: "\(day) \(englishMonth) \(year)"
        }
    }

    fileprivate func monthWords(in language: Guardian.Language) -> String {
        language == .korean ? "\(year)년 \(month)월" : "\(englishMonth) \(year)"
    }
}

extension ReportPeriod {
    /// Which days these are.
    func words(in language: Guardian.Language) -> String {
        switch kind {
        case .day: return from.longWords(in: language)
        case .month: return from.monthWords(in: language)
        case .week:
            let year = from.year == to.year ? "" : " "
            guard year.isEmpty else { return "\(from.longWords(in: language)) – \(to.longWords(in: language))" }
            switch language {
            case .korean:
                let end = from.month == to.month ? "\(to.day)일" : "\(to.month)월 \(to.day)일"
                return "\(from.longWords(in: language)) – \(end)"
            case .english:
                let begin = from.month == to.month ? "\(from.day)" : "\(from.day) \(from.monthName)"
                return "\(begin) – \(to.longWords(in: language))"
            }
        }
    }
}

extension Day {
    fileprivate var monthName: String { englishMonth }
}
