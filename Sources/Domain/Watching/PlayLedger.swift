/// What the server believes of one play. Pure: given a beat and the time it was heard, it says how much of it counts.
///
/// The player reports milliseconds played since its last beat. The server keeps a bank that fills with the time that
/// really passes between two arrivals and pays every beat from it, so that all of a play's credit is never more than the
/// time since it began plus `slack`, whatever a device claims. What was not claimed stays in the bank as long as a beat
/// that could claim it may still be on its way: `carry`, for an outbox all the time since the newest beat was made, and the
/// time of the numbers that are missing.
package struct PlayLedger: Hashable, Sendable {
    /// Clocks and networks are not exact: what a play may be ahead of the server's clock.
    package static let slack = Span.seconds(2)
    /// Unclaimed time kept for beats that overtake one another: two beat intervals.
    package static let carry = Span.seconds(20)
    /// The longest time between two beats: the interval of ten seconds, and a late timer.
    package static let longestInterval = Span.seconds(15)
    /// How old a beat from a device's outbox may be.
    package static let outbox = Span.hours(24)
    /// How long after it began a play takes beats: an outbox of an hour's play arrives in full, and from then on what it
    /// says is final. A video left on pause overnight goes on in a play of its own.
    package static let closing = outbox + .hours(1)

    package enum State: String, Sendable, CaseIterable, Codable {
        case playing, paused, buffering, hidden, ended
    }

    package let startedAt: Instant
    /// When the server last heard from this play.
    package private(set) var heardAt: Instant
    /// When the newest beat was made, as far as the server believes the device's clock.
    package private(set) var madeAt: Instant
    package private(set) var numbers: BeatNumbers
    /// What the beat with the highest number said.
    package private(set) var state: State
    package private(set) var bank: Span
    package private(set) var position: Span
    package private(set) var watched: Span

    package var hasEnded: Bool { state == .ended }

    /// A play that begins now.
    package init(startedAt: Instant) {
        self.init(
            startedAt: startedAt,
            heardAt: startedAt,
            madeAt: startedAt,
            numbers: BeatNumbers(),
            state: .playing,
            bank: Self.slack,
            position: .zero,
            watched: .zero
        )
    }

    /// A play as it was stored.
    package init(
        startedAt: Instant,
        heardAt: Instant,
        madeAt: Instant,
        numbers: BeatNumbers,
        state: State,
        bank: Span,
        position: Span,
        watched: Span
    ) {
        self.startedAt = startedAt
        self.heardAt = heardAt
        self.madeAt = madeAt
        self.numbers = numbers
        self.state = state
        self.bank = bank
        self.position = position
        self.watched = watched
    }

    package struct Beat: Hashable, Sendable {
        /// From 1, one higher with every beat of a play.
        package var number: Int64
        /// The device's clock when the beat was made.
        package var at: Instant
        package var position: Span
        /// Played since the beat before, by the player's own count; never negative.
        package var played: Span
        /// From this beat on; a change of state makes a beat.
        package var state: State

        package init(number: Int64, at: Instant, position: Span, played: Span, state: State) {
            self.number = number
            self.at = at
            self.position = position
            self.played = played
            self.state = state
        }
    }

    /// What came of one beat.
    package enum Outcome: Hashable, Sendable {
        /// Counted; `credit` may be zero. `at` is the time the credit belongs to, the device's clock held within what
        /// the server knows: not before the play, not after now.
        case counted(credit: Span, at: Instant)
        /// A number heard before.
        case duplicate
        /// Older than the outbox keeps beats, or of a play that is closed.
        case tooOld
    }

    /// Time that passed since the server last heard from the play goes into the bank. Once for every arrival, before its
    /// beats: a batch of beats is one arrival. A clock that went backwards adds nothing.
    package mutating func hear(at now: Instant) {
        let elapsed = max(.zero, now - heardAt)
        // A live beat may arrive before the outbox of those before it: their numbers are missing, and their time is kept.
        let forMissing = Span(milliseconds: min(numbers.missing, 10_000) * Self.longestInterval.milliseconds)
        let mayStillCome = Self.carry + max(.zero, heardAt - madeAt) + forMissing
        bank = min(bank, mayStillCome) + elapsed
        heardAt = max(heardAt, now)
    }

    /// Takes one beat of an arrival; beats of one arrival in the order of their numbers.
    package mutating func take(_ beat: Beat, heardAt now: Instant) -> Outcome {
        // Held within the server's own times first: a tablet with a wrong date is counted like any other.
        let at = min(max(beat.at, startedAt), now)
        guard now - at <= Self.outbox, now - startedAt <= Self.closing else { return .tooOld }
        let isNewest = beat.number > numbers.highest
        guard beat.number >= 1, numbers.insert(beat.number) else { return .duplicate }
        // Between a pause and the next change nothing was playing, whatever the beat says.
        let couldPlay = !isNewest || state == .playing || beat.state == .playing
        if isNewest {
            position = max(.zero, beat.position)
            state = beat.state
            madeAt = max(madeAt, at)
        }
        let credit = couldPlay ? min(max(.zero, beat.played), max(.zero, bank)) : .zero
        bank = bank - credit
        watched = watched + credit
        return .counted(credit: credit, at: at)
    }
}
