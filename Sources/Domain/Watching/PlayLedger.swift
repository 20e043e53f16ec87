/// What the server believes of one play. Pure: given a beat and the time it was heard, it says how much of it counts.
///
/// The player reports milliseconds played since its last beat. The server keeps a bank that fills with the time that
/// really passes between two arrivals and pays every beat from it, so that all of a play's credit is never more than the
/// time since it began plus `slack`, whatever a device claims. What was not claimed stays in the bank up to `carry`:
/// beats that overtake one another on the way lose nothing.
package struct PlayLedger: Hashable, Sendable {
    /// Clocks and networks are not exact: what a play may be ahead of the server's clock.
    package static let slack = Span.seconds(2)
    /// Unclaimed time kept for a beat that is still on its way: two beat intervals.
    package static let carry = Span.seconds(20)
    /// How old a beat from a device's outbox may be.
    package static let outbox = Span.hours(24)

    package let startedAt: Instant
    /// When the server last heard from this play.
    package private(set) var heardAt: Instant
    /// The highest beat number heard; numbers begin at 1.
    package private(set) var lastBeat: Int64
    /// Bit `i` is set when beat `lastBeat - i` was heard.
    package private(set) var seenBeats: UInt64
    package private(set) var bank: Span
    package private(set) var position: Span
    package private(set) var watched: Span
    package private(set) var hasEnded: Bool

    /// A play that begins now.
    package init(startedAt: Instant) {
        self.init(
            startedAt: startedAt,
            heardAt: startedAt,
            lastBeat: 0,
            seenBeats: 0,
            bank: Self.slack,
            position: .zero,
            watched: .zero,
            hasEnded: false
        )
    }

    /// A play as it was stored.
    package init(
        startedAt: Instant,
        heardAt: Instant,
        lastBeat: Int64,
        seenBeats: UInt64,
        bank: Span,
        position: Span,
        watched: Span,
        hasEnded: Bool
    ) {
        self.startedAt = startedAt
        self.heardAt = heardAt
        self.lastBeat = lastBeat
        self.seenBeats = seenBeats
        self.bank = bank
        self.position = position
        self.watched = watched
        self.hasEnded = hasEnded
    }

    package enum State: String, Sendable, CaseIterable, Codable {
        case playing, paused, buffering, hidden, ended
    }

    package struct Beat: Hashable, Sendable {
        /// From 1, one higher with every beat of a play.
        package var number: Int64
        /// The device's clock when the beat was made.
        package var at: Instant
        package var position: Span
        /// Played since the beat before, by the player's own count; never negative.
        package var played: Span
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
        /// A number heard before, or one so far behind that it can no longer be told from one.
        case duplicate
        /// Older than the outbox keeps beats.
        case tooOld
    }

    /// Time that passed since the server last heard from the play goes into the bank. Once for every arrival, before its
    /// beats: a batch of beats is one arrival. A clock that went backwards adds nothing.
    package mutating func hear(at now: Instant) {
        let elapsed = max(.zero, now - heardAt)
        bank = min(bank, Self.carry) + elapsed
        heardAt = max(heardAt, now)
    }

    /// Takes one beat of an arrival.
    package mutating func take(_ beat: Beat, heardAt now: Instant) -> Outcome {
        guard beat.number >= 1 else { return .duplicate }
        guard now - beat.at <= Self.outbox else { return .tooOld }
        guard markSeen(beat.number) else { return .duplicate }
        if beat.number == lastBeat {
            position = max(.zero, beat.position)
            hasEnded = beat.state == .ended
        }
        let credit = min(max(.zero, beat.played), max(.zero, bank))
        bank = bank - credit
        watched = watched + credit
        return .counted(credit: credit, at: min(max(beat.at, startedAt), now))
    }

    /// Remembers a number; false when it was there, or is more than 63 behind the newest.
    private mutating func markSeen(_ number: Int64) -> Bool {
        if number > lastBeat {
            let ahead = number - lastBeat
            seenBeats = ahead < 64 ? (seenBeats << UInt64(ahead)) | 1 : 1
            lastBeat = number
            return true
        }
        let behind = lastBeat - number
        guard behind < 64 else { return false }
        let bit: UInt64 = 1 << UInt64(behind)
        guard seenBeats & bit == 0 else { return false }
        seenBeats |= bit
        return true
    }
}
