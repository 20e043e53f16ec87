import Domain
import SQL

extension Video {
    static let columns: Query = """
        v.id, v.youtube_id, v.hosted_path, v.channel_id, v.series_id, v.episode, v.state, v.title, v.own_title_ko,
        v.own_title_en, v.thumbnail_url, v.duration_ms, v.embeddable, v.made_for_kids, v.healthy, v.age_min, v.age_max,
        v.fetched_at, v.published_at
        """

    init(row: Row) throws {
        let youtubeID: YouTubeVideoID? = try row["youtube_id"]
        let hostedPath: String? = try row["hosted_path"]
        let source: Source
        switch (youtubeID, hostedPath) {
        case (let id?, nil): source = .youtube(id)
        case (nil, let path?): source = .hosted(path: path)
        default: throw DatabaseError.unexpectedValue(column: "youtube_id", expected: "one source")
        }
        let korean: String? = try row["own_title_ko"]
        let english: String? = try row["own_title_en"]
        let ownTitle: Wording? =
            if let title = korean ?? english { Wording(korean: korean ?? title, english: english ?? title) } else {
                nil
            }
        let youngest: Int? = try row["age_min"]
        let oldest: Int? = try row["age_max"]
        let ages: AgeBand? = if let youngest, let oldest { AgeBand(minimum: youngest, maximum: oldest) } else { nil }
        self.init(
            id: try row["id"],
            source: source,
            state: try row["state"],
            channelID: try row["channel_id"],
            seriesID: try row["series_id"],
            episode: try row["episode"],
            title: try row["title"],
            ownTitle: ownTitle,
            thumbnailURL: try row["thumbnail_url"],
            durationMilliseconds: try row["duration_ms"],
            isEmbeddable: try row["embeddable"],
            isMadeForKids: try row["made_for_kids"],
            isHealthy: try row["healthy"],
            ages: ages,
            fetchedAt: try row["fetched_at"],
            publishedAt: try row["published_at"]
        )
    }
}
