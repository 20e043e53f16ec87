/// What a child may still watch at one moment (DESIGN §5). Pure: rules, bonus, what was watched and the time go in, and the
/// same always comes out; the server evaluates it on every play and every beat, and the app shows what it says.
///
/// A day's minutes are those of its weekday and the bonus granted for it. With both budgets limited the day never has more
/// than the two together, so a bonus is given once and not once per budget. A budget stops its own kind of video only.
package struct Allowance: Sendable, Hashable {
    /// Which budget a video is watched from.
    package enum Category: String, Sendable, Hashable, CaseIterable {
        case learning, fun

        /// What a video counts as: learning when it touches at least one area of the curriculum, else fun. The one place
        /// that says so; a video that left the catalogue while it played has no areas any more.
        package init(areas: [CurriculumArea]) {
            self = areas.isEmpty ? .fun : .learning
        }
    }

    /// Why it is over, as the API says it; when several are true, the first of these.
    package enum Cause: String, Sendable, Hashable, CaseIterable, Codable {
        case bedtime
        /// The day's minutes, or both budgets, are used up.
        case timeOver = "time_over"
        case learningOver = "learning_over"
        case funOver = "fun_over"
    }

    /// Time to say that it is soon over; the raw value is in minutes.
    package enum Warning: Int, Sendable, Hashable, CaseIterable {
        case oneMinute = 1
        case fiveMinutes = 5
    }

    /// Watched under the dates of `FamilyClock.countedDays`; below zero counts as zero.
    package struct Used: Sendable, Hashable {
        /// Everything, of whatever category.
        package var total: Span
        package var learning: Span
        package var fun: Span

        package init(total: Span, learning: Span = .zero, fun: Span = .zero) {
            self.total = total
            self.learning = learning
            self.fun = fun
        }
    }

    /// The video that is playing.
    package struct Current: Sendable, Hashable {
        package var category: Category
        /// Until its end; never negative.
        package var remaining: Span

        package init(category: Category, remaining: Span) {
            self.category = category
            self.remaining = remaining
        }
    }

    /// What is left of one category: how long until it is over. Unlimited is nil.
    private struct Room: Sendable, Hashable {
        let cause: Cause?
        let span: Span?
    }

    /// The family's date the answer is about.
    package let day: Day
    /// Left of the day's minutes and of each budget, bedtimes apart; never negative, nil without a limit.
    package let totalLeft: Span?
    package let learningLeft: Span?
    package let funLeft: Span?
    /// What can be watched from now on without a pause, of the current video's category or, without one, of any: never
    /// more than is left of the day's minutes, nor than the time until `endsAt`. Nil without a limit.
    package let remaining: Span?
    /// When watching on without a pause is over, past midnight and with the next day's minutes where they go on. Nil when
    /// that is not before the end of tomorrow, and when it is over now. On the day of a move it may be too early.
    package let endsAt: Instant?
    /// Set from five minutes before `endsAt` on, and from one minute.
    package let warning: Warning?
    /// Nil as long as the current video's category, or without a video any, may be watched.
    package let over: Cause?
    /// Whether the current video may play to its end: because it fits, or because less than `WatchRules.gentleEnd` of it
    /// was left when time ran out. False without a current video.
    package let mayFinish: Bool

    private let learningRoom: Room
    private let funRoom: Room
    private let mayOfferWhatCannotFinish: Bool
    private let autoplayCap: Int

    /// What is allowed at `now`.
    ///
    /// - Parameters:
    ///   - bonuses: at most one for a day, in any order; those of other days do no harm.
    ///   - used: counted by the server up to `now`, the current video included.
    ///   - current: nil when nothing is playing, as on the home page.
    package static func evaluate(
        rules: WatchRules,
        bonuses: [Bonus] = [],
        used: Used,
        now: Instant,
        clock: FamilyClock,
        current: Current? = nil
    ) -> Allowance {
        let moment = WatchMoment(
            rules: rules,
            bonuses: bonuses,
            used: used,
            now: now.millisecondsSince1970,
            clock: clock.covering(now)
        )
        return Allowance(moment, current: current)
    }

    private init(_ moment: WatchMoment, current: Current?) {
        let rules = moment.rules
        let (learning, fun) = (moment.outlook(for: .learning), moment.outlook(for: .fun))
        let own =
            switch current?.category {
            case .learning: learning
            case .fun: fun
            case nil: moment.outlook(for: nil)
            }
        day = moment.today
        totalLeft = Self.span(max(0, moment.left.total))
        learningLeft = Self.span(max(0, moment.left.learning))
        funLeft = Self.span(max(0, moment.left.fun))
        remaining = Self.span(min(max(0, moment.left(for: current?.category)), max(0, own.room)))
        over = own.cause
        let ends = own.cause == nil && own.room < DayPlan.unlimited
        endsAt = ends ? Instant(millisecondsSince1970: moment.now + own.room) : nil
        warning =
            if !ends {
                nil
            } else if own.room <= 60_000 {
                .oneMinute
            } else {
                own.room <= 300_000 ? .fiveMinutes : nil
            }
        // Below zero the room says for how long it has been over, so what is added up is left at the end of time.
        mayFinish = current.map { $0.remaining.milliseconds - own.room < WatchRules.gentleEnd.milliseconds } ?? false
        learningRoom = Room(cause: learning.cause, span: Self.span(max(0, learning.room)))
        funRoom = Room(cause: fun.cause, span: Self.span(max(0, fun.room)))
        mayOfferWhatCannotFinish = rules.mayOfferWhatCannotFinish
        autoplayCap = rules.viewing.autoplayCap
    }

    private static func span(_ milliseconds: Int64) -> Span? {
        milliseconds < DayPlan.unlimited / 2 ? Span(milliseconds: milliseconds) : nil
    }

    // MARK: What may be offered, begun and follow

    /// Why nothing of a category may begin now; nil when it may.
    package func over(for category: Category) -> Cause? {
        room(category).cause
    }

    /// Whether a video may be offered and begun: there is time, and it fits into it or the guardian lets begin what does
    /// not. The gentle end is for what is playing and makes no room here.
    ///
    /// - Parameter duration: what is left to play of it: its length, or from where the child goes on.
    package func admits(duration: Span, category: Category) -> Bool {
        let room = room(category)
        guard room.cause == nil else { return false }
        guard let span = room.span, !mayOfferWhatCannotFinish else { return true }
        return duration <= span
    }

    /// Whether another video may follow by itself after `count` that did so in a row; whether that video may be played is
    /// `admits`. A video the child chose begins the row anew.
    package func mayAutoplayNext(count: Int) -> Bool {
        over == nil && count < autoplayCap
    }

    private func room(_ category: Category) -> Room {
        switch category {
        case .learning: learningRoom
        case .fun: funRoom
        }
    }
}
