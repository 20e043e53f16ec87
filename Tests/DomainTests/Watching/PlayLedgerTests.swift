import Domain
import Testing

@Suite("The play ledger")
struct PlayLedgerTests {
    private static let start = Instant(millisecondsSince1970: 1_795_000_000_000)

    private func beat(
        _ number: Int64,
        after seconds: Int64,
        played: Int64,
        state: PlayLedger.State = .playing
    ) -> PlayLedger.Beat {
        PlayLedger.Beat(
            number: number,
            at: Self.start + .seconds(seconds),
            position: .seconds(seconds),
            played: .seconds(played),
            state: state
        )
    }

    private func credit(_ outcome: PlayLedger.Outcome) -> Span? {
        if case .counted(let credit, _) = outcome { credit } else { nil }
    }

    @Test("Beats every ten seconds are credited in full")
    func honest() {
        var ledger = PlayLedger(startedAt: Self.start)
        for number in Int64(1)...30 {
            let now = Self.start + .seconds(number * 10)
            ledger.hear(at: now)
            #expect(credit(ledger.take(beat(number, after: number * 10, played: 10), heardAt: now)) == .seconds(10))
        }
        #expect(ledger.watched == .seconds(300))
    }

    @Test("A beat that claims more than has passed gets what has passed and a little slack")
    func inflated() {
        var ledger = PlayLedger(startedAt: Self.start)
        let now = Self.start + .seconds(10)
        ledger.hear(at: now)
        #expect(credit(ledger.take(beat(1, after: 10, played: 600), heardAt: now)) == .seconds(12))
    }

    @Test("A number heard before counts nothing, in whatever order it comes again")
    func duplicates() {
        var ledger = PlayLedger(startedAt: Self.start)
        let now = Self.start + .seconds(60)
        ledger.hear(at: now)
        for number: Int64 in [3, 1, 2] {
            #expect(credit(ledger.take(beat(number, after: number * 10, played: 10), heardAt: now)) == .seconds(10))
        }
        for number: Int64 in [1, 2, 3, 0, -5] {
            #expect(ledger.take(beat(number, after: 10, played: 10), heardAt: now) == .duplicate)
        }
        #expect(ledger.watched == .seconds(30))
    }

    @Test("Two beats that overtake one another on the way lose nothing")
    func reordered() {
        var ledger = PlayLedger(startedAt: Self.start)
        ledger.hear(at: Self.start + .seconds(20))
        #expect(
            credit(ledger.take(beat(2, after: 20, played: 10), heardAt: Self.start + .seconds(20))) == .seconds(10)
        )
        ledger.hear(at: Self.start + .seconds(21))
        #expect(
            credit(ledger.take(beat(1, after: 10, played: 10), heardAt: Self.start + .seconds(21))) == .seconds(10)
        )
        #expect(ledger.position == .seconds(20), "the newest beat says where the child is")
    }

    @Test("An outbox of ten hours counts in full, one older than a day does not")
    func outbox() {
        var ledger = PlayLedger(startedAt: Self.start)
        let now = Self.start + .hours(10)
        ledger.hear(at: now)
        for number in Int64(1)...100 {
            let outcome = ledger.take(beat(number, after: number * 10, played: 10), heardAt: now)
            #expect(outcome == .counted(credit: .seconds(10), at: Self.start + .seconds(number * 10)))
        }
        let later = Self.start + .hours(25)
        ledger.hear(at: later)
        #expect(ledger.take(beat(101, after: 10, played: 10), heardAt: later) == .tooOld)
    }

    @Test("A play that began 25 hours ago is over: no beat of it counts, new as it may be")
    func closed() {
        var ledger = PlayLedger(startedAt: Self.start)
        let last = Self.start + PlayLedger.closing
        ledger.hear(at: last)
        let closing = beat(1, after: 25 * 3_600, played: 10)
        #expect(ledger.take(closing, heardAt: last) == .counted(credit: .seconds(10), at: last))
        let late = last + Span(milliseconds: 1)
        ledger.hear(at: late)
        #expect(ledger.take(beat(2, after: 25 * 3_600, played: 10), heardAt: late) == .tooOld)
        #expect(ledger.watched == .seconds(10))
    }

    @Test("A device whose clock runs ahead earns now, not tomorrow")
    func future() {
        var ledger = PlayLedger(startedAt: Self.start)
        let now = Self.start + .seconds(10)
        ledger.hear(at: now)
        let outcome = ledger.take(beat(1, after: 86_400, played: 10), heardAt: now)
        #expect(outcome == .counted(credit: .seconds(10), at: now))
    }

    @Test("A server clock that goes backwards gives nothing away")
    func clockBackwards() {
        var ledger = PlayLedger(startedAt: Self.start)
        ledger.hear(at: Self.start - .hours(2))
        let outcome = ledger.take(beat(1, after: 0, played: 3_600), heardAt: Self.start - .hours(2))
        #expect(credit(outcome) == PlayLedger.slack)
    }

    @Test("Whatever a device claims, the sum is never more than the time that passed and the slack")
    func bounded() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var ledger = PlayLedger(startedAt: Self.start)
            var now = Self.start
            var counted = Span.zero
            for _ in 0..<40 {
                now = now + Span(milliseconds: Int64.random(in: -5_000...60_000, using: &random))
                ledger.hear(at: now)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let claim = PlayLedger.Beat(
                        number: Int64.random(in: 1...200, using: &random),
                        at: now + Span(milliseconds: Int64.random(in: -90_000_000...90_000_000, using: &random)),
                        position: .zero,
                        played: Span(milliseconds: Int64.random(in: 0...120_000, using: &random)),
                        state: .playing
                    )
                    counted = counted + (credit(ledger.take(claim, heardAt: now)) ?? .zero)
                }
                let passed = max(.zero, ledger.heardAt - Self.start)
                #expect(counted <= passed + PlayLedger.slack)
                #expect(ledger.watched == counted)
            }
        }
    }

    @Test("An outbox that comes in parts counts in full, whichever part comes first", arguments: [false, true])
    func outboxInParts(newestFirst: Bool) {
        var ledger = PlayLedger(startedAt: Self.start)
        let parts = [Array(Int64(1)...500), Array(Int64(501)...900)]
        var now = Self.start + .hours(3)
        for part in newestFirst ? parts.reversed() : parts {
            ledger.hear(at: now)
            for number in part {
                let outcome = ledger.take(beat(number, after: number * 10, played: 10), heardAt: now)
                #expect(credit(outcome) == .seconds(10), "beat \(number)")
            }
            now = now + .seconds(1)
        }
        #expect(ledger.watched == .seconds(9_000))
        #expect(ledger.numbers.description == "1-900")
    }

    @Test("A tablet whose date is days behind is counted like any other")
    func slowClock() {
        var ledger = PlayLedger(startedAt: Self.start)
        let now = Self.start + .seconds(10)
        ledger.hear(at: now)
        let outcome = ledger.take(beat(1, after: -200_000, played: 10), heardAt: now)
        #expect(outcome == .counted(credit: .seconds(10), at: Self.start))
    }

    @Test("Between a pause and the next change nothing counts", arguments: [PlayLedger.State.paused, .hidden])
    func notPlaying(state: PlayLedger.State) {
        var ledger = PlayLedger(startedAt: Self.start)
        var credits: [Span?] = []
        for (number, said) in [state, state, state, .playing, .ended].enumerated() {
            let now = Self.start + .seconds(Int64(number + 1) * 10)
            ledger.hear(at: now)
            let outcome = ledger.take(beat(Int64(number + 1), after: 0, played: 10, state: said), heardAt: now)
            credits.append(credit(outcome))
        }
        #expect(credits == [.seconds(10), .zero, .zero, .seconds(10), .seconds(10)])
    }
}

@Suite("Beat numbers")
struct BeatNumbersTests {
    @Test("They are a set, whatever order they come in, and survive being written down")
    func set() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var numbers = BeatNumbers()
            var reference: Set<Int64> = []
            for _ in 0..<80 {
                let number = Int64.random(in: 1...100, using: &random)
                #expect(numbers.insert(number) == reference.insert(number).inserted)
            }
            #expect((1...100).allSatisfy { numbers.contains($0) == reference.contains($0) })
            #expect(numbers.highest == reference.max())
            #expect(BeatNumbers(numbers.description) == numbers)
        }
    }

    @Test("A play with more gaps than anybody has takes the oldest gap as heard")
    func bounded() {
        var numbers = BeatNumbers()
        for number in stride(from: Int64(1), through: 1_000, by: 2) { _ = numbers.insert(number) }
        #expect(numbers.description.split(separator: ",").count == BeatNumbers.maximumRanges)
        #expect(numbers.contains(2))
        #expect(!numbers.contains(998))
    }

    @Test(
        "What was never written is not read",
        arguments: ["x", "1", "0-3", "3-1", "1-3,4-5", "5-6,1-2", "1-2-3", "-1-3"]
    )
    func malformed(text: String) {
        #expect(BeatNumbers(text) == nil)
    }
}
