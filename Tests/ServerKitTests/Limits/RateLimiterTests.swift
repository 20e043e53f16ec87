import Foundation
import ServerKit
import Synchronization
import Testing

/// A clock that is moved by hand.
final class ManualClock: Sendable {
    private let moment = Atomic<Int64>(1_000_000_000_000)
    var now: @Sendable () -> Int64 { { self.moment.load(ordering: .relaxed) } }
    func advance(seconds: Double) {
        moment.wrappingAdd(Int64(seconds * 1e9), ordering: .relaxed)
    }
}

@Suite struct RateLimiterTests {
    private let clock = ManualClock()

    @Test("so many at once, then one for each interval")
    func bucket() {
        let limiter = RateLimiter(.init(3, per: .seconds(60)), now: clock.now)
        for _ in 1...3 { #expect(limiter.take("a") == .allowed) }
        #expect(limiter.take("a") == .refused(retryAfter: 20))
        clock.advance(seconds: 19)
        #expect(limiter.take("a") == .refused(retryAfter: 1))
        clock.advance(seconds: 1)
        #expect(limiter.take("a") == .allowed)
        #expect(limiter.take("a") == .refused(retryAfter: 20))
        #expect(limiter.take("b") == .allowed)
    }

    @Test("waiting longer than the period gives no more than the burst")
    func burst() {
        let limiter = RateLimiter(.init(2, per: .seconds(10)), now: clock.now)
        clock.advance(seconds: 1_000_000)
        #expect(limiter.take("a") == .allowed)
        #expect(limiter.take("a") == .allowed)
        #expect(limiter.take("a") != .allowed)
    }

    @Test("being refused costs nothing: who keeps knocking is let in at the same time")
    func refusalsAreFree() {
        let limiter = RateLimiter(.init(1, per: .seconds(10)), now: clock.now)
        #expect(limiter.take("a") == .allowed)
        for _ in 0..<9 {
            clock.advance(seconds: 1)
            #expect(limiter.take("a") != .allowed)
        }
        clock.advance(seconds: 1)
        #expect(limiter.take("a") == .allowed)
    }

    @Test("over any time no more than burst and rate allow get through")
    func rate() {
        let limiter = RateLimiter(.init(10, per: .seconds(10)), now: clock.now)
        var allowed = 0
        for _ in 0..<10_000 {
            if limiter.take("a") == .allowed { allowed += 1 }
            clock.advance(seconds: 0.01)
        }
        #expect((109...110).contains(allowed))
    }

    @Test("memory is bounded, and those who are being refused stay refused")
    func bounded() {
        let limiter = RateLimiter(.init(5, per: .seconds(3600)), maximumKeys: 1000, now: clock.now)
        for _ in 0..<5 { #expect(limiter.take("attacker") == .allowed) }
        for index in 0..<20_000 {
            clock.advance(seconds: 0.001)
            #expect(limiter.take("other \(index)") == .allowed)
            if limiter.keyCount > 1000 {
                Issue.record("\(limiter.keyCount) keys are remembered")
                break
            }
        }
        #expect(limiter.take("attacker") != .allowed)
    }

    @Test("full buckets are forgotten when room is needed")
    func forgetting() {
        let limiter = RateLimiter(.init(1, per: .seconds(1)), maximumKeys: 100, now: clock.now)
        for index in 0..<100 { #expect(limiter.take("\(index)") == .allowed) }
        clock.advance(seconds: 2)
        #expect(limiter.take("new") == .allowed)
        #expect(limiter.keyCount == 1)
    }

    @Test("several limits take from all or from none")
    func takeAll() {
        let number = RateLimiter(.init(5, per: .seconds(60)), now: clock.now)
        let everybody = RateLimiter(.init(1, per: .seconds(60)), now: clock.now)
        #expect(RateLimiter.takeAll([(number, "n"), (everybody, "")]) == .allowed)
        for _ in 0..<10 {
            #expect(RateLimiter.takeAll([(number, "n"), (everybody, "")]) == .refused(retryAfter: 60))
        }
        for _ in 1...4 { #expect(number.take("n") == .allowed) }
        #expect(number.take("n") != .allowed)
    }

    @Test("from many tasks exactly the burst gets through")
    func concurrency() async {
        let limiter = RateLimiter(.init(100, per: .seconds(3600)), now: clock.now)
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<100).count { _ in limiter.take("a") == .allowed } }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 100)
    }

    @Test("strange rules do not break it")
    func strangeRules() {
        for (count, period) in [
            (0, Duration.zero), (Int.max, .nanoseconds(1)), (1, .seconds(Int64.max)), (-5, .seconds(-5)),
        ] {
            let limiter = RateLimiter(.init(count, per: period), now: clock.now)
            #expect(limiter.take("a") == .allowed)
            _ = limiter.take("a")
        }
    }
}
