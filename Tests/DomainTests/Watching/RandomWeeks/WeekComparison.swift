import Domain

/// Lets the rules and the counter go through a week side by side, minute by minute.
struct WeekComparison {
    struct UnknownZone: Error {}

    /// One in so many minutes is asked for what needs a walk into the future, too.
    private static let rare = 211

    private let idleStep: Int
    private let week: RandomWeek
    private let rules: WatchRules
    private let clock: FamilyClock
    private var counter: MinuteCounter
    private var bonuses: [Bonus] = []
    private var random: SplitMix
    private(set) var evaluations = 0
    private(set) var differences = 0
    /// The first that was found, in words.
    private(set) var example: String?

    /// - Parameter idleStep: compares every minute that something is watched, and every one in so many of the others.
    init(table: WallTable, seed: UInt64, idleStep: Int = 1) throws {
        self.idleStep = idleStep
        week = RandomWeek(seed: seed)
        counter = MinuteCounter(table: table, rules: week.rules)
        rules = try WatchRules(week.rules)
        random = SplitMix(state: ~seed)
        let middle = Instant(millisecondsSince1970: Int64(table.start + WallTable.week) * 60_000)
        guard let zone = ZoneClock(zone: table.zone, around: middle, days: 20) else { throw UnknownZone() }
        clock = FamilyClock(zone: zone)
    }

    mutating func run() throws {
        var sessions = week.sessions[...]
        for (offset, minute) in counter.table.minutesOfWeek.enumerated() {
            for grant in week.grants where grant.minute == offset {
                try give(grant.minutes, date: counter.table.dates[minute] + grant.daysAhead)
            }
            while let first = sessions.first, first.start + first.length <= offset { sessions.removeFirst() }
            let session = sessions.first.flatMap { $0.start <= offset ? $0 : nil }
            let left = session.map { $0.video - (offset - $0.start) % $0.video }
            let end = counter.end(of: session?.kind, at: minute)
            if session != nil || offset % idleStep == 0 {
                let allowance = evaluate(minute, session?.kind, left)
                compareNow(allowance, minute, session?.kind)
            }
            if offset % Self.rare == Int(week.seed % UInt64(Self.rare)) {
                let kind = session?.kind ?? [nil, .learning, .fun].randomElement(using: &random) ?? nil
                compareForecast(kind, left ?? .random(in: 1...60, using: &random), minute)
            }
            guard let session, let left else { continue }
            let stops = session.obeys && end != nil && left + counter.overrun(of: session.kind, at: minute) >= 3
            if !stops { counter.watch(session.kind, at: minute) }
        }
    }

    private mutating func give(_ minutes: Int, date: Int) throws {
        counter.grant(minutes, date: date)
        let day = Day(number: Int64(date))
        if let place = bonuses.firstIndex(where: { $0.day == day }) {
            bonuses[place] = try bonuses[place].adding(minutes)
        } else {
            bonuses.append(try Bonus(day: day, minutes: minutes))
        }
    }

    /// - Parameter seconds: of this minute that were watched already.
    private mutating func evaluate(
        _ minute: Int,
        _ kind: RandomWeek.Kind?,
        _ left: Int?,
        seconds: Int64 = 0
    ) -> Allowance {
        evaluations += 1
        let jar = counter.jar(date: counter.table.dates[minute])
        var used = Allowance.Used(
            total: .minutes(Int64(jar.usedLearning + jar.usedFun)),
            learning: .minutes(Int64(jar.usedLearning)),
            fun: .minutes(Int64(jar.usedFun))
        )
        used.total = used.total + .seconds(seconds)
        if kind == .learning { used.learning = used.learning + .seconds(seconds) }
        if kind == .fun { used.fun = used.fun + .seconds(seconds) }
        var current: Allowance.Current?
        if let kind, let left {
            current = Allowance.Current(category: Allowance.Category(kind), remaining: .minutes(Int64(left)))
        }
        return Allowance.evaluate(
            rules: rules,
            bonuses: bonuses,
            used: used,
            now: instant(minute) + .seconds(seconds),
            clock: clock,
            current: current
        )
    }

    private func instant(_ minute: Int) -> Instant {
        Instant(millisecondsSince1970: Int64(counter.table.start + minute) * 60_000)
    }

    private mutating func compare<Value: Equatable>(_ what: String, _ rule: Value, _ count: Value, _ minute: Int) {
        guard rule != count else { return }
        differences += 1
        if example == nil {
            example =
                "\(counter.table.zone), seed \(week.seed), \(instant(minute).date): \(what) is \(rule), not \(count)"
        }
    }

    /// What is so at this minute.
    private mutating func compareNow(_ allowance: Allowance, _ minute: Int, _ kind: RandomWeek.Kind?) {
        let jar = counter.jar(date: counter.table.dates[minute])
        compare("over", allowance.over, cause(kind, minute), minute)
        compare("over for learning", allowance.over(for: .learning), cause(.learning, minute), minute)
        compare("over for fun", allowance.over(for: .fun), cause(.fun, minute), minute)
        compare("total left", allowance.totalLeft, Self.span(min(jar.total, jar.both)), minute)
        compare("learning left", allowance.learningLeft, Self.span(jar.learning), minute)
        compare("fun left", allowance.funLeft, Self.span(jar.fun), minute)
        compare("day", allowance.day.number, Int64(counter.table.dates[minute]), minute)
    }

    /// What will be so if the child goes on.
    private mutating func compareForecast(_ kind: RandomWeek.Kind?, _ video: Int, _ minute: Int) {
        let allowance = evaluate(minute, kind, video)
        let over = counter.end(of: kind, at: minute) != nil
        let steps = counter.minutesToTheEnd(of: kind, from: minute)
        let endsAt = over ? nil : steps.map { instant(minute + $0) }
        compare("end", allowance.endsAt, endsAt, minute)
        let jar = counter.jar(date: counter.table.dates[minute])
        let share =
            switch kind {
            case .learning: jar.learning
            case .fun: jar.fun
            case nil: max(0, jar.learning) + max(0, jar.fun)
            }
        let remaining = min(max(0, min(share, jar.total, jar.both)), steps ?? MinuteCounter.endless)
        compare("remaining", allowance.remaining, Self.span(remaining), minute)
        let warning = over ? nil : steps.flatMap { $0 <= 1 ? 1 : $0 <= 5 ? 5 : nil }
        compare("warning", allowance.warning?.rawValue, warning, minute)
        let fits = steps.map { video <= $0 } ?? true
        let starts = !over && (fits || week.rules.mayOfferWhatCannotFinish)
        if let kind {
            let late = over ? -counter.overrun(of: kind, at: minute) : steps
            compare("may finish", allowance.mayFinish, late.map { video - $0 < 3 } ?? true, minute)
            let admits = allowance.admits(duration: .minutes(Int64(video)), category: Allowance.Category(kind))
            compare("admits", admits, starts, minute)
            if !over {
                let later = evaluate(minute, kind, video, seconds: 30)
                compare("end, half a minute later", later.endsAt, endsAt, minute)
            }
        } else {
            compare("may finish", allowance.mayFinish, false, minute)
        }
    }

    private func cause(_ kind: RandomWeek.Kind?, _ minute: Int) -> Allowance.Cause? {
        switch counter.end(of: kind, at: minute) {
        case .night: .bedtime
        case .total: .timeOver
        case .learning: .learningOver
        case .fun: .funOver
        case nil: nil
        }
    }

    private static func span(_ minutes: Int) -> Span? {
        minutes < MinuteCounter.endless / 2 ? .minutes(Int64(max(0, minutes))) : nil
    }
}

extension Allowance.Category {
    fileprivate init(_ kind: RandomWeek.Kind) {
        self = kind == .learning ? .learning : .fun
    }
}

extension WatchRules {
    fileprivate init(_ plain: PlainRules) throws {
        func minutes(_ each: [Int?]) -> DailyMinutes {
            var minutes = DailyMinutes.unlimited
            for (weekday, count) in zip(Weekday.allCases, each) { minutes[weekday] = count }
            return minutes
        }
        self = try WatchRules(
            minutes: minutes(plain.total),
            learning: minutes(plain.learning),
            fun: minutes(plain.fun),
            bedtimes: plain.nights.map { night in
                let weekdays = zip(Weekday.allCases, night.weekdays).filter(\.1).map(\.0)
                return Bedtime(on: Set(weekdays), start: night.start, end: night.end)
            },
            mayOfferWhatCannotFinish: plain.mayOfferWhatCannotFinish
        )
    }
}
