package import Domain
import Foundation
package import SQL

/// Our own popularity: how many children watch each video, each child counted once and less the longer ago it began.
///
/// A child's part in a video is worth 1 when it begins to watch it and half after `halfLife`. What is stored is not that
/// worth, which would have to be renewed for ever, but 2^(t / halfLife) of the moment t it counts from: all parts shrink
/// alike, so they are added as they are and divided by the worth of now when they are read ("forward decay": Cormode et
/// al., ICDE 2009). Reading is one row a video, however long the history.
package struct PopularityStore: Sendable {
    package static let halfLife = Span.days(30)
    /// A child counts anew only after this long: a song in a loop writes no row that everybody shares.
    package static let rest = Span.days(1)
    /// 2026-01-01. Doubles end at 2^1024: 84 years after it.
    private static let landmark = Instant(millisecondsSince1970: 1_767_225_600_000)

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// What a child's part that counts from `moment` is stored as.
    static func weight(at moment: Instant) -> Double {
        exp2(Double((moment - landmark).milliseconds) / Double(halfLife.milliseconds))
    }

    /// How many children watch each video, in children of now. A video without any is not there.
    package func children(now: Instant) async throws -> [Video.ID: Double] {
        let unit = Self.weight(at: now)
        return try await database.read { transaction in
            var children: [Video.ID: Double] = [:]
            for row in try transaction.rows("SELECT video_id, weight FROM video_popularity") {
                let weight: Double = try row["weight"]
                // What is left of children who are gone is a rounding error, on either side of nothing.
                if weight / unit > 1e-6 { children[try row["video_id"]] = weight / unit }
            }
            return children
        }
    }

    /// Counts a child that begins to watch, last in its transaction: many wait for this row.
    ///
    /// - Parameter counted: the child's part so far, from its `watched_video`, which the transaction holds.
    static func count(
        _ child: Child.ID,
        watching video: Video.ID,
        counted: Double,
        now: Instant,
        _ transaction: any Transaction
    ) throws {
        guard counted < weight(at: now - rest) else { return }
        let weight = weight(at: now)
        try transaction.run(
            "UPDATE watched_video SET popularity = \(weight) WHERE child_id = \(child) AND video_id = \(video)"
        )
        try transaction.run(
            """
            INSERT INTO video_popularity (video_id, weight) VALUES (\(video), \(weight - counted))
            ON CONFLICT (video_id) DO UPDATE SET weight = video_popularity.weight + \(weight - counted)
            """
        )
    }

    /// Takes children out that are about to be deleted, and holds their rows, so that none of them begins anything more.
    ///
    /// - Parameter condition: on `child`.
    static func forget(childrenWhere condition: Query, _ transaction: any Transaction) throws {
        let children: [Child.ID] = try transaction.rows(
            "SELECT id FROM child WHERE \(condition) ORDER BY id \(transaction.dialect.forUpdate)"
        ).map { try $0["id"] }
        guard !children.isEmpty else { return }
        try transaction.run(
            """
            UPDATE video_popularity SET weight = weight - (SELECT sum(w.popularity) FROM watched_video w
                WHERE w.child_id IN (\(list: children)) AND w.video_id = video_popularity.video_id)
            WHERE video_id IN (SELECT w.video_id FROM watched_video w WHERE w.child_id IN (\(list: children)))
            """
        )
    }
}
