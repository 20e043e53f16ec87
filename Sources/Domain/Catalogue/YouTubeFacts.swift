/// What the API sent about one video. Everything is optional: a field that did not come, or came in another type, is nil.
package struct YouTubeFacts: Sendable, Hashable {
    package var channelID: String?
    package var channelTitle: String?
    package var title: String?
    package var thumbnailURL: String?
    package var liveBroadcastContent: String?
    /// ISO 8601, as sent: `PT4M31S`.
    package var duration: String?
    package var contentRating: ContentRating?
    package var regionRestriction: RegionRestriction?
    package var privacyStatus: String?
    package var uploadStatus: String?
    package var isEmbeddable: Bool?
    package var isMadeForKids: Bool?
    /// Present also after a stream has ended, when `liveBroadcastContent` is `none` again.
    package var hasLiveStreamingDetails = false

    /// The ratings of two schemes; the object comes empty for almost every video.
    package struct ContentRating: Sendable, Hashable {
        package var youtube: String?
        package var korea: String?

        package init(youtube: String? = nil, korea: String? = nil) {
            self.youtube = youtube
            self.korea = korea
        }
    }

    /// ISO 3166-1 alpha-2 codes. An `allowed` list that is empty means nowhere.
    package struct RegionRestriction: Sendable, Hashable {
        package var allowed: [String]?
        package var blocked: [String]?

        package init(allowed: [String]? = nil, blocked: [String]? = nil) {
            self.allowed = allowed
            self.blocked = blocked
        }

        /// What an unreadable restriction is taken for: seen nowhere.
        package static let everywhere = Self(allowed: [])
    }

    package init() {}
}

/// What a channel's answer says, as far as it is kept.
package struct YouTubeChannelFacts: Sendable, Hashable {
    package var id: YouTubeChannelID
    package var title: String?
    package var thumbnailURL: String?
    package var etag: String?
    /// The playlist of everything the channel uploaded.
    package var uploadsPlaylist: String?

    package init(
        id: YouTubeChannelID,
        title: String? = nil,
        thumbnailURL: String? = nil,
        etag: String? = nil,
        uploadsPlaylist: String? = nil
    ) {
        self.id = id
        self.title = title
        self.thumbnailURL = thumbnailURL
        self.etag = etag
        self.uploadsPlaylist = uploadsPlaylist
    }
}
