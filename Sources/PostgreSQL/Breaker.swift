/// Stops writes after several unknown outcomes in a row, and lets one through at a time to see whether they work again.
///
/// A server whose standby is gone keeps every abandoned commit, with its locks and its connection slot, until the standby
/// returns: sending more would use up the slots of those who only read.
struct Breaker {
    enum Admission {
        case pass
        /// The only write that is let through now; it must be told how it ended.
        case probe
        case refuse
    }

    private let limit: Int
    private let pause: Duration
    private var unknownInARow = 0
    private var triesAgainAt: ContinuousClock.Instant?
    private var isProbing = false

    init(limit: Int, pause: Duration) {
        self.limit = limit
        self.pause = pause
    }

    var isOpen: Bool { triesAgainAt != nil }

    mutating func admit(now: ContinuousClock.Instant) -> Admission {
        guard let triesAgainAt else { return .pass }
        if isProbing || now < triesAgainAt { return .refuse }
        isProbing = true
        return .probe
    }

    /// A commit was acknowledged.
    mutating func succeeded() {
        unknownInARow = 0
        triesAgainAt = nil
        isProbing = false
    }

    /// Nobody knows whether a commit happened.
    mutating func becameUnknown(now: ContinuousClock.Instant) {
        unknownInARow += 1
        if unknownInARow >= limit { triesAgainAt = now + pause }
        isProbing = false
    }

    /// A probe ended without saying anything about commits: its own closure failed, or nothing could be reached.
    mutating func probeWasInconclusive(now: ContinuousClock.Instant) {
        isProbing = false
        if triesAgainAt != nil { triesAgainAt = now + pause }
    }
}
