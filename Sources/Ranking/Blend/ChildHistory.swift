/// What a child has watched, as a request brings it along; the ranking keeps nothing about a child.
package struct ChildHistory: Sendable, Equatable {
    package struct Watched: Sendable, Equatable {
        /// The video's number in the catalogue.
        package let video: Int
        /// Watched time in units of the whole video, all plays together (``WatchRating``); may exceed 1.
        package let ratio: Double
        /// Milliseconds UTC.
        package let lastWatchedAt: Int64
        /// Whether the child has reached the end at least once.
        package let isFinished: Bool

        package init(video: Int, ratio: Double, lastWatchedAt: Int64, isFinished: Bool) {
            self.video = video
            self.ratio = ratio.isFinite ? max(ratio, 0) : 0
            self.lastWatchedAt = lastWatchedAt
            self.isFinished = isFinished
        }
    }

    package let watched: [Watched]
    /// The stored taste in the catalogue's space (``TasteVector/placed(in:labelNumber:)``); nil or zero: it is
    /// reckoned from ``watched``.
    package let taste: LabelVector?
    /// Videos a parent wants less of: never offered, and what is like them less.
    package let lessOf: Set<Int>
    /// The number of the child's audience in ``RankingCatalogue/Entry/popularity``; 0: everyone.
    package let audience: Int

    package init(
        watched: [Watched],
        taste: LabelVector? = nil,
        lessOf: Set<Int> = [],
        audience: Int = 0
    ) {
        self.watched = watched
        self.taste = taste
        self.lessOf = lessOf
        self.audience = audience
    }

    package static let empty = ChildHistory(watched: [])
}
