package import ServerKit

/// How often codes and sessions may be asked for, on a monotonic clock: setting the wall clock opens nothing. Per number
/// the database counts as well (`OTPStore`), over restarts and replicas.
package struct SignInLimits: Sendable {
    package let challengesPerNumber: RateLimiter
    package let challengesPerAddress: RateLimiter
    /// The breaker against SMS pumping: what the service may spend in all.
    package let challengesInAll: RateLimiter
    package let redemptionsPerAddress: RateLimiter
    package let refreshesPerAddress: RateLimiter

    /// - Parameters:
    ///   - perAddress: codes one address may ask for in an hour. Carriers put many families behind one address.
    ///   - inAll: codes the whole process may send in a minute.
    package init(
        perAddress: Int = 30,
        inAll: Int = 120,
        now: @escaping @Sendable () -> Int64 = MonotonicClock.nanoseconds
    ) {
        challengesPerNumber = RateLimiter(.init(5, per: .seconds(3_600)), now: now)
        challengesPerAddress = RateLimiter(.init(perAddress, per: .seconds(3_600)), now: now)
        challengesInAll = RateLimiter(.init(inAll, per: .seconds(60)), now: now)
        redemptionsPerAddress = RateLimiter(.init(60, per: .seconds(600)), now: now)
        refreshesPerAddress = RateLimiter(.init(600, per: .seconds(600)), now: now)
    }
}
