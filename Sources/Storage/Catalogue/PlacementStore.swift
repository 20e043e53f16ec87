package import Domain
package import SQL

/// What a video of our own has beyond its file: a picture, a place in a series, and labels with their weights.
package struct Placement: Sendable, Hashable {
    package struct Episode: Sendable, Hashable {
        package var series: String
        /// From 1.
        package var number: Int

        package init(series: String, number: Int) {
            self.series = series
            self.number = number
        }
    }

    package struct LabelWeight: Sendable, Hashable {
        package var kind: Label.Kind
        package var name: String
        /// In (0, 1].
        package var weight: Double

        package init(kind: Label.Kind, name: String, weight: Double) {
            self.kind = kind
            self.name = name
            self.weight = weight
        }
    }

    package var video: Video.ID
    package var thumbnail: String
    package var episode: Episode?
    package var labels: [LabelWeight]

    package init(video: Video.ID, thumbnail: String, episode: Episode?, labels: [LabelWeight]) {
        self.video = video
        self.thumbnail = thumbnail
        self.episode = episode
        self.labels = labels
    }
}

/// Places videos of our own. What already has a picture was placed before, and staff may have changed it since: it is
/// left alone.
package struct PlacementStore: Sendable {
    private let database: any Database
    private let ids: IdentifierSource
    private let curriculum: Curriculum

    package init(database: any Database, ids: IdentifierSource, curriculum: Curriculum) {
        self.database = database
        self.ids = ids
        self.curriculum = curriculum
    }

    /// Adds the series that are missing, by slug, and returns how many were. The ids in `series` are for new ones.
    package func add(_ series: [Series], at now: Instant) async throws -> Int {
        try await database.write { transaction in
            try transaction.lockCatalogue()
            var added = 0
            for one in series {
                added += try transaction.run(
                    """
                    INSERT INTO series (id, slug, title_ko, title_en, created_at)
                    VALUES (\(one.id), \(one.slug), \(one.title.korean), \(one.title.english), \(now))
                    ON CONFLICT (slug) DO NOTHING
                    """
                )
            }
            if added > 0 { try CatalogueStore.bumpVersion(transaction) }
            return added
        }
    }

    /// Places what was not placed before, all or nothing, and returns how many that were.
    ///
    /// - Parameter source: who reads the videos so, as `LabelStore` keeps it.
    /// - Throws: `UnknownContent` for a label of the kind `content` that no edition of the curriculum has.
    package func place(_ placements: [Placement], by source: String?, at now: Instant) async throws -> Int {
        let ids = ids
        let contents = ContentReading(curriculum: curriculum, source: source, at: now)
        return try await database.write { transaction in
            try transaction.lockCatalogue()
            let writer = PlacementWriter(transaction: transaction, ids: ids, contents: contents, now: now)
            let placed = try placements.filter(writer.place).count
            if placed > 0 { try CatalogueStore.bumpVersion(transaction) }
            return placed
        }
    }
}

private struct PlacementWriter {
    let transaction: any Transaction
    let ids: IdentifierSource
    let contents: ContentReading
    let now: Instant

    func place(_ placement: Placement) throws -> Bool {
        let changed = try transaction.run(
            """
            UPDATE video SET thumbnail_url = \(placement.thumbnail),
                series_id = (SELECT id FROM series WHERE slug = \(placement.episode?.series)),
                episode = \(placement.episode?.number), updated_at = \(now)
            WHERE id = \(placement.video) AND thumbnail_url IS NULL
            """
        )
        guard changed > 0 else { return false }
        for label in placement.labels {
            try transaction.run(
                """
                INSERT INTO label (id, kind, name, created_at)
                VALUES (\(ids.next(Label.self)), \(label.kind), \(label.name), \(now))
                ON CONFLICT (kind, name) DO NOTHING
                """
            )
            try transaction.run(
                """
                INSERT INTO video_label (video_id, label_id, weight)
                SELECT \(placement.video), id, \(label.weight) FROM label
                WHERE kind = \(label.kind) AND name = \(label.name)
                ON CONFLICT DO NOTHING
                """
            )
        }
        let meant = placement.labels.filter { $0.kind == .content }.map(\.name)
        try contents.add(Set(meant), to: placement.video, transaction)
        return true
    }
}
