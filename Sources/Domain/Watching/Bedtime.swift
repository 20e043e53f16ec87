/// Hours in which nothing is watched, on the family's clock. Its values are checked where it becomes part of `WatchRules`.
///
/// On the nights the clock is changed: a bedtime begins the first time the clock shows its start or has jumped over it,
/// and ends the last time the clock shows its end or has jumped over it. So an hour that comes twice is slept through
/// twice, an hour that is skipped shortens the night and never moves it, and a window that lies in the skipped hour alone
/// does not happen that day.
package struct Bedtime: Sendable, Hashable {
    /// What a start and an end may be: a minute of the day, 0 is midnight.
    package static let minutes = 0...1_439

    /// The days it begins on, at least one.
    package var weekdays: Set<Weekday>
    /// The first minute of it, `Bedtime.minutes`.
    package var start: Int
    /// The first minute after it, `Bedtime.minutes`. Before `start`, it is that minute of the next day; equal to `start` is
    /// refused, for nobody knows whether that would be a whole day or nothing.
    package var end: Int

    package init(on weekdays: Set<Weekday> = Set(Weekday.allCases), start: Int, end: Int) {
        self.weekdays = weekdays
        self.start = start
        self.end = end
    }

    /// In minutes, 1 to 1,439.
    var length: Int { end > start ? end - start : end + 1_440 - start }
}
