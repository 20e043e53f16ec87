/// One video offered to a child, and why.
package struct Recommendation: Sendable, Hashable {
    package enum Reason: String, Sendable, CaseIterable, Codable {
        case becauseYouWatched = "because_you_watched"
        case nextInSeries = "next_in_series"
        case popularAtThisAge = "popular_at_this_age"
        case new
        case balance
    }

    package var video: Video.ID
    package var reason: Reason
    /// The watched video behind the reason, where there is one.
    package var because: Video.ID?

    package init(video: Video.ID, reason: Reason, because: Video.ID? = nil) {
        self.video = video
        self.reason = reason
        self.because = because
    }
}

/// What a home is made of.
package struct HomeRecommendations: Sendable, Hashable {
    /// How many videos a child's home asks for, in each list.
    package static let shelfLength = 24

    package var continuations: [Recommendation]
    package var recommendations: [Recommendation]

    package init(continuations: [Recommendation], recommendations: [Recommendation]) {
        self.continuations = continuations
        self.recommendations = recommendations
    }
}

/// Where recommendations come from: the recommender in the same process, or one over HTTP. What it answers is screened
/// again by whoever asks.
package protocol RecommendationSource: Sendable {
    /// The best videos for a child, best first.
    func recommendations(for child: Child.ID, limit: Int, excluding: Set<Video.ID>) async throws -> [Recommendation]

    /// Both lists of a home: what the child could go on with, newest first, and what else is best for it.
    func home(for child: Child.ID, limit: Int) async throws -> HomeRecommendations

    /// The videos most like one, nearest first.
    func neighbours(of video: Video.ID, limit: Int) async throws -> [Recommendation]

    /// A child's watching of some video has changed: the taste vector is due. Called after the beat is on disk.
    func learn(from child: Child.ID) async throws
}
