/// Time in which a child watched without a longer break.
package struct Sitting: Sendable, Hashable {
    package let start: Instant
    package let end: Instant
    /// What was really watched; pauses do not count.
    package let watched: Span
    package let plays: Int

    package init(start: Instant, end: Instant, watched: Span, plays: Int) {
        self.start = start
        self.end = end
        self.watched = watched
        self.plays = plays
    }

    /// A break of this length ends a sitting: long enough to have got up and done something else.
    package static let endingBreak = Span.minutes(10)

    /// One play, from its start to when it was last heard of.
    package struct Stretch: Sendable, Hashable {
        package let start: Instant
        package let end: Instant
        package let watched: Span

        package init(start: Instant, end: Instant, watched: Span) {
            self.start = start
            self.end = end
            self.watched = watched
        }
    }

    /// Joins plays to sittings. Plays may overlap, as those of two devices do, and come in any order; those in which nothing
    /// was watched are left out.
    package static func joining(_ stretches: [Stretch]) -> [Sitting] {
        var sittings: [Sitting] = []
        let order = stretches.filter { $0.watched > .zero }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        for stretch in order {
            let end = max(stretch.start, stretch.end)
            if let last = sittings.last, stretch.start - last.end < endingBreak {
                sittings[sittings.count - 1] = Sitting(
                    start: last.start,
                    end: max(last.end, end),
                    watched: last.watched + stretch.watched,
                    plays: last.plays + 1
                )
            } else {
                sittings.append(Sitting(start: stretch.start, end: end, watched: stretch.watched, plays: 1))
            }
        }
        return sittings
    }
}
