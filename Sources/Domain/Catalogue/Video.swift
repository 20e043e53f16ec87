/// A video of the catalogue: one that YouTube hosts, or one of our own.
package struct Video: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Video>

    /// Where a video is in its life. Only `published` is ever shown to a child.
    package enum State: String, Sendable, Hashable, CaseIterable, Codable {
        /// The safety gate refused it; the reasons are recorded.
        case refused
        /// The gate let it pass; staff label and publish it.
        case accepted
        case published
        /// It vanished at its source, or its data is older than 30 days; it comes back when the gate passes again.
        case quarantined
        /// Staff took it out of the catalogue.
        case withdrawn
    }

    package enum Source: Sendable, Hashable {
        case youtube(YouTubeVideoID)
        /// Our own file: a path below `/media/`, or an absolute https address.
        case hosted(path: String)
    }

    package var id: ID
    package var source: Source
    package var state: State
    package var channelID: Channel.ID?
    package var seriesID: Series.ID?
    /// From 1; nil outside a series.
    package var episode: Int?
    /// The title at the source; nil once API data was purged.
    package var title: String?
    /// A title staff wrote, in both languages.
    package var ownTitle: Wording?
    package var thumbnailURL: String?
    /// Nil once API data was purged.
    package var durationMilliseconds: Int64?
    package var isEmbeddable: Bool
    package var isMadeForKids: Bool
    /// False after confirmed player errors 100, 101 or 150.
    package var isHealthy: Bool
    package var ages: AgeBand?
    /// When the API fields were last read; nil for hosted videos and after a purge.
    package var fetchedAt: Instant?
    package var publishedAt: Instant?

    package init(
        id: ID,
        source: Source,
        state: State,
        channelID: Channel.ID? = nil,
        seriesID: Series.ID? = nil,
        episode: Int? = nil,
        title: String?,
        ownTitle: Wording? = nil,
        thumbnailURL: String? = nil,
        durationMilliseconds: Int64?,
        isEmbeddable: Bool,
        isMadeForKids: Bool,
        isHealthy: Bool = true,
        ages: AgeBand? = nil,
        fetchedAt: Instant? = nil,
        publishedAt: Instant? = nil
    ) {
        self.id = id
        self.source = source
        self.state = state
        self.channelID = channelID
        self.seriesID = seriesID
        self.episode = episode
        self.title = title
        self.ownTitle = ownTitle
        self.thumbnailURL = thumbnailURL
        self.durationMilliseconds = durationMilliseconds
        self.isEmbeddable = isEmbeddable
        self.isMadeForKids = isMadeForKids
        self.isHealthy = isHealthy
        self.ages = ages
        self.fetchedAt = fetchedAt
        self.publishedAt = publishedAt
    }
}

/// The eleven characters that name a video at YouTube.
package struct YouTubeVideoID: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    package init?(_ description: String) {
        guard description.utf8.count == 11, description.utf8.allSatisfy(\.isBase64URL) else { return nil }
        self.description = description
    }
}

/// The 24 characters, `UC…`, that name a channel at YouTube.
package struct YouTubeChannelID: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    package init?(_ description: String) {
        guard description.utf8.count == 24, description.hasPrefix("UC"), description.utf8.allSatisfy(\.isBase64URL)
        else { return nil }
        self.description = description
    }

    /// The playlist of everything the channel uploaded: `UC…` becomes `UU…`.
    package var uploadsPlaylist: String { "UU" + description.dropFirst(2) }
}

extension UInt8 {
    fileprivate var isBase64URL: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

package struct Channel: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Channel>
    package var id: ID
    package var youtubeID: YouTubeChannelID?
    package var title: String?

    package init(id: ID, youtubeID: YouTubeChannelID?, title: String?) {
        self.id = id
        self.youtubeID = youtubeID
        self.title = title
    }
}

package struct Series: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Series>
    package var id: ID
    package var slug: String
    package var title: Wording

    package init(id: ID, slug: String, title: Wording) {
        self.id = id
        self.slug = slug
        self.title = title
    }
}
