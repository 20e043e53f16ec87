package import Domain

extension ReportResponse {
    package struct ThemesPart: Encodable, Sendable {
        /// Absent outside the curriculum's ages.
        package let edition: String?
        package let areas: [AreaPart]
        package let unlabelledVideos: Int
        package let newlyMet: [String]

        package init(_ themes: Report.Themes, in language: Guardian.Language) {
            edition = themes.edition?.description
            areas = themes.areas.map { AreaPart($0, in: language) }
            unlabelledVideos = themes.unlabelledVideos
            newlyMet = themes.newlyMet.map { $0[language] }
        }

        package enum CodingKeys: String, CodingKey {
            case edition, areas
            case unlabelledVideos = "unlabelled_videos"
            case newlyMet = "newly_met"
        }
    }

    package struct AreaPart: Encodable, Sendable {
        package let area: CurriculumArea
        package let name: String
        package let met: Bool
        package let videos: Int
        /// Absent outside the curriculum's ages.
        package let categories: Measure<[CategoryPart]>?

        package init(_ line: Report.AreaLine, in language: Guardian.Language) {
            area = line.area
            name = line.name[language]
            met = line.isMet
            videos = line.videos
            categories = line.categories.map { categories in
                Measure(categories.map { $0.map { CategoryPart($0, in: language) } }, in: language)
            }
        }
    }

    package struct CategoryPart: Encodable, Sendable {
        package let code: String
        package let name: String
        package let met: Bool
        package let videos: Int
        package let contents: [ContentPart]

        package init(_ line: Report.CategoryLine, in language: Guardian.Language) {
            code = line.code.description
            name = line.name[language]
            met = line.isMet
            videos = line.videos
            contents = line.contents.map { ContentPart($0, in: language) }
        }
    }

    package struct ContentPart: Encodable, Sendable {
        package let code: String
        package let sentence: String

        package init(_ content: CurriculumContent, in language: Guardian.Language) {
            code = content.code.description
            sentence = content.sentence[language]
        }
    }

    package struct NewAndRepeatedPart: Encodable, Sendable {
        package let newVideos: Int
        package let knownVideos: Int
        package let plays: Int
        package let repeatedPlays: Int
        /// Absent where no video was played twice.
        package let mostPlayed: VideoPart?

        package init(_ part: Report.NewAndRepeated, in language: Guardian.Language) {
            newVideos = part.newVideos
            knownVideos = part.knownVideos
            plays = part.plays
            repeatedPlays = part.repeatedPlays
            mostPlayed = part.mostPlayed.map { VideoPart($0, in: language) }
        }

        package enum CodingKeys: String, CodingKey {
            case plays
            case newVideos = "new_videos"
            case knownVideos = "known_videos"
            case repeatedPlays = "repeated_plays"
            case mostPlayed = "most_played"
        }
    }

    package struct VideoPart: Encodable, Sendable {
        package let videoID: Video.ID
        /// Absent once its source took it away.
        package let title: String?
        package let times: Int

        package init(_ line: Report.VideoLine, in language: Guardian.Language) {
            videoID = line.video
            title = line.title?[language]
            times = line.times
        }

        package enum CodingKeys: String, CodingKey {
            case title, times
            case videoID = "video_id"
        }
    }

    package struct SeriesPart: Encodable, Sendable {
        package let id: Series.ID
        package let title: String
        package let videos: Int
        package let latestEpisode: Int?
        package let watchedMS: Int64

        package init(_ line: Report.SeriesLine, in language: Guardian.Language) {
            id = line.series
            title = line.title[language]
            videos = line.videos
            latestEpisode = line.latestEpisode
            watchedMS = line.watched.milliseconds
        }

        package enum CodingKeys: String, CodingKey {
            case id, title, videos
            case latestEpisode = "latest_episode"
            case watchedMS = "watched_ms"
        }
    }

    package struct FavouritePart: Encodable, Sendable {
        package let name: String
        package let title: String
        package let videos: Int
        package let watchedMS: Int64

        package init(_ line: Report.FavouriteLine, in language: Guardian.Language) {
            name = line.name
            title = line.wording[language]
            videos = line.videos
            watchedMS = line.watched.milliseconds
        }

        package enum CodingKeys: String, CodingKey {
            case name, title, videos
            case watchedMS = "watched_ms"
        }
    }

    package struct ChoosingPart: Encodable, Sendable {
        package let chosen: Int
        package let automatic: Int

        package init(_ choosing: Report.Choosing) {
            chosen = choosing.chosen
            automatic = choosing.automatic
        }
    }
}
