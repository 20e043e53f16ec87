package import Domain
import Foundation
package import SQL

/// Our own popularity: how many children of each age watch each video, each child counted once and less the longer ago it
/// began.
///
/// A child's part in a video is worth 1 when it begins to watch it and half after `halfLife`. What is stored is not that
/// worth, which would have to be renewed for ever, but 2^(t / halfLife) of the moment t it counts from: all parts shrink
/// alike, so they are added as they are and divided by the worth of now when they are read ("forward decay": Cormode et
/// al., ICDE 2009). Reading is one row for a video and an age group, however long the history.
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

    /// How many children of each age watch a video, in children of now.
    package struct Children: Sendable, Equatable {
        /// In the order of `AgeGroup.allCases`.
        package fileprivate(set) var byGroup = [Double](repeating: 0, count: AgeGroup.allCases.count)

        package subscript(group: AgeGroup) -> Double { byGroup[group.rawValue] }
        package var everyone: Double { byGroup.reduce(0, +) }
    }

    /// How many children watch each video, in children of now. A video without any is not there.
    package func children(now: Instant) async throws -> [Video.ID: Children] {
        let unit = Self.weight(at: now)
        return try await database.read { transaction in
            var children: [Video.ID: Children] = [:]
            for row in try transaction.rows("SELECT video_id, age_group, weight FROM video_popularity") {
                let (weight, group): (Double, AgeGroup) = (try row["weight"], try row["age_group"])
                // What is left of children who are gone is a rounding error, on either side of nothing.
                guard weight / unit > 1e-6 else { continue }
                children[try row["video_id"], default: Children()].byGroup[group.rawValue] = weight / unit
            }
            return children
        }
    }

    /// A child's part in how many watch a video, from its `watched_video`, which the transaction holds.
    struct Part: Sendable {
        let child: Child.ID
        let video: Video.ID
        /// As it is stored; zero for one that has not been counted.
        let weight: Double
        /// Where it was counted.
        let group: AgeGroup
    }

    /// Counts a child that begins to watch, late in its transaction: whoever begins this video at this age waits for the row.
    /// After it comes only `OfferStore.add`, for whose rows everybody who begins anything waits. The child counts where it
    /// belongs by its age of now, and what it gave before a birthday comes along.
    ///
    /// - Parameter group: of the child, on the family's day of now.
    static func count(_ part: Part, in group: AgeGroup, now: Instant, _ transaction: any Transaction) throws {
        guard part.weight < weight(at: now - rest) else { return }
        let weight = weight(at: now)
        try transaction.run(
            """
            UPDATE watched_video SET popularity = \(weight), popularity_group = \(group)
            WHERE child_id = \(part.child) AND video_id = \(part.video)
            """
        )
        if part.group == group || part.weight == 0 {
            try add(weight - part.weight, to: part.video, group, transaction)
        } else {
            try add(-part.weight, to: part.video, part.group, transaction)
            try add(weight, to: part.video, group, transaction)
        }
    }

    private static func add(
        _ weight: Double,
        to video: Video.ID,
        _ group: AgeGroup,
        _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO video_popularity (video_id, age_group, weight) VALUES (\(video), \(group), \(weight))
            ON CONFLICT (video_id, age_group) DO UPDATE SET weight = video_popularity.weight + \(weight)
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
                WHERE w.child_id IN (\(list: children)) AND w.video_id = video_popularity.video_id
                    AND w.popularity_group = video_popularity.age_group)
            WHERE (video_id, age_group) IN
                (SELECT w.video_id, w.popularity_group FROM watched_video w WHERE w.child_id IN (\(list: children)))
            """
        )
    }
}
