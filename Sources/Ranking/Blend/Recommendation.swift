/// Why a video is in a list. Videos named here are always ones the child may see.
package enum Reason: Sendable, Hashable {
    /// It is near a video the child watched; the video itself where it is offered again.
    case becauseYouWatched(Int)
    /// The next unwatched episode; with the last finished episode before it.
    case nextInSeries(previous: Int)
    /// Children of this age watch it; also the answer where nothing else is known.
    case popularAtThisAge
    /// Published lately and given a place so that it can be found at all.
    case new
    /// From a curriculum area the child has met least.
    case balance
}

/// One place of a list.
package struct Recommendation: Sendable, Hashable {
    /// The video's number in the catalogue.
    package let video: Int
    /// Comparable within one list only.
    package let score: Double
    package let reason: Reason

    package init(video: Int, score: Double, reason: Reason) {
        self.video = video
        self.score = score
        self.reason = reason
    }
}
