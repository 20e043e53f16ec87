package import Domain
package import SQL

package struct PublishCounts: Sendable, Hashable, Codable {
    package var published = 0
    /// Already published, now with another age band.
    package var updated = 0
    package var unchanged = 0
    /// By reason: `PublishingAges.Refusal`, or `not_accepted`, `incomplete`, `stale`, `unhealthy`.
    package var refused: [String: Int] = [:]
    package var unknown = 0

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.published += right.published
        left.updated += right.updated
        left.unchanged += right.unchanged
        left.refused.merge(right.refused, uniquingKeysWith: +)
        left.unknown += right.unknown
    }
}

package struct WithdrawCounts: Sendable, Hashable, Codable {
    package var withdrawn = 0
    /// Nothing was left to do for these.
    package var withdrawnBefore = 0
    /// As they were named.
    package var unknown: [String] = []

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case withdrawn, unknown
        case withdrawnBefore = "withdrawn_before"
    }
}

/// Shows accepted videos to children, and takes them away again.
package struct PublishStore: Sendable {
    private static let batch = 500

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Publishes everything that is accepted. A band from labels, or one the video already has, goes before `ages`,
    /// which stands in for the rest: one word for a whole catalogue must not make a video for older children one for
    /// younger ones.
    package func publishAllAccepted(ages: AgeBand?, at now: Instant) async throws -> PublishCounts {
        var counts = PublishCounts()
        var last = ""
        while true {
            let after = last
            let (part, end) = try await database.write { transaction -> (PublishCounts, String?) in
                try transaction.lockCatalogue()
                let rows = try transaction.rows(
                    """
                    SELECT \(Video.columns) FROM video v WHERE v.state = 'accepted' AND v.id > \(after)
                    ORDER BY v.id LIMIT \(Self.batch)
                    """
                )
                let videos = try rows.map(Video.init(row:))
                let writer = PublishWriter(transaction: transaction, now: now, ages: ages, agesDecide: false)
                return (try writer.publish(videos), videos.last?.id.description)
            }
            counts += part
            guard let end else { return counts }
            last = end
        }
    }

    /// Publishes the named videos. Here `ages` is staff's word on exactly these and goes before the labels.
    package func publish(
        _ references: [VideoReference],
        ages: AgeBand?,
        at now: Instant
    ) async throws -> PublishCounts {
        try await database.write { transaction in
            try transaction.lockCatalogue()
            let ids = try transaction.videoIDs(of: references)
            var videos: [Video] = []
            try transaction.forPieces(of: Set(ids.values).sorted()) { piece in
                // Staff who name a video have looked at it: what players reported before is answered.
                try transaction.run("DELETE FROM video_health WHERE video_id IN (\(list: piece))")
                let healed = try transaction.run(
                    "UPDATE video SET healthy = 1, updated_at = \(now) WHERE id IN (\(list: piece)) AND healthy = 0"
                )
                if healed > 0 { try CatalogueStore.bumpVersion(transaction) }
                videos += try transaction.rows(
                    "SELECT \(Video.columns) FROM video v WHERE v.id IN (\(list: piece)) ORDER BY v.id"
                ).map(Video.init(row:))
            }
            let writer = PublishWriter(transaction: transaction, now: now, ages: ages, agesDecide: true)
            var counts = try writer.publish(videos)
            counts.unknown = Set(references).count - ids.count
            return counts
        }
    }

    /// Takes videos out of the catalogue for good: no import brings them back, and they are not published again.
    package func withdraw(_ references: [VideoReference], at now: Instant) async throws -> WithdrawCounts {
        try await database.write { transaction in
            try transaction.lockCatalogue()
            let known = try transaction.videoIDs(of: references)
            let ids = Set(known.values).sorted()
            var counts = WithdrawCounts()
            try transaction.forPieces(of: ids) { piece in
                counts.withdrawn += try transaction.run(
                    """
                    UPDATE video SET state = 'withdrawn', updated_at = \(now)
                    WHERE id IN (\(list: piece)) AND state <> 'withdrawn'
                    """
                )
            }
            counts.withdrawnBefore = ids.count - counts.withdrawn
            counts.unknown = references.filter { known[$0] == nil }.map(\.description)
            if counts.withdrawn > 0 { try CatalogueStore.bumpVersion(transaction) }
            return counts
        }
    }
}

private struct PublishWriter {
    let transaction: any Transaction
    let now: Instant
    let ages: AgeBand?
    /// Whether `ages` goes before the labels or after them.
    let agesDecide: Bool

    func publish(_ videos: [Video]) throws -> PublishCounts {
        var counts = PublishCounts()
        let ratings = try ratings(of: videos.map(\.id))
        for video in videos {
            if let refusal = refusal(of: video) {
                counts.refused[refusal, default: 0] += 1
                continue
            }
            let band: AgeBand
            do throws(PublishingAges.Refusal) {
                band = try self.band(of: video, ratings: ratings[video.id] ?? [])
            } catch {
                counts.refused[error.rawValue, default: 0] += 1
                continue
            }
            try write(band, to: video, counts: &counts)
        }
        if counts.published + counts.updated > 0 { try CatalogueStore.bumpVersion(transaction) }
        return counts
    }

    private func refusal(of video: Video) -> String? {
        guard video.state == .accepted || video.state == .published else { return "not_accepted" }
        guard video.isHealthy else { return Screening.Refusal.unhealthy.rawValue }
        guard video.durationMilliseconds != nil, video.title != nil || video.ownTitle != nil else {
            return Screening.Refusal.incomplete.rawValue
        }
        if case .youtube = video.source {
            guard let fetchedAt = video.fetchedAt, now - fetchedAt < Screening.freshness else {
                return Screening.Refusal.stale.rawValue
            }
        }
        return nil
    }

    private func band(of video: Video, ratings: [String]) throws(PublishingAges.Refusal) -> AgeBand {
        if agesDecide { return try PublishingAges.band(given: ages, existing: video.ages, ratings: ratings) }
        if let ages, video.ages == nil, ratings.isEmpty { return ages }
        return try PublishingAges.band(given: nil, existing: video.ages, ratings: ratings)
    }

    private func write(_ band: AgeBand, to video: Video, counts: inout PublishCounts) throws {
        if video.state == .published {
            if video.ages == band {
                counts.unchanged += 1
                return
            }
            counts.updated += 1
        } else {
            counts.published += 1
        }
        let publishedAt = video.state == .published ? video.publishedAt ?? now : now
        try transaction.run(
            """
            UPDATE video SET state = 'published', age_min = \(band.minimum), age_max = \(band.maximum),
            published_at = \(publishedAt), updated_at = \(now) WHERE id = \(video.id)
            """
        )
    }

    private func ratings(of videos: [Video.ID]) throws -> [Video.ID: [String]] {
        var ratings: [Video.ID: [String]] = [:]
        try transaction.forPieces(of: videos) { piece in
            let rows = try transaction.rows(
                """
                SELECT v.video_id, l.name FROM video_label v JOIN label l ON l.id = v.label_id
                WHERE l.kind = \(Label.Kind.ageRating) AND v.video_id IN (\(list: piece))
                """
            )
            for row in rows { ratings[try row["video_id"], default: []].append(try row["name"]) }
        }
        return ratings
    }
}
