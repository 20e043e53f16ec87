import Domain
import SQL
import Synchronization

/// The clocks of the zones families live in, kept from one question to the next: to make one asks the time zone data
/// some 1,600 times, and every beat needs one. What is kept is a function of zone and time alone.
enum FamilyClocks {
    /// On either side of the moment it was made for.
    private static let days = 400
    /// More than there are zones; names such as GMT+0930 are without end.
    private static let limit = 1_000
    private static let kept = Mutex<[String: ZoneClock]>([:])

    /// - Throws: where the stored name is no zone: then nobody knows which day it is, and nothing is answered.
    static func zone(_ name: String, at now: Instant) throws(DatabaseError) -> ZoneClock {
        let known = kept.withLock { $0[name] }
        guard let clock = known?.covering(now) ?? ZoneClock(zone: name, around: now, days: days) else {
            throw .unexpectedValue(column: "time_zone", expected: "time zone")
        }
        if clock != known {
            kept.withLock { kept in
                if kept.count >= limit { kept.removeAll() }
                kept[name] = clock
            }
        }
        return clock
    }

    /// Of a row with the columns `move_first`, `move_last` and `move_until`.
    static func dayOfMove(_ row: Row) throws(DatabaseError) -> DayOfMove? {
        guard let first: Day = try row["move_first"], let last: Day = try row["move_last"],
            let until: Instant = try row["move_until"]
        else { return nil }
        return DayOfMove(first: first, last: last, until: until)
    }
}
