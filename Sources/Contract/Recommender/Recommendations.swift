package import Domain

/// What the recommender answers to the API, on a private address.
package struct RecommendationsResponse: Codable, Sendable {
    package struct Item: Codable, Sendable {
        package let videoID: Video.ID
        package let reason: Recommendation.Reason
        package let becauseVideoID: Video.ID?

        package enum CodingKeys: String, CodingKey {
            case reason
            case videoID = "video_id"
            case becauseVideoID = "because_video_id"
        }
    }

    package let items: [Item]

    package init(_ recommendations: [Recommendation]) {
        items = recommendations.map { Item(videoID: $0.video, reason: $0.reason, becauseVideoID: $0.because) }
    }

    package var recommendations: [Recommendation] {
        items.map { Recommendation(video: $0.videoID, reason: $0.reason, because: $0.becauseVideoID) }
    }
}

/// Both lists of a home in one answer.
package struct HomeRecommendationsResponse: Codable, Sendable {
    package let continuations: RecommendationsResponse
    package let recommendations: RecommendationsResponse

    package init(_ home: HomeRecommendations) {
        continuations = RecommendationsResponse(home.continuations)
        recommendations = RecommendationsResponse(home.recommendations)
    }

    package var home: HomeRecommendations {
        HomeRecommendations(
            continuations: continuations.recommendations,
            recommendations: recommendations.recommendations
        )
    }
}
