import Synchronization

/// Token buckets by key, in memory bounded whatever the number of keys.
///
/// A bucket is one number, the moment at which it will be full again (the generic cell rate algorithm), so a full bucket
/// is the same as none and can be forgotten without anybody gaining by it. The clock is monotonic: setting the wall clock
/// neither opens nor closes a limit. Counts are of this process; a limit over all replicas belongs into the database.
package final class RateLimiter: Sendable {
    /// `burst` requests at once, then one per `interval`.
    package struct Rule: Sendable {
        let burst: Int64
        /// Nanoseconds in which one token comes back.
        let interval: Int64

        /// - Parameters:
        ///   - count: how many in `period`, and how many at once; at least 1.
        ///   - period: longer than zero.
        package init(_ count: Int, per period: Duration) {
            burst = Int64(max(1, count))
            let (seconds, attoseconds) = period.components
            let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            let length = nanoseconds.overflow ? Int64.max / 2 : nanoseconds.partialValue + attoseconds / 1_000_000_000
            interval = max(1, length / burst)
        }
    }

    package enum Decision: Equatable, Sendable {
        case allowed
        /// Whole seconds until there is a token again, at least 1.
        case refused(retryAfter: Int)
    }

    private let rule: Rule
    private let maximumKeys: Int
    private let now: @Sendable () -> Int64
    /// When each bucket is full again, in monotonic nanoseconds.
    private let buckets = Mutex<[String: Int64]>([:])

    /// - Parameters:
    ///   - maximumKeys: 100,000 buckets are some 10 MB. Beyond, the fullest are forgotten first: those who have used
    ///     least gain a few tokens, those who are being refused gain nothing.
    ///   - now: monotonic nanoseconds.
    package init(
        _ rule: Rule,
        maximumKeys: Int = 100_000,
        now: @escaping @Sendable () -> Int64 = MonotonicClock.nanoseconds
    ) {
        self.rule = rule
        self.maximumKeys = max(1, maximumKeys)
        self.now = now
    }

    /// Takes a token from the key's bucket if there is one.
    package func take(_ key: String) -> Decision {
        let now = now()
        return buckets.withLock { buckets in
            let full = max(buckets[key] ?? now, now)
            // There is a token if the bucket lacks at most burst − 1 of them.
            let lacking = full - now
            let wait = lacking - (rule.burst - 1) * rule.interval
            guard wait <= 0 else { return .refused(retryAfter: Int((wait + 999_999_999) / 1_000_000_000)) }
            if buckets[key] == nil, buckets.count >= maximumKeys { Self.thin(&buckets, to: maximumKeys, now: now) }
            buckets[key] = full + rule.interval
            return .allowed
        }
    }

    /// Gives a token back, when another limit has refused the same request.
    package func giveBack(_ key: String) {
        let now = now()
        buckets.withLock { buckets in
            guard let full = buckets[key] else { return }
            buckets[key] = full - rule.interval > now ? full - rule.interval : nil
        }
    }

    /// How many buckets are remembered.
    package var keyCount: Int { buckets.withLock { $0.count } }

    /// Takes from all or from none, so that who is refused by one limit does not use up another. Answers with the wait
    /// of the first that refuses.
    package static func takeAll(_ limits: [(limiter: RateLimiter, key: String)]) -> Decision {
        for (index, limit) in limits.enumerated() {
            let decision = limit.limiter.take(limit.key)
            guard decision != .allowed else { continue }
            for taken in limits[..<index] { taken.limiter.giveBack(taken.key) }
            return decision
        }
        return .allowed
    }

    /// Drops full buckets; if that is not enough, the fullest tenth, so that the work is paid for once in many keys.
    private static func thin(_ buckets: inout [String: Int64], to maximum: Int, now: Int64) {
        buckets = buckets.filter { $0.value > now }
        let target = maximum - max(1, maximum / 10)
        guard buckets.count > target else { return }
        let moments = buckets.values.sorted()
        let excess = buckets.count - target
        let threshold = moments[excess - 1]
        var left = excess
        buckets = buckets.filter { bucket in
            guard left > 0, bucket.value <= threshold else { return true }
            left -= 1
            return false
        }
    }
}
