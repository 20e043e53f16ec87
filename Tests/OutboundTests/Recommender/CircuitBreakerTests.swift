import Outbound
import Testing

@Suite("The breaker before a service that fails")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    /// Lets calls through that end so, and answers what changed at each.
    private func run(
        _ breaker: inout CircuitBreaker,
        _ endings: [CircuitBreaker.Ending],
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> [CircuitBreaker.Change?] {
        endings.map { ending in
            let admission = breaker.admit(now: start)
            #expect(admission == .pass, sourceLocation: sourceLocation)
            return breaker.end(admission, ending, now: start)
        }
    }

    @Test("five failures in a row open it, four and a good one do not")
    func inARow() {
        var breaker = CircuitBreaker()
        let patient: [CircuitBreaker.Ending] = [
            .failed, .failed, .failed, .failed, .answered, .failed, .failed, .failed,
        ]
        #expect(run(&breaker, patient).allSatisfy { $0 == nil })
        #expect(run(&breaker, [.failed]) == [nil])
        #expect(run(&breaker, [.failed]) == [.opened])
        #expect(breaker.admit(now: start) == .refuse)
    }

    @Test("half of the newest twenty open it, also where no two fail in a row")
    func rate() {
        var breaker = CircuitBreaker()
        let alternating = (0..<19).map { $0.isMultiple(of: 2) ? CircuitBreaker.Ending.answered : .failed }
        #expect(run(&breaker, alternating).allSatisfy { $0 == nil })
        #expect(run(&breaker, [.failed]) == [.opened])
    }

    @Test("what failed long ago does not count")
    func forgets() {
        var breaker = CircuitBreaker()
        // Four of ten fail, for ever.
        let day = (0..<200).map { $0 % 10 < 4 ? CircuitBreaker.Ending.failed : .answered }
        #expect(run(&breaker, day).allSatisfy { $0 == nil })
    }

    @Test("those who went away say nothing about the service")
    func abandoned() {
        var breaker = CircuitBreaker()
        #expect(run(&breaker, Array(repeating: .abandoned, count: 100)).allSatisfy { $0 == nil })
    }

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        #expect(run(&breaker, Array(repeating: .failed, count: 5)).last == .opened)
        return breaker
    }

    @Test("after the pause one probe goes through, and its answer closes it")
    func probe() {
        var breaker = opened()
        #expect(breaker.admit(now: start + .milliseconds(4_999)) == .refuse)
        let later = start + .seconds(5)
        #expect(breaker.admit(now: later) == .probe)
        #expect(breaker.admit(now: later) == .refuse)
        #expect(breaker.admit(now: later + .seconds(60)) == .refuse)
        #expect(breaker.end(.probe, .answered, now: later) == .closed)
        // With nothing left of the old failures.
        #expect(run(&breaker, [.failed, .failed, .failed, .failed]).allSatisfy { $0 == nil })
        #expect(run(&breaker, [.failed]) == [.opened])
    }

    @Test("a probe that fails begins another pause")
    func failedProbe() {
        var breaker = opened()
        let later = start + .seconds(7)
        #expect(breaker.admit(now: later) == .probe)
        #expect(breaker.end(.probe, .failed, now: later) == nil)
        #expect(breaker.admit(now: later + .milliseconds(4_999)) == .refuse)
        #expect(breaker.admit(now: later + .seconds(5)) == .probe)
    }

    @Test("a probe whose caller went away leaves the next one free to try")
    func abandonedProbe() {
        var breaker = opened()
        let later = start + .seconds(5)
        #expect(breaker.admit(now: later) == .probe)
        #expect(breaker.end(.probe, .abandoned, now: later) == nil)
        #expect(breaker.admit(now: later) == .probe)
    }

    @Test("calls that began before it opened change nothing when they end")
    func stragglers() {
        var breaker = opened()
        let late = start + .seconds(4)
        #expect(breaker.end(.pass, .failed, now: late) == nil)
        #expect(breaker.end(.pass, .answered, now: late) == nil)
        #expect(breaker.admit(now: late) == .refuse)
        #expect(breaker.admit(now: start + .seconds(5)) == .probe)
        #expect(breaker.end(.pass, .answered, now: start + .seconds(5)) == nil)
        #expect(breaker.admit(now: start + .seconds(5)) == .refuse)
    }
}
