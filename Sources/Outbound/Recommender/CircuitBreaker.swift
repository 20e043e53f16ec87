/// Stops asking somebody who fails again and again, and tries once in a while whether that is over.
///
///     closed ── too many failures ──▶ open ── after the pause ──▶ half open: one probe, the rest refused
///        ▲                             ▲                             │        │
///        └────────── it answered ──────┼─────────────────────────────┘        │
///                                      └────────────── it failed ─────────────┘
///
/// Too many: so many in a row, or half of the newest calls. A plain value; whoever holds it brings clock and lock.
package struct CircuitBreaker: Sendable {
    package enum Admission: Sendable, Equatable {
        case pass
        /// The one call that is let through to see; the breaker waits for its end.
        case probe
        case refuse
    }

    package enum Ending: Sendable {
        case answered
        case failed
        /// Says nothing about the other side: whoever asked has gone.
        case abandoned
    }

    /// Worth a line in the log.
    package enum Change: Sendable {
        case opened
        case closed
    }

    private enum State {
        case closed
        case open(until: ContinuousClock.Instant)
        case halfOpen
    }

    private let failuresInARow: Int
    private let window: Int
    private let pause: Duration
    private var state = State.closed
    /// How the newest calls ended, a bit each, the newest lowest; 1: it failed.
    private var endings: UInt64 = 0
    private var known = 0

    /// - Parameters:
    ///   - failuresInARow: so many open it.
    ///   - window: of so many newest calls half must fail to open it; at most 63.
    ///   - pause: from a failure until the next probe.
    package init(failuresInARow: Int = 5, window: Int = 20, pause: Duration = .seconds(5)) {
        self.failuresInARow = max(failuresInARow, 1)
        self.window = min(max(window, 1), 63)
        self.pause = pause
    }

    /// Asked before a call. Whatever is not refused must be told of by ``end(_:_:now:)``.
    package mutating func admit(now: ContinuousClock.Instant) -> Admission {
        switch state {
        case .closed: return .pass
        case .halfOpen: return .refuse
        case .open(let until):
            guard now >= until else { return .refuse }
            state = .halfOpen
            return .probe
        }
    }

    package mutating func end(_ admission: Admission, _ ending: Ending, now: ContinuousClock.Instant) -> Change? {
        switch (admission, state, ending) {
        case (.probe, .halfOpen, .answered):
            (state, endings, known) = (.closed, 0, 0)
            return .closed
        case (.probe, .halfOpen, .failed):
            state = .open(until: now + pause)
        case (.probe, .halfOpen, .abandoned):
            // The next one may try at once.
            state = .open(until: now)
        case (.pass, .closed, .answered), (.pass, .closed, .failed):
            remember(ending)
            guard isTooMuch else { break }
            state = .open(until: now + pause)
            return .opened
        default:
            // A call that began before it opened: what it tells is known, and must not lengthen the pause.
            break
        }
        return nil
    }

    private mutating func remember(_ ending: Ending) {
        let failed: UInt64 = if case .failed = ending { 1 } else { 0 }
        endings = (endings << 1 | failed) & (1 << UInt64(window) - 1)
        known = min(known + 1, window)
    }

    private var isTooMuch: Bool {
        (~endings).trailingZeroBitCount >= min(failuresInARow, window)
            || (known == window && 2 * endings.nonzeroBitCount >= window)
    }
}
