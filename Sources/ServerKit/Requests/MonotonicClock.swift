/// Time that only goes forward, whatever is done to the wall clock: what limits and durations are measured by.
package enum MonotonicClock {
    private static let start = ContinuousClock.now

    /// Nanoseconds since some moment in this process's life.
    package static func nanoseconds() -> Int64 {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
