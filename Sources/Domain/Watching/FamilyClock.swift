/// What a family calls "today", also on the day it moves to another time zone.
package struct FamilyClock: Sendable, Hashable {
    package let zone: ZoneClock
    package let dayOfMove: DayOfMove?

    package init(zone: ZoneClock, dayOfMove: DayOfMove? = nil) {
        self.zone = zone
        self.dayOfMove = dayOfMove
    }

    /// The date on the family's clock: time that is watched counts under it, and its weekday says which rules hold.
    package func today(at now: Instant) -> Day {
        zone.day(of: now)
    }

    /// The dates whose watched time, added up, is what `Allowance` calls used today: today alone, but on the day of a move.
    package func countedDays(at now: Instant) -> ClosedRange<Day> {
        countedDays(at: now, today: today(at: now))
    }

    func countedDays(at now: Instant, today: Day) -> ClosedRange<Day> {
        guard let dayOfMove, now < dayOfMove.until else { return today...today }
        return min(dayOfMove.first, today)...max(dayOfMove.last, today)
    }

    func covering(_ now: Instant) -> FamilyClock {
        FamilyClock(zone: zone.covering(now), dayOfMove: dayOfMove)
    }
}

/// The day on which a family moves to another time zone is one day with one day's minutes: it lasts until the date of the
/// move is over on both clocks, and what is watched under any of its dates counts together against the minutes of the
/// date on the new clock.
///
/// So a day that a family began at its midnight never gives its minutes twice, however often the zone is changed while it
/// lasts. The price is paid on the other side: flying west, where a date is lived again, what was watched under it the
/// first time still counts until the day of the move is over. A guardian who wants it otherwise grants a bonus.
package struct DayOfMove: Sendable, Hashable {
    /// The dates that count together.
    package let first: Day
    package let last: Day
    /// The first moment after it.
    package let until: Instant

    /// As it was stored.
    package init(first: Day, last: Day, until: Instant) {
        self.first = min(first, last)
        self.last = max(first, last)
        self.until = until
    }

    /// The family changes its zone now. `clock` is the one it had, with the move before this one.
    package init(from clock: FamilyClock, to zone: ZoneClock, at now: Instant) {
        let (old, new) = (clock.zone.covering(now), zone.covering(now))
        let counted = clock.covering(now).countedDays(at: now)
        let date = new.day(of: now)
        var until = max(old.nextDay(after: now), new.nextDay(after: now))
        if let earlier = clock.dayOfMove, now < earlier.until { until = max(until, earlier.until) }
        self.init(first: min(counted.lowerBound, date), last: max(counted.upperBound, date), until: until)
    }
}
