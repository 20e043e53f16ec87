package import Domain

/// A video as a child's app shows it.
package struct VideoResponse: Codable, Sendable {
    package struct Source: Codable, Sendable {
        package enum Kind: String, Codable, Sendable { case youtube, hosted }

        package let kind: Kind
        package let youtubeID: String?
        /// Where our own file is played from.
        package let url: String?

        /// - Parameter address: what is given out for a path of ours.
        package init(_ source: Video.Source, address: (String) -> String) {
            switch source {
            case .youtube(let id): (kind, youtubeID, url) = (.youtube, id.description, nil)
            case .hosted(let path): (kind, youtubeID, url) = (.hosted, nil, address(path))
            }
        }

        package enum CodingKeys: String, CodingKey {
            case kind, url
            case youtubeID = "youtube_id"
        }
    }

    package struct SeriesPlace: Codable, Sendable {
        package let id: Series.ID
        package let title: String
        package let episode: Int?

        package init(id: Series.ID, title: String, episode: Int?) {
            self.id = id
            self.title = title
            self.episode = episode
        }
    }

    /// Why it is offered, and the watched video behind it.
    package struct Reason: Codable, Sendable {
        package let code: Recommendation.Reason
        package let videoID: Video.ID?
        package let videoTitle: String?

        package init(code: Recommendation.Reason, videoID: Video.ID?, videoTitle: String?) {
            self.code = code
            self.videoID = videoID
            self.videoTitle = videoTitle
        }

        package enum CodingKeys: String, CodingKey {
            case code
            case videoID = "video_id"
            case videoTitle = "video_title"
        }
    }

    package struct Progress: Codable, Sendable {
        package let positionMS: Int64
        package let watchedMS: Int64
        package let plays: Int
        package let lastWatchedAt: Timestamp

        package init(positionMS: Int64, watchedMS: Int64, plays: Int, lastWatchedAt: Timestamp) {
            self.positionMS = positionMS
            self.watchedMS = watchedMS
            self.plays = plays
            self.lastWatchedAt = lastWatchedAt
        }

        package enum CodingKeys: String, CodingKey {
            case plays
            case positionMS = "position_ms"
            case watchedMS = "watched_ms"
            case lastWatchedAt = "last_watched_at"
        }
    }

    package let id: Video.ID
    package let title: String
    package let thumbnail: String?
    package let durationMS: Int64
    package let source: Source
    package let areas: [CurriculumArea]
    package let series: SeriesPlace?
    package let reason: Reason?
    package let progress: Progress?

    package init(
        id: Video.ID,
        title: String,
        thumbnail: String?,
        durationMS: Int64,
        source: Source,
        areas: [CurriculumArea],
        series: SeriesPlace?,
        reason: Reason?,
        progress: Progress?
    ) {
        self.id = id
        self.title = title
        self.thumbnail = thumbnail
        self.durationMS = durationMS
        self.source = source
        self.areas = areas
        self.series = series
        self.reason = reason
        self.progress = progress
    }

    package enum CodingKeys: String, CodingKey {
        case id, title, thumbnail, source, areas, series, reason, progress
        case durationMS = "duration_ms"
    }
}

/// `GET /v1/children/{id}/home`
package struct HomeResponse: Codable, Sendable {
    package struct Shelf: Codable, Sendable {
        package enum Kind: String, Codable, Sendable, CaseIterable {
            case continueWatching = "continue"
            case forYou = "for_you"
            case favourites
            case new
        }

        package let kind: Kind
        package let title: String
        package let videos: [VideoResponse]

        package init(kind: Kind, title: String, videos: [VideoResponse]) {
            self.kind = kind
            self.title = title
            self.videos = videos
        }
    }

    package let shelves: [Shelf]
    package let allowance: AllowanceResponse

    package init(shelves: [Shelf], allowance: AllowanceResponse) {
        self.shelves = shelves
        self.allowance = allowance
    }
}

/// `GET /v1/children/{id}/series/{id}`
package struct SeriesResponse: Codable, Sendable {
    package let id: Series.ID
    package let title: String
    package let videos: [VideoResponse]

    package init(id: Series.ID, title: String, videos: [VideoResponse]) {
        self.id = id
        self.title = title
        self.videos = videos
    }
}
