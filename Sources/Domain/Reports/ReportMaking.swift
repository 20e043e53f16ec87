import struct Foundation.TimeZone

extension Report {
    /// The report that the facts give. Pure: the same facts give the same report.
    package init(_ facts: ReportFacts, book: ReportBook) {
        let reading = ReportReading(facts, book: book)
        period = facts.period
        age = facts.age
        isComplete = facts.period.to < facts.today
        days = reading.days
        total = reading.total
        hours = reading.hours
        rhythm = reading.rhythm
        longestSitting = reading.longestSitting
        average = facts.average
        themes = ThemeReading(reading).themes
        newAndRepeated = reading.newAndRepeated
        series = reading.series
        leftEarly = reading.leftEarly
        topics = reading.favourites { $0.topics }
        characters = reading.favourites { $0.characters }
        choosing = reading.choosing
        mainVideos = reading.mainVideos
        guidance = ScreenGuidance(age: facts.age)
    }
}

/// The facts with what several parts of a report need of them.
struct ReportReading {
    let facts: ReportFacts
    let book: ReportBook
    let edition: CurriculumEdition?
    let days: [Report.DayLine]
    let total: Measured<Span>
    /// Those within the period in which something was watched, oldest first.
    let plays: [PlayFacts]
    /// Why nothing can be said that needs single plays; nil where it can.
    let playsMissing: Missing?

    init(_ facts: ReportFacts, book: ReportBook) {
        self.facts = facts
        self.book = book
        let edition = book.curriculum.edition(inForceOn: facts.period.to)
        self.edition = edition.flatMap { $0.ages.contains(age: facts.age) ? $0 : nil }
        days = Self.days(facts)
        total = Self.total(days)
        let plays = facts.plays.filter { play in
            play.watched > .zero && facts.period.contains(Day(of: play.startedAt, in: facts.zone))
        }
        self.plays = plays.sorted { ($0.startedAt, $0.video) < ($1.startedAt, $1.video) }
        let isKept = facts.playsKeptSince.map { $0 <= facts.period.from } ?? true
        playsMissing = total.missing ?? (isKept ? plays.isEmpty ? .begunBefore : nil : .noLongerKept)
    }

    private static func days(_ facts: ReportFacts) -> [Report.DayLine] {
        let byDay = Dictionary(facts.days.map { ($0.day, $0) }, uniquingKeysWith: { first, _ in first })
        return facts.period.days.map { day in
            let fact = byDay[day]
            let watched: Measured<Span> =
                if day < facts.childSince {
                    .missing(.beforeChild)
                } else if day > facts.today {
                    .missing(.notYet)
                } else if let fact, fact.watched > .zero {
                    .known(fact.watched)
                } else {
                    .missing(.notWatched)
                }
            return Report.DayLine(
                day: day,
                watched: watched,
                limit: fact?.limit,
                isLimited: fact?.isLimited ?? false
            )
        }
    }

    private static func total(_ days: [Report.DayLine]) -> Measured<Span> {
        let known = days.compactMap(\.watched.value)
        if !known.isEmpty { return .known(known.reduce(.zero, +)) }
        // What a guardian would want to know first.
        let telling: [Missing] = [.notWatched, .notYet, .beforeChild]
        let reasons = Set(days.compactMap(\.watched.missing))
        return .missing(telling.first(where: reasons.contains) ?? .notWatched)
    }

    var hours: Measured<[Report.HourLine]> {
        total.map { _ in
            var watched = [Span](repeating: .zero, count: 24)
            for hour in facts.hours where facts.period.contains(Day(of: hour.startsAt, in: facts.zone)) {
                let place = LocalTime(hour.startsAt, in: facts.zone).minute / 60
                watched[place] = watched[place] + max(.zero, hour.watched)
            }
            return watched.enumerated().map { Report.HourLine(hour: $0, watched: $1) }
        }
    }

    var longestSitting: Measured<Sitting> {
        if let playsMissing { return .missing(playsMissing) }
        let sittings = facts.sittings.filter {
            $0.watched > .zero && facts.period.contains(Day(of: $0.start, in: facts.zone))
        }
        let longest = sittings.max { ($0.watched, $1.start) < ($1.watched, $0.start) }
        return longest.map(Measured.known) ?? .missing(.begunBefore)
    }

    var rhythm: Measured<Report.Rhythm> {
        if let missing = total.missing ?? (playsMissing == .noLongerKept ? .noLongerKept : nil) {
            return .missing(missing)
        }
        // Those of the night after the last evening too: they began on the day after the period.
        let sittings = facts.sittings.filter { $0.watched > .zero }
        let recorded = facts.period.days.filter { facts.childSince <= $0 && $0 <= facts.today }
        let bedtimes = Dictionary(
            facts.days.compactMap { fact in fact.bedtime.map { (fact.day, $0 < 12 * 60 ? $0 + 24 * 60 : $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        var (close, late, early): (Set<Day>, Set<Day>, Set<Day>) = ([], [], [])
        for sitting in sittings {
            let start = LocalTime(sitting.start, in: facts.zone)
            let isNight = start.minute < Report.Rhythm.endOfNight
            let evening = isNight ? Day(number: start.day.number - 1) : start.day
            let length = Int((sitting.end - sitting.start).milliseconds / Span.minutes(1).milliseconds)
            let end = start.minute + (isNight ? 24 * 60 : 0) + max(0, length)
            if let bedtime = bedtimes[evening] {
                if end > bedtime - Report.Rhythm.beforeBed { close.insert(evening) }
            } else if end > Report.Rhythm.lateEvening {
                late.insert(evening)
            }
            if !isNight, start.minute < Report.Rhythm.earlyMorning { early.insert(start.day) }
        }
        let withBedtime = recorded.count { bedtimes[$0] != nil }
        return .known(
            Report.Rhythm(
                eveningsCloseToBed: withBedtime == 0 ? nil : close.count { recorded.contains($0) },
                lateEvenings: withBedtime == recorded.count ? nil : late.count { recorded.contains($0) },
                earlyMornings: early.count { recorded.contains($0) }
            )
        )
    }

    /// A part of the report that needs single plays.
    func fromPlays<Value>(_ value: ([PlayFacts]) -> Value) -> Measured<Value> {
        if let playsMissing { return .missing(playsMissing) }
        return .known(value(plays))
    }
}

/// Day and minute after midnight on the family's clock.
private struct LocalTime {
    let day: Day
    /// 0 to 1439.
    let minute: Int

    init(_ instant: Instant, in zone: TimeZone) {
        let local = instant + .seconds(Int64(zone.secondsFromGMT(for: instant.date)))
        day = Day(of: local)
        let midnight = Instant(millisecondsSince1970: day.number * Span.days(1).milliseconds)
        minute = Int((local - midnight).milliseconds / Span.minutes(1).milliseconds)
    }
}
