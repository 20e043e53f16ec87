private import struct Foundation.TimeZone

/// The clock on the wall of a time zone, as a value: the changes of its offset from UTC around a moment, so that a time
/// rule asks no calendar. It may be kept and used again; `covering` makes a new one when its time has passed.
package struct ZoneClock: Sendable, Hashable {
    /// From `begin` until the next stretch begins the clock is `offset` milliseconds ahead of UTC.
    private struct Stretch: Sendable, Hashable {
        let begin: Int64
        let offset: Int64
    }

    private static let day: Int64 = 86_400_000
    /// No clock was ever further from UTC than 16 hours, and none jumped further than a day.
    private static let farthest = 2 * day

    package let zone: String
    private let days: Int
    private let covered: ClosedRange<Int64>
    /// Ascending, the first begins before all that is covered.
    private let stretches: [Stretch]

    /// - Parameter days: how many days before and after `now` it knows, at least 7. Making it costs two questions to the
    ///   time zone data per day: a server that keeps its clocks takes a year, one that does not keeps to a week.
    /// - Returns: nil when there is no such zone.
    package init?(zone: String, around now: Instant, days: Int = 7) {
        guard FamilyCalendar(zone: zone) != nil, let data = TimeZone(identifier: zone) else { return nil }
        self.init(zone: zone, data: data, around: now.millisecondsSince1970, days: max(7, days))
    }

    private init(zone: String, data: TimeZone, around now: Int64, days: Int) {
        func offset(_ time: Int64) -> Int64 {
            Int64(data.secondsFromGMT(for: Instant(millisecondsSince1970: time).date)) * 1_000
        }
        let reach = Int64(days) * Self.day
        // To the second, as the offsets are: then halving a step finds a change exactly.
        var time = (now - reach) / 1_000 * 1_000
        var known = offset(time)
        var found = [Stretch(begin: .min, offset: known)]
        while time < now + reach {
            let next = time + Self.day / 2
            let there = offset(next)
            if there != known {
                var (before, after) = (time / 1_000, next / 1_000)
                while after - before > 1 {
                    let middle = (before + after) / 2
                    if offset(middle * 1_000) == known { before = middle } else { after = middle }
                }
                found.append(Stretch(begin: after * 1_000, offset: there))
                known = there
            }
            time = next
        }
        self.zone = zone
        self.days = days
        covered = now - reach...now + reach
        stretches = found
    }

    /// This clock, or a new one of the same zone when this one does not know the four days on either side of `now`.
    package func covering(_ now: Instant) -> ZoneClock {
        let time = now.millisecondsSince1970
        if covered.contains(time - 4 * Self.day), covered.contains(time + 4 * Self.day) { return self }
        guard let data = TimeZone(identifier: zone) else { return self }
        return ZoneClock(zone: zone, data: data, around: time, days: days)
    }

    /// The date on the clock.
    package func day(of instant: Instant) -> Day {
        Day(of: Instant(millisecondsSince1970: local(instant.millisecondsSince1970)))
    }

    /// The first moment after `instant` at which the date on the clock is another one: midnight, or where the clock jumps
    /// over it.
    package func nextDay(after instant: Instant) -> Instant {
        Instant(millisecondsSince1970: nextDay(after: instant.millisecondsSince1970))
    }

    // MARK: Milliseconds, as the rules reckon

    func local(_ time: Int64) -> Int64 {
        time + stretches[place(of: time)].offset
    }

    func nextDay(after time: Int64) -> Int64 {
        var place = place(of: time)
        let local = time + stretches[place].offset
        let date = Self.date(local)
        while true {
            let midnight = (date + 1) * Self.day - stretches[place].offset
            let end = place + 1 < stretches.count ? stretches[place + 1].begin : .max
            if midnight < end { return midnight }
            place += 1
            if Self.date(end + stretches[place].offset) != date { return end }
        }
    }

    /// The first moment at which the clock shows `local` or more.
    func firstTime(reaching local: Int64) -> Int64 {
        var place = place(of: local - Self.farthest)
        while true {
            let time = local - stretches[place].offset
            let end = place + 1 < stretches.count ? stretches[place + 1].begin : .max
            if time < end { return max(time, stretches[place].begin) }
            place += 1
        }
    }

    /// The moment from which on the clock never shows less than `local` again.
    func lastTime(reaching local: Int64) -> Int64 {
        var place = place(of: local + Self.farthest)
        while place > 0 {
            let time = local - stretches[place].offset
            // Also where the stretch after it began later than that: then nothing of this one is left.
            if time > stretches[place].begin { break }
            // All of this stretch shows `local` or more. Does the one before it, too?
            let before = local - stretches[place - 1].offset
            if before >= stretches[place].begin { return stretches[place].begin }
            place -= 1
        }
        return local - stretches[place].offset
    }

    private func place(of time: Int64) -> Int {
        var (low, high) = (0, stretches.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if stretches[middle].begin <= time { low = middle } else { high = middle }
        }
        return low
    }

    private static func date(_ local: Int64) -> Int64 {
        local >= 0 ? local / day : (local + 1) / day - 1
    }
}
