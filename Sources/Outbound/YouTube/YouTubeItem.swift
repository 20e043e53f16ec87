package import Domain

/// The three kinds of answers Kyck asks the API for.
package enum YouTubeKind: String, Sendable, Codable, CaseIterable {
    case videos = "youtube#videoListResponse"
    case channels = "youtube#channelListResponse"
    case playlistItems = "youtube#playlistItemListResponse"

    var itemKind: String {
        switch self {
        case .videos: "youtube#video"
        case .channels: "youtube#channel"
        case .playlistItems: "youtube#playlistItem"
        }
    }

    init?(itemKind: String) {
        guard let kind = Self.allCases.first(where: { $0.itemKind == itemKind }) else { return nil }
        self = kind
    }
}

/// One entry of an answer's `items`.
package enum YouTubeItem: Sendable, Hashable {
    case video(YouTubeVideoID, YouTubeFacts)
    case channel(YouTubeChannelFacts)
    /// A place in a playlist.
    case listed(YouTubeVideoID)
    /// Well-formed JSON that is not what its kind promises, an id missing or damaged above all.
    case malformed
}

extension YouTubeItem {
    /// Reads one item. Fields of another type than documented count as not sent.
    static func read(
        _ pull: inout JSONPull,
        kind pageKind: YouTubeKind?
    ) throws(JSONPull.Failure) -> YouTubeItem {
        guard try pull.peek() == UInt8(ascii: "{") else {
            try pull.skip()
            return .malformed
        }
        let kind: YouTubeKind
        if let pageKind {
            kind = pageKind
        } else {
            var ahead = pull
            var own: String?
            try ahead.object { pull, key throws(JSONPull.Failure) in
                if case "kind" = key { own = try pull.string() } else { try pull.skip() }
            }
            guard let named = own.flatMap(YouTubeKind.init(itemKind:)) else {
                pull = ahead
                return .malformed
            }
            kind = named
        }
        return switch kind {
        case .videos: try video(&pull)
        case .channels: try channel(&pull)
        case .playlistItems: try listed(&pull)
        }
    }

    private static func video(_ pull: inout JSONPull) throws(JSONPull.Failure) -> YouTubeItem {
        var facts = YouTubeFacts()
        var id: String?
        var isOfKind = true
        try pull.object { pull, key throws(JSONPull.Failure) in
            switch key {
            case "kind": isOfKind = try pull.string() == YouTubeKind.videos.itemKind
            case "id": id = try pull.string()
            case "snippet": try readSnippet(&pull, into: &facts)
            case "contentDetails": try readContentDetails(&pull, into: &facts)
            case "status": try readStatus(&pull, into: &facts)
            case "liveStreamingDetails": facts.hasLiveStreamingDetails = try !pull.skip()
            default: try pull.skip()
            }
        }
        guard isOfKind, let id = id.flatMap(YouTubeVideoID.init) else { return .malformed }
        return .video(id, facts)
    }

    private static func readSnippet(
        _ pull: inout JSONPull,
        into facts: inout YouTubeFacts
    ) throws(JSONPull.Failure) {
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            switch key {
            case "channelId": facts.channelID = try pull.string().flatMap(YouTubeChannelID.init)?.description
            case "channelTitle": facts.channelTitle = try pull.string()
            case "title": facts.title = try pull.string()
            case "liveBroadcastContent": facts.liveBroadcastContent = try pull.string()
            case "thumbnails": facts.thumbnailURL = try thumbnail(&pull)
            default: try pull.skip()
            }
        }
    }

    /// The picture nearest to what a card shows: 320 × 180, else 480 × 360, else 120 × 90.
    private static func thumbnail(_ pull: inout JSONPull) throws(JSONPull.Failure) -> String? {
        var medium: String?
        var high: String?
        var small: String?
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            switch key {
            case "medium": medium = try address(&pull)
            case "high": high = try address(&pull)
            case "default": small = try address(&pull)
            default: try pull.skip()
            }
        }
        return medium ?? high ?? small
    }

    /// Only https is passed on to a browser.
    private static func address(_ pull: inout JSONPull) throws(JSONPull.Failure) -> String? {
        var address: String?
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            if case "url" = key { address = try pull.string() } else { try pull.skip() }
        }
        return address.flatMap { $0.hasPrefix("https://") ? $0 : nil }
    }

    private static func readContentDetails(
        _ pull: inout JSONPull,
        into facts: inout YouTubeFacts
    ) throws(JSONPull.Failure) {
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            switch key {
            case "duration": facts.duration = try pull.string()
            case "contentRating":
                var rating = YouTubeFacts.ContentRating()
                let isObject = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
                    switch key {
                    // A rating in another type than text is a rating all the same.
                    case "ytRating": rating.youtube = try ratingValue(&pull)
                    case "kmrbRating": rating.korea = try ratingValue(&pull)
                    default: try pull.skip()
                    }
                }
                facts.contentRating = isObject ? rating : nil
            case "regionRestriction":
                facts.regionRestriction = try regionRestriction(&pull)
            default: try pull.skip()
            }
        }
    }

    private static func ratingValue(_ pull: inout JSONPull) throws(JSONPull.Failure) -> String? {
        switch try pull.peek() {
        case UInt8(ascii: "\""): return try pull.string()
        default: return try pull.skip() ? nil : "unreadable"
        }
    }

    private static func regionRestriction(
        _ pull: inout JSONPull
    ) throws(JSONPull.Failure) -> YouTubeFacts.RegionRestriction? {
        guard try pull.peek() == UInt8(ascii: "{") else { return try pull.skip() ? nil : .everywhere }
        var restriction = YouTubeFacts.RegionRestriction()
        var isReadable = true
        try pull.object { pull, key throws(JSONPull.Failure) in
            switch key {
            case "allowed":
                restriction.allowed = try pull.strings()
                isReadable = isReadable && restriction.allowed != nil
            case "blocked":
                restriction.blocked = try pull.strings()
                isReadable = isReadable && restriction.blocked != nil
            default: try pull.skip()
            }
        }
        return isReadable ? restriction : .everywhere
    }

    private static func readStatus(
        _ pull: inout JSONPull,
        into facts: inout YouTubeFacts
    ) throws(JSONPull.Failure) {
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            switch key {
            case "privacyStatus": facts.privacyStatus = try pull.string()
            case "uploadStatus": facts.uploadStatus = try pull.string()
            case "embeddable": facts.isEmbeddable = try pull.bool()
            case "madeForKids": facts.isMadeForKids = try pull.bool()
            default: try pull.skip()
            }
        }
    }

    private static func channel(_ pull: inout JSONPull) throws(JSONPull.Failure) -> YouTubeItem {
        var id: String?
        var title: String?
        var picture: String?
        var etag: String?
        var uploads: String?
        var isOfKind = true
        try pull.object { pull, key throws(JSONPull.Failure) in
            switch key {
            case "kind": isOfKind = try pull.string() == YouTubeKind.channels.itemKind
            case "id": id = try pull.string()
            case "etag": etag = try pull.string()
            case "snippet":
                _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
                    switch key {
                    case "title": title = try pull.string()
                    case "thumbnails": picture = try thumbnail(&pull)
                    default: try pull.skip()
                    }
                }
            case "contentDetails": uploads = try uploadsPlaylist(&pull)
            default: try pull.skip()
            }
        }
        guard isOfKind, let id = id.flatMap(YouTubeChannelID.init) else { return .malformed }
        return .channel(
            YouTubeChannelFacts(id: id, title: title, thumbnailURL: picture, etag: etag, uploadsPlaylist: uploads)
        )
    }

    private static func uploadsPlaylist(_ pull: inout JSONPull) throws(JSONPull.Failure) -> String? {
        var uploads: String?
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            guard case "relatedPlaylists" = key else {
                try pull.skip()
                return
            }
            _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
                if case "uploads" = key { uploads = try pull.string() } else { try pull.skip() }
            }
        }
        return uploads
    }

    private static func listed(_ pull: inout JSONPull) throws(JSONPull.Failure) -> YouTubeItem {
        var id: String?
        var isOfKind = true
        try pull.object { pull, key throws(JSONPull.Failure) in
            switch key {
            case "kind": isOfKind = try pull.string() == YouTubeKind.playlistItems.itemKind
            case "contentDetails":
                _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
                    if case "videoId" = key { id = try pull.string() } else { try pull.skip() }
                }
            default: try pull.skip()
            }
        }
        guard isOfKind, let id = id.flatMap(YouTubeVideoID.init) else { return .malformed }
        return .listed(id)
    }
}
