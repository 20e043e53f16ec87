/// The reckoning behind `Allowance`, in milliseconds. What has no limit is `DayPlan.unlimited` or a little less.
struct WatchMoment {
    /// What a day has, bonus included, what was watched of it, or what is left; the last may be below zero.
    struct Minutes {
        var total: Int64
        var learning: Int64
        var fun: Int64

        static func - (one: Self, other: Self) -> Self {
            Self(total: one.total - other.total, learning: one.learning - other.learning, fun: one.fun - other.fun)
        }
    }

    /// Until a category is over; when it is, for how long it has been, as a negative number.
    struct Outlook {
        var cause: Allowance.Cause?
        var room: Int64
    }

    /// The family's next date, of which nothing was watched yet; on the day of a move, what was watched today counts there,
    /// too.
    private struct Tomorrow {
        let begin: Int64
        let end: Int64
        let left: Minutes
        let isDayOfMove: Bool
    }

    let rules: WatchRules
    let now: Int64
    let today: Day
    let left: Minutes
    private let tomorrow: Tomorrow
    /// When the bedtime began that it is now, and when the next one begins.
    private let bedtimeSince: Int64?
    private let nextBedtime: Int64

    init(rules: WatchRules, bonuses: [Bonus], used: Allowance.Used, now: Int64, clock: FamilyClock) {
        let instant = Instant(millisecondsSince1970: now)
        let today = clock.today(at: instant)
        let counted = clock.countedDays(at: instant, today: today)
        let used = Minutes(
            total: max(0, used.total.milliseconds),
            learning: max(0, used.learning.milliseconds),
            fun: max(0, used.fun.milliseconds)
        )
        left = Self.minutes(of: today, bonusOf: counted, rules: rules, bonuses: bonuses) - used
        let midnight = clock.zone.nextDay(after: now)
        tomorrow = Self.tomorrow(from: midnight, used: used, rules: rules, bonuses: bonuses, clock: clock)
        let nights = Nights(rules: rules, zone: clock.zone, today: today.number)
        bedtimeSince = nights.beginning(at: now)
        nextBedtime = nights.next(after: now)
        self.rules = rules
        self.now = now
        self.today = today
    }

    private static func tomorrow(
        from midnight: Int64,
        used: Minutes,
        rules: WatchRules,
        bonuses: [Bonus],
        clock: FamilyClock
    ) -> Tomorrow {
        let instant = Instant(millisecondsSince1970: midnight)
        let day = clock.today(at: instant)
        let counted = clock.countedDays(at: instant, today: day)
        let granted = minutes(of: day, bonusOf: counted, rules: rules, bonuses: bonuses)
        let isDayOfMove = clock.dayOfMove.map { instant < $0.until } ?? false
        return Tomorrow(
            begin: midnight,
            end: clock.zone.nextDay(after: midnight),
            left: isDayOfMove ? granted - used : granted,
            isDayOfMove: isDayOfMove
        )
    }

    private static func minutes(
        of day: Day,
        bonusOf days: ClosedRange<Day>,
        rules: WatchRules,
        bonuses: [Bonus]
    ) -> Minutes {
        let plan = rules.plans[Weekday.index(of: day.number)]
        var bonus: Int64 = 0
        for granted in bonuses where days.contains(granted.day) {
            bonus += Int64(granted.minutes) * 60_000
        }
        return Minutes(
            total: min(plan.total, plan.learning + plan.fun) + bonus,
            learning: plan.learning + bonus,
            fun: plan.fun + bonus
        )
    }

    /// What a category, or without one any, has of these minutes.
    private static func share(_ minutes: Minutes, of category: Allowance.Category?) -> Int64 {
        switch category {
        case .learning: min(minutes.total, minutes.learning)
        case .fun: min(minutes.total, minutes.fun)
        case nil: min(minutes.total, max(0, minutes.learning) + max(0, minutes.fun))
        }
    }

    func left(for category: Allowance.Category?) -> Int64 {
        Self.share(left, of: category)
    }

    func outlook(for category: Allowance.Category?) -> Outlook {
        let share = left(for: category)
        if let bedtimeSince {
            return Outlook(cause: .bedtime, room: min(bedtimeSince - now, min(0, share)))
        }
        guard share <= 0 else { return Outlook(cause: nil, room: room(for: category, share: share)) }
        let cause: Allowance.Cause =
            switch category {
            case .learning where left.total > 0: .learningOver
            case .fun where left.total > 0: .funOver
            default: .timeOver
            }
        return Outlook(cause: cause, room: share)
    }

    /// How long can be watched from now on without a pause.
    private func room(for category: Allowance.Category?, share: Int64) -> Int64 {
        let midnight = tomorrow.begin
        let end = min(now + share, nextBedtime)
        if end < midnight { return end - now }
        if nextBedtime == midnight { return midnight - now }
        var left = tomorrow.left
        if tomorrow.isDayOfMove {
            let watched = midnight - now
            left.total -= watched
            if category == .learning { left.learning -= watched }
            if category == .fun { left.fun -= watched }
        }
        let nextShare = Self.share(left, of: category)
        if nextShare <= 0 { return midnight - now }
        let nextEnd = min(midnight + nextShare, nextBedtime)
        return nextEnd < tomorrow.end ? nextEnd - now : DayPlan.unlimited
    }
}

/// The bedtimes around one day, as stretches of time.
private struct Nights {
    private static let day: Int64 = 86_400_000

    let rules: WatchRules
    let zone: ZoneClock
    /// The day's number.
    let today: Int64

    /// When the bedtime began that `now` is in; bedtimes that touch are one. Nil outside of any.
    func beginning(at now: Int64) -> Int64? {
        guard var begin = begin(around: now) else { return nil }
        while let earlier = self.begin(around: begin - 1) {
            begin = earlier
        }
        return begin
    }

    /// The beginning of the next bedtime until the end of tomorrow, else `DayPlan.unlimited`.
    func next(after now: Int64) -> Int64 {
        var next = DayPlan.unlimited
        // Where a date was left out, as in Apia in 2011, tomorrow is two days on.
        for offset: Int64 in -1...2 {
            for bedtime in bedtimes(offset) {
                let (begin, end) = times(bedtime, offset)
                if begin > now, begin < end { next = min(next, begin) }
            }
        }
        return next
    }

    private func begin(around now: Int64) -> Int64? {
        for offset: Int64 in -1...1 {
            for bedtime in bedtimes(offset) {
                let (begin, end) = times(bedtime, offset)
                if begin <= now, now < end { return begin }
            }
        }
        return nil
    }

    private func bedtimes(_ offset: Int64) -> [Bedtime] {
        rules.plans[Weekday.index(of: today + offset)].bedtimes
    }

    private func times(_ bedtime: Bedtime, _ offset: Int64) -> (begin: Int64, end: Int64) {
        let start = (today + offset) * Self.day + Int64(bedtime.start) * 60_000
        let end = start + Int64(bedtime.length) * 60_000
        return (zone.firstTime(reaching: start), zone.lastTime(reaching: end))
    }
}
