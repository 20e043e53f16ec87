/// What a guardian decided about how much, when and what a child watches: DESIGN §5 "Watching", and the wishes 1, 3, 4, 7
/// and 14 of the parents in field.md. A value of this type is valid; what is not is refused with the field's name.
package struct WatchRules: Sendable, Hashable {
    /// A video that has less than this left when time runs out may finish (DESIGN §5; field.md, wish 4: "about 3 min").
    package static let gentleEnd = Span.minutes(3)
    /// How many bedtimes there may be: three a day, each day by itself.
    package static let maximumBedtimes = 21

    /// Approved-only, search on or off, and how many videos may follow by themselves.
    package let viewing: ViewingRules
    /// Of everything together, per day.
    package let minutes: DailyMinutes
    /// Of learning videos, per day; counts within `minutes`.
    package let learning: DailyMinutes
    /// Of all other videos, per day; counts within `minutes`.
    package let fun: DailyMinutes
    package let bedtimes: [Bedtime]
    /// Whether a video that cannot finish in the time left may be offered and begun.
    package let mayOfferWhatCannotFinish: Bool
    /// The same by day, Monday first, as `Allowance` reads it.
    let plans: [DayPlan]

    /// Nothing limited.
    package static let unlimited = Self(
        viewing: ViewingRules(),
        minutes: .unlimited,
        learning: .unlimited,
        fun: .unlimited,
        checkedBedtimes: [],
        mayOfferWhatCannotFinish: false
    )

    /// Nothing may be watched, and no bonus changes that: what holds where the rules that were set cannot be read.
    package static func closed(viewing: ViewingRules) -> Self {
        Self(
            viewing: viewing,
            minutes: DailyMinutes(every: 0),
            learning: .unlimited,
            fun: .unlimited,
            checkedBedtimes: [Bedtime(start: 0, end: 720), Bedtime(start: 720, end: 0)],
            mayOfferWhatCannotFinish: false
        )
    }

    /// Whether any day has a limit: only then does a bonus change anything.
    package var limitsMinutes: Bool {
        minutes != .unlimited || learning != .unlimited || fun != .unlimited
    }

    package init(
        viewing: ViewingRules = ViewingRules(),
        minutes: DailyMinutes = .unlimited,
        learning: DailyMinutes = .unlimited,
        fun: DailyMinutes = .unlimited,
        bedtimes: [Bedtime] = [],
        mayOfferWhatCannotFinish: Bool = false
    ) throws(Refusal) {
        guard ViewingRules.autoplayLimits.contains(viewing.autoplayCap) else {
            throw Refusal(field: .autoplayCap, reason: .outOfRange)
        }
        for weekday in Weekday.allCases {
            try Self.check(minutes, weekday, .minutes(weekday))
            try Self.check(learning, weekday, .learning(weekday))
            try Self.check(fun, weekday, .fun(weekday))
        }
        try Self.check(bedtimes)
        self.init(
            viewing: viewing,
            minutes: minutes,
            learning: learning,
            fun: fun,
            checkedBedtimes: bedtimes,
            mayOfferWhatCannotFinish: mayOfferWhatCannotFinish
        )
    }

    private init(
        viewing: ViewingRules,
        minutes: DailyMinutes,
        learning: DailyMinutes,
        fun: DailyMinutes,
        checkedBedtimes: [Bedtime],
        mayOfferWhatCannotFinish: Bool
    ) {
        self.viewing = viewing
        self.minutes = minutes
        self.learning = learning
        self.fun = fun
        bedtimes = checkedBedtimes
        self.mayOfferWhatCannotFinish = mayOfferWhatCannotFinish
        plans = Weekday.allCases.map { weekday in
            DayPlan(
                total: DayPlan.milliseconds(minutes[weekday]),
                learning: DayPlan.milliseconds(learning[weekday]),
                fun: DayPlan.milliseconds(fun[weekday]),
                bedtimes: checkedBedtimes.filter { $0.weekdays.contains(weekday) }
            )
        }
    }
}

// MARK: What is refused

extension WatchRules {
    /// Why rules cannot be: the first field that is wrong.
    package struct Refusal: Error, Hashable, Sendable {
        package let field: Field
        package let reason: Reason

        package init(field: Field, reason: Reason) {
            self.field = field
            self.reason = reason
        }
    }

    package enum Field: Hashable, Sendable {
        case autoplayCap
        case minutes(Weekday)
        case learning(Weekday)
        case fun(Weekday)
        case bedtimes
        /// By its place in the list, from 0.
        case bedtime(Int)
        case bedtimeWeekdays(Int)
        case bedtimeStart(Int)
        case bedtimeEnd(Int)

        /// As a client names it: `minutes.monday`, `bedtimes.0.end`.
        package var path: String {
            switch self {
            case .autoplayCap: "autoplay_cap"
            case .minutes(let weekday): "minutes.\(weekday.rawValue)"
            case .learning(let weekday): "learning.\(weekday.rawValue)"
            case .fun(let weekday): "fun.\(weekday.rawValue)"
            case .bedtimes: "bedtimes"
            case .bedtime(let place): "bedtimes.\(place)"
            case .bedtimeWeekdays(let place): "bedtimes.\(place).weekdays"
            case .bedtimeStart(let place): "bedtimes.\(place).start"
            case .bedtimeEnd(let place): "bedtimes.\(place).end"
            }
        }
    }

    package enum Reason: Hashable, Sendable {
        /// More than the day has, a minute the clock does not know, or below zero.
        case outOfRange
        /// A bedtime that ends when it begins.
        case endIsStart
        /// A bedtime on no day of the week.
        case empty
        /// It has minutes of the week in common with the bedtime at this place. Touching is no overlap.
        case overlaps(Int)
        /// More than `maximumBedtimes`.
        case tooMany
    }

    private static func check(_ minutes: DailyMinutes, _ weekday: Weekday, _ field: Field) throws(Refusal) {
        if let count = minutes[weekday], !DailyMinutes.limits.contains(count) {
            throw Refusal(field: field, reason: .outOfRange)
        }
    }

    private static func check(_ bedtimes: [Bedtime]) throws(Refusal) {
        guard bedtimes.count <= maximumBedtimes else { throw Refusal(field: .bedtimes, reason: .tooMany) }
        // Which bedtime has a minute of the week; a night from Sunday goes on in Monday's first hours.
        var owners = [Int?](repeating: nil, count: 7 * 1_440)
        for (place, bedtime) in bedtimes.enumerated() {
            guard Bedtime.minutes.contains(bedtime.start) else {
                throw Refusal(field: .bedtimeStart(place), reason: .outOfRange)
            }
            guard Bedtime.minutes.contains(bedtime.end) else {
                throw Refusal(field: .bedtimeEnd(place), reason: .outOfRange)
            }
            guard bedtime.start != bedtime.end else {
                throw Refusal(field: .bedtimeEnd(place), reason: .endIsStart)
            }
            guard !bedtime.weekdays.isEmpty else {
                throw Refusal(field: .bedtimeWeekdays(place), reason: .empty)
            }
            for (day, weekday) in Weekday.allCases.enumerated() where bedtime.weekdays.contains(weekday) {
                for minute in bedtime.start..<bedtime.start + bedtime.length {
                    let minuteOfWeek = (day * 1_440 + minute) % owners.count
                    if let owner = owners[minuteOfWeek] {
                        throw Refusal(field: .bedtime(place), reason: .overlaps(owner))
                    }
                    owners[minuteOfWeek] = place
                }
            }
        }
    }
}

/// One weekday of the rules in milliseconds, `unlimited` where there is no limit.
struct DayPlan: Sendable, Hashable {
    /// Longer than any time reckoned with, and small enough that a few of it can be added up.
    static let unlimited: Int64 = 1 << 60

    let total: Int64
    let learning: Int64
    let fun: Int64
    /// Those that begin on this day.
    let bedtimes: [Bedtime]

    static func milliseconds(_ minutes: Int?) -> Int64 {
        minutes.map { Int64($0) * 60_000 } ?? unlimited
    }
}
