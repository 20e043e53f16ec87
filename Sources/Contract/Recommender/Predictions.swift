package import Domain

/// Asks the recommender what a child would rate some videos.
package struct PredictionsRequest: JSONBody {
    /// As many as one request may name.
    package static let mostVideos = 1_000

    package let childID: Child.ID
    package let videoIDs: [Video.ID]

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case childID = "child_id"
        case videoIDs = "video_ids"
    }

    package func validate() throws(InvalidField) {
        if videoIDs.isEmpty { throw InvalidField("video_ids", .tooShort) }
        if videoIDs.count > Self.mostVideos { throw InvalidField("video_ids", .tooLong) }
        if Set(videoIDs).count < videoIDs.count { throw InvalidField("video_ids", .duplicate) }
    }
}

/// What a child would rate videos, in the order asked for.
package struct PredictionsResponse: Codable, Sendable {
    package struct Item: Codable, Sendable, Equatable {
        package let videoID: Video.ID
        /// 0…1.75 for what it would like, below zero for what is like videos it left; null where there is nothing to tell it
        /// from: the child has watched nothing, or no such video is published.
        package let rating: Double?

        package enum CodingKeys: String, CodingKey {
            case rating
            case videoID = "video_id"
        }

        package init(videoID: Video.ID, rating: Double?) {
            self.videoID = videoID
            self.rating = rating
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(videoID, forKey: .videoID)
            // Said aloud, also where it is null.
            try container.encode(rating, forKey: .rating)
        }
    }

    package let items: [Item]

    package init(items: [Item]) {
        self.items = items
    }
}
