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
}
