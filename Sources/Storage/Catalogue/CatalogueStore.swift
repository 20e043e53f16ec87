package import Domain
package import SQL

/// Reading the catalogue. Imports, labels and publishing have stores of their own.
package struct CatalogueStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Grows with every change of what is published.
    package func version() async throws -> Int64 {
        try await database.read { try Self.version($0) }
    }

    static func version(_ transaction: any Transaction) throws -> Int64 {
        guard let row = try transaction.row("SELECT version FROM catalogue_version WHERE id = 1") else {
            throw DatabaseError.missingColumn("catalogue_version")
        }
        return try row["version"]
    }

    /// Tells every reader that what is published has changed. In the transaction of the change.
    static func bumpVersion(_ transaction: any Transaction) throws {
        try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
    }

    package func snapshot() async throws -> CatalogueSnapshot {
        try await database.read { transaction in
            let videos = try transaction.rows(
                "SELECT \(Video.columns) FROM video v WHERE v.state = 'published' ORDER BY v.published_at, v.id"
            ).map(Video.init(row:))
            var videoLabels: [Video.ID: [WeightedLabel]] = [:]
            let labelRows = try transaction.rows(
                """
                SELECT l.video_id, l.label_id, l.weight FROM video_label l JOIN video v ON v.id = l.video_id
                WHERE v.state = 'published' ORDER BY l.video_id, l.label_id
                """
            )
            for row in labelRows {
                videoLabels[try row["video_id"], default: []].append(
                    WeightedLabel(label: try row["label_id"], weight: try row["weight"])
                )
            }
            return CatalogueSnapshot(
                version: try Self.version(transaction),
                videos: videos,
                videoLabels: videoLabels,
                labels: try Self.labels(transaction),
                kindWeights: try Self.kindWeights(transaction),
                series: try Self.series(transaction),
                channels: try Self.channels(transaction)
            )
        }
    }

    /// The video that staff name so, whatever its state; nil where there is none.
    package func video(_ reference: VideoReference) async throws -> Video? {
        try await database.read { transaction in
            guard let id = try transaction.videoIDs(of: [reference])[reference] else { return nil }
            return try transaction.row("SELECT \(Video.columns) FROM video v WHERE v.id = \(id)").map(Video.init(row:))
        }
    }

    /// Published videos a child may see whose title contains `text`, newest first.
    package func search(_ text: String, through predicate: ScreeningPredicate, limit: Int) async throws -> [Video.ID] {
        let pattern = "%" + SearchText.escapedForLike(SearchText.fold(text)) + "%"
        return try await database.read { transaction in
            try transaction.rows(
                """
                SELECT v.id FROM video v WHERE \(predicate.condition)
                AND v.search_text LIKE \(pattern) ESCAPE '\\'
                ORDER BY v.published_at DESC, v.id DESC LIMIT \(limit)
                """
            ).map { try $0["id"] }
        }
    }

    /// Every video a child may see, by the SQL twin of `Screening.verdict`, after `cursor` in id order.
    package func visible(
        through predicate: ScreeningPredicate,
        after cursor: Video.ID?,
        limit: Int
    ) async throws -> [Video.ID] {
        let start: Query = if let cursor { "AND v.id > \(cursor)" } else { "" }
        return try await database.read { transaction in
            try transaction.rows(
                "SELECT v.id FROM video v WHERE \(predicate.condition) \(start) ORDER BY v.id LIMIT \(limit)"
            ).map { try $0["id"] }
        }
    }

    private static func labels(_ transaction: any Transaction) throws -> [Label] {
        try transaction.rows("SELECT id, kind, name FROM label ORDER BY id").map { row in
            Label(id: try row["id"], kind: try row["kind"], name: try row["name"])
        }
    }

    private static func kindWeights(_ transaction: any Transaction) throws -> LabelKindWeights {
        let rows = try transaction.rows("SELECT kind, weight FROM label_kind")
        let weights = try rows.map { row -> (Label.Kind, Double) in (try row["kind"], try row["weight"]) }
        return LabelKindWeights(Dictionary(weights) { first, _ in first })
    }

    private static func series(_ transaction: any Transaction) throws -> [Series] {
        try transaction.rows("SELECT id, slug, title_ko, title_en FROM series ORDER BY id").map { row in
            Series(
                id: try row["id"],
                slug: try row["slug"],
                title: Wording(korean: try row["title_ko"], english: try row["title_en"])
            )
        }
    }

    private static func channels(_ transaction: any Transaction) throws -> [Channel] {
        try transaction.rows("SELECT id, youtube_id, title FROM channel ORDER BY id").map { row in
            Channel(id: try row["id"], youtubeID: try row["youtube_id"], title: try row["title"])
        }
    }
}
