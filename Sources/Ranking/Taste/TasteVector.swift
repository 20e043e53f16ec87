/// What a child likes, as one vector over label ids: the sum of rating × label vector of everything it watched,
///
///     t = Σ over videos  rating(v) · labels(v) / |labels(v)|
///
/// kept up to date play by play. All ratings decay with the same half-life, so time only scales t and never turns it:
/// the sum is stored as of one moment and scaled when the next play arrives. It is keyed by label ids and holds the
/// staff's plain weights, so it survives new catalogues and new label factors; ``placed(in:labelNumber:)`` brings it
/// into the space of the day. A label changed on a video that was watched earlier leaves a small error until the
/// vector is reckoned anew from the history, which `RenewTastes` does.
package struct TasteVector: Sendable, Equatable {
    /// One watched video's part in the vector.
    package struct Contribution: Sendable, Equatable {
        /// Label ids and weights, by id.
        package let labels: [(id: String, weight: Double)]
        /// See ``WatchRating``.
        package let ratio: Double
        /// Milliseconds UTC.
        package let lastWatchedAt: Int64

        /// Weights that are zero or not finite are left out.
        package init(labels: [String: Double], ratio: Double, lastWatchedAt: Int64) {
            self.labels = labels.filter { $0.value.isFinite && $0.value != 0 }
                .sorted { $0.key < $1.key }
                .map { (id: $0.key, weight: $0.value) }
            self.ratio = ratio
            self.lastWatchedAt = lastWatchedAt
        }

        package static func == (left: Contribution, right: Contribution) -> Bool {
            left.labels.elementsEqual(right.labels, by: ==) && left.ratio == right.ratio
                && left.lastWatchedAt == right.lastWatchedAt
        }
    }

    /// Sum per label id, as of ``asOf``; not normalised.
    package private(set) var sums: [String: Double]
    /// Milliseconds UTC.
    package private(set) var asOf: Int64

    /// Sums smaller than this are what rounding left of a removed contribution.
    private static let residue = 1e-12

    package init(asOf: Int64 = 0) {
        self.init(sums: [:], asOf: asOf)
    }

    init(sums: [String: Double], asOf: Int64) {
        self.sums = sums
        self.asOf = asOf
    }

    /// The vector of a whole history, from nothing.
    package static func reckoned(
        from history: some Sequence<Contribution>,
        rating: WatchRating,
        at now: Int64
    ) -> TasteVector {
        var taste = TasteVector()
        for contribution in history {
            taste.replace(nil, with: contribution, rating: rating, at: now)
        }
        return taste
    }

    /// Counts a play: takes out what the video contributed before and puts in what it contributes now.
    ///
    /// - Parameters:
    ///   - old: exactly what was put in for this video earlier; nil if it is new.
    ///   - new: nil to forget the video.
    ///   - now: milliseconds UTC. Late news (an earlier time than ``asOf``) is counted at ``asOf``.
    package mutating func replace(
        _ old: Contribution?,
        with new: Contribution?,
        rating: WatchRating,
        at now: Int64
    ) {
        // Never before a contribution's own time: there its decay would be clamped, and taking it out again later
        // would leave a rest.
        let moment = max(asOf, now, old?.lastWatchedAt ?? asOf, new?.lastWatchedAt ?? asOf)
        let decay = sums.isEmpty ? 1 : rating.decay(since: asOf, now: moment)
        if decay != 1 {
            sums = sums.mapValues { $0 * decay }
        }
        asOf = moment
        if let old { add(old, sign: -1, rating: rating) }
        if let new { add(new, sign: 1, rating: rating) }
        sums = sums.filter { abs($0.value) > Self.residue }
    }

    /// The vector in a catalogue's space, with length 1, or zero when nothing of it is known there.
    ///
    /// - Parameter labelNumber: the space's number of a label id; nil for a label that is gone.
    package func placed(in space: VectorSpace, labelNumber: (String) -> Int?) -> LabelVector {
        let numbered = sums.compactMap { id, sum in labelNumber(id).map { ($0, sum) } }
        return space.place(LabelVector(numbered)).normalised()
    }

    private mutating func add(_ contribution: Contribution, sign: Double, rating: WatchRating) {
        let value = rating.rating(ratio: contribution.ratio, lastWatchedAt: contribution.lastWatchedAt, now: asOf)
        let length = contribution.labels.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
        guard value > 0, length > 0, length.isFinite else { return }
        for (id, weight) in contribution.labels {
            sums[id, default: 0] += sign * value * weight / length
        }
    }
}
