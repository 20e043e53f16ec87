package import Domain
package import SQL

/// Words to be put on one video.
package struct LabelAssignment: Sendable, Hashable {
    package var video: VideoReference
    /// Every kind named here is replaced on the video; kinds that are not named stay as they are.
    package var names: [Label.Kind: Set<String>]

    package init(video: VideoReference, names: [Label.Kind: Set<String>]) {
        self.video = video
        self.names = names
    }
}

package struct LabelCounts: Sendable, Hashable, Codable {
    /// Videos that now carry what was asked for.
    package var labelled = 0
    /// Of those, videos whose labels were other before.
    package var changed = 0
    /// Videos that are not in the catalogue.
    package var unknown = 0

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.labelled += right.labelled
        left.changed += right.changed
        left.unknown += right.unknown
    }
}

/// Puts labels on videos. Doing the same again changes nothing.
package struct LabelStore: Sendable {
    /// Videos per transaction: tens of milliseconds, so that other writers get their turn.
    private static let batch = 500

    private let database: any Database
    private let ids: IdentifierSource
    private let curriculum: Curriculum

    package init(database: any Database, ids: IdentifierSource, curriculum: Curriculum) {
        self.database = database
        self.ids = ids
        self.curriculum = curriculum
    }

    /// What kinds of label weigh for ranking from now on; other kinds stay as they are.
    ///
    /// - Parameter weights: 0…1, which the table holds.
    package func weigh(_ weights: [Label.Kind: Double]) async throws {
        try await database.write { transaction in
            try transaction.lockCatalogue()
            for (kind, weight) in weights.sorted(by: { $0.key.description < $1.key.description }) {
                try transaction.run(
                    """
                    INSERT INTO label_kind (kind, weight) VALUES (\(kind), \(weight))
                    ON CONFLICT (kind) DO UPDATE SET weight = \(weight)
                    """
                )
            }
            try CatalogueStore.bumpVersion(transaction)
        }
    }

    /// - Parameter source: who reads the videos so: a staff id, or the name of an import; nil where nobody says.
    /// - Throws: `UnknownContent` for a label of the kind `content` that no edition of the curriculum has; then nothing of
    ///   its batch is written.
    package func apply(
        _ assignments: [LabelAssignment],
        by source: String?,
        at now: Instant
    ) async throws -> LabelCounts {
        var counts = LabelCounts()
        var start = 0
        while start < assignments.count {
            let end = min(assignments.count, start + Self.batch)
            let part = Array(assignments[start..<end])
            let ids = ids
            let reading = ContentReading(curriculum: curriculum, source: source, at: now)
            counts += try await database.write { transaction in
                try transaction.lockCatalogue()
                return try LabelWriter(transaction: transaction, ids: ids, contents: reading, now: now).write(part)
            }
            start = end
        }
        return counts
    }
}

private struct LabelWriter {
    struct Key: Hashable {
        var kind: Label.Kind
        var name: String
    }

    let transaction: any Transaction
    let ids: IdentifierSource
    let contents: ContentReading
    let now: Instant

    func write(_ assignments: [LabelAssignment]) throws -> LabelCounts {
        var counts = LabelCounts()
        let videos = try transaction.videoIDs(of: assignments.map(\.video))
        let labels = try labelIDs(of: assignments)
        let present = try presentLabels(of: Array(Set(videos.values)).sorted())
        var added: [Query] = []
        for assignment in assignments {
            guard let video = videos[assignment.video] else {
                counts.unknown += 1
                continue
            }
            counts.labelled += 1
            var isChanged = false
            for (kind, names) in assignment.names {
                let wanted = Set(names.compactMap { labels[Key(kind: kind, name: $0)] })
                let old = present[video]?[kind] ?? []
                let superfluous = old.subtracting(wanted).sorted()
                if !superfluous.isEmpty {
                    try transaction.run(
                        "DELETE FROM video_label WHERE video_id = \(video) AND label_id IN (\(list: superfluous))"
                    )
                }
                let missing = wanted.subtracting(old).sorted()
                added += missing.map { "(\(video), \($0), 1.0)" }
                isChanged = isChanged || !superfluous.isEmpty || !missing.isEmpty
            }
            if let names = assignment.names[.content] { try contents.replace(on: video, by: names, transaction) }
            if isChanged { counts.changed += 1 }
        }
        try transaction.insert(added, columns: 2) { values in
            // Two references may name one video.
            "INSERT INTO video_label (video_id, label_id, weight) VALUES \(values) ON CONFLICT DO NOTHING"
        }
        if counts.changed > 0 { try CatalogueStore.bumpVersion(transaction) }
        return counts
    }

    private func labelIDs(of assignments: [LabelAssignment]) throws -> [Key: Label.ID] {
        var wanted: [Label.Kind: Set<String>] = [:]
        for assignment in assignments {
            wanted.merge(assignment.names) { $0.union($1) }
        }
        var found: [Key: Label.ID] = [:]
        for (kind, names) in wanted.sorted(by: { $0.key.description < $1.key.description }) {
            let sorted = names.sorted()
            let rows: [Query] = sorted.map { "(\(ids.next(Label.self)), \(kind), \($0), \(now))" }
            try transaction.insert(rows, columns: 4) { values in
                "INSERT INTO label (id, kind, name, created_at) VALUES \(values) ON CONFLICT (kind, name) DO NOTHING"
            }
            try transaction.forPieces(of: sorted) { piece in
                let rows = try transaction.rows(
                    "SELECT id, name FROM label WHERE kind = \(kind) AND name IN (\(list: piece))"
                )
                for row in rows { found[Key(kind: kind, name: try row["name"])] = try row["id"] }
            }
        }
        return found
    }

    private func presentLabels(of videos: [Video.ID]) throws -> [Video.ID: [Label.Kind: Set<Label.ID>]] {
        var present: [Video.ID: [Label.Kind: Set<Label.ID>]] = [:]
        try transaction.forPieces(of: videos) { piece in
            let rows = try transaction.rows(
                """
                SELECT v.video_id, v.label_id, l.kind FROM video_label v JOIN label l ON l.id = v.label_id
                WHERE v.video_id IN (\(list: piece))
                """
            )
            for row in rows {
                let kind: Label.Kind = try row["kind"]
                present[try row["video_id"], default: [:]][kind, default: []].insert(try row["label_id"])
            }
        }
        return present
    }
}

extension Transaction {
    /// The videos of the catalogue that are named; unknown references are missing from the answer.
    func videoIDs(of references: [VideoReference]) throws -> [VideoReference: Video.ID] {
        var own: [Video.ID] = []
        var youtube: [YouTubeVideoID] = []
        for reference in Set(references) {
            switch reference {
            case .own(let id): own.append(id)
            case .youtube(let id): youtube.append(id)
            }
        }
        var found: [VideoReference: Video.ID] = [:]
        try forPieces(of: own) { piece in
            for row in try rows("SELECT id FROM video WHERE id IN (\(list: piece))") {
                let id: Video.ID = try row["id"]
                found[.own(id)] = id
            }
        }
        try forPieces(of: youtube) { piece in
            for row in try rows("SELECT id, youtube_id FROM video WHERE youtube_id IN (\(list: piece))") {
                found[.youtube(try row["youtube_id"])] = try row["id"]
            }
        }
        return found
    }
}
