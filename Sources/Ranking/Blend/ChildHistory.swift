/// What a child has watched, as a request brings it along; the ranking keeps nothing about a child.
package struct ChildHistory: Sendable, Equatable {
    /// How far a child has come in a video.
    package enum Reach: Int, Sendable, Comparable {
        /// Too little to go on with.
        case opened
        case begun
        /// The end, at least once.
        case finished

        package static func < (left: Reach, right: Reach) -> Bool { left.rawValue < right.rawValue }
    }

    package struct Watched: Sendable, Equatable {
        /// The video's number in the catalogue.
        package let video: Int
        /// Watched time in units of the whole video, all plays together (``WatchRating``); may exceed 1.
        package let ratio: Double
        /// Milliseconds UTC.
        package let lastWatchedAt: Int64
        package let reach: Reach

        package var isFinished: Bool { reach == .finished }

        package init(video: Int, ratio: Double, lastWatchedAt: Int64, reach: Reach) {
            self.video = video
            self.ratio = ratio.isFinite ? max(ratio, 0) : 0
            self.lastWatchedAt = lastWatchedAt
            self.reach = reach
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
