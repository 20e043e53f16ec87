import Contract

extension RateLimiter.Decision {
    /// 429 with `Retry-After` for a refusal.
    package func orThrow() throws(Problem) {
        if case .refused(let retryAfter) = self { throw .rateLimited(retryAfter: retryAfter) }
    }
}
