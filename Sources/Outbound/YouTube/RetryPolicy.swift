package import Domain

/// How often and how long to try again: exponential backoff with full jitter, so that many clients do not come back at
/// the same moment.
package struct RetryPolicy: Sendable {
    /// Tries altogether, the first included.
    package var tries: Int
    package var base: Span
    package var longest: Span
    /// A `Retry-After` beyond this is not waited for.
    package var longestRetryAfter: Span
    /// For one try, answer read.
    package var tryTimeout: Span
    /// For the whole call, waits included.
    package var deadline: Span

    package init(
        tries: Int = 5,
        base: Span = Span(milliseconds: 500),
        longest: Span = .seconds(16),
        longestRetryAfter: Span = .seconds(60),
        tryTimeout: Span = .seconds(15),
        deadline: Span = .seconds(120)
    ) {
        self.tries = tries
        self.base = base
        self.longest = longest
        self.longestRetryAfter = longestRetryAfter
        self.tryTimeout = tryTimeout
        self.deadline = deadline
    }

    /// The upper bound of the wait before try `number` (2, 3, …); the wait is drawn evenly below it.
    func ceiling(beforeTry number: Int) -> Span {
        let doublings = min(max(0, number - 2), 20)
        return min(longest, Span(milliseconds: base.milliseconds << Int64(doublings)))
    }
}
