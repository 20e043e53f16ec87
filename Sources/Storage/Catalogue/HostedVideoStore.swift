package import Domain
package import SQL

/// A video of our own, as it is added to the catalogue.
package struct HostedVideo: Sendable, Hashable {
    /// Where it is played from: `/media/…` at the API.
    package var path: String
    package var title: Wording
    package var duration: Span
    package var ages: AgeBand?

    package init(path: String, title: Wording, duration: Span, ages: AgeBand?) {
        self.path = path
        self.title = title
        self.duration = duration
        self.ages = ages
    }
}

/// Adds our own videos. They go through the same states as YouTube's: accepted first, published by staff.
package struct HostedVideoStore: Sendable {
    package enum Outcome: String, Sendable, Hashable, Codable {
        case new, updated, unchanged
    }

    private let database: any Database
    private let ids: IdentifierSource

    package init(database: any Database, ids: IdentifierSource) {
        self.database = database
        self.ids = ids
    }

    /// The file's path names it: adding it again changes its titles, length and ages where they differ.
    package func add(_ video: HostedVideo, at now: Instant) async throws -> (id: Video.ID, outcome: Outcome) {
        let newID = ids.next(Video.self)
        let hash = Self.hash(video)
        let searchText = SearchText.fold("\(video.title.korean) \(video.title.english)")
        return try await database.write { transaction in
            try transaction.lockCatalogue()
            let known = try transaction.row("SELECT id, content_hash FROM video WHERE hosted_path = \(video.path)")
            guard let known else {
                try transaction.run(
                    """
                    INSERT INTO video (id, hosted_path, state, own_title_ko, own_title_en, search_text, duration_ms,
                    embeddable, made_for_kids, age_min, age_max, content_hash, created_at, updated_at)
                    VALUES (\(newID), \(video.path), 'accepted', \(video.title.korean), \(video.title.english),
                    \(searchText), \(video.duration), 1, 1, \(video.ages?.minimum), \(video.ages?.maximum), \(hash),
                    \(now), \(now))
                    """
                )
                try CatalogueStore.bumpVersion(transaction)
                return (newID, .new)
            }
            let id: Video.ID = try known["id"]
            let oldHash: String = try known["content_hash"]
            if oldHash == hash { return (id, .unchanged) }
            try transaction.run(
                """
                UPDATE video SET own_title_ko = \(video.title.korean), own_title_en = \(video.title.english),
                search_text = \(searchText), duration_ms = \(video.duration), content_hash = \(hash),
                updated_at = \(now) WHERE id = \(id)
                """
            )
            if let ages = video.ages {
                try transaction.run(
                    "UPDATE video SET age_min = \(ages.minimum), age_max = \(ages.maximum) WHERE id = \(id)"
                )
            }
            try CatalogueStore.bumpVersion(transaction)
            return (id, .updated)
        }
    }

    private static func hash(_ video: HostedVideo) -> String {
        var hash = ContentHash()
        for text in [video.path, video.title.korean, video.title.english, String(video.duration.milliseconds)] {
            hash.add(text)
        }
        hash.add(video.ages.map { "\($0.minimum)-\($0.maximum)" })
        return hash.text
    }
}
