package import Domain
import Foundation
package import SQL

/// What was spent of YouTube's daily quota. Kept in the database, written before each call: a crash can only count too
/// much, and a crash loop cannot burn the day unseen.
package struct QuotaLedger: Sendable {
    /// The day's quota does not reach for what was asked.
    package struct Exhausted: Error, Sendable, Hashable, CustomStringConvertible {
        package var bucket: YouTubeQuota.Bucket
        package var limit: Int
        /// When the next day begins in California.
        package var resetsAt: Instant

        package init(bucket: YouTubeQuota.Bucket, limit: Int, resetsAt: Instant) {
            self.bucket = bucket
            self.limit = limit
            self.resetsAt = resetsAt
        }

        package var description: String {
            "the YouTube quota of the day is used up (\(limit) \(bucket == .units ? "units" : "searches")); "
                + "it is given anew at \(resetsAt.date.formatted(.iso8601))"
        }
    }

    private let database: any Database
    private let clock: Clock
    private let limits: [YouTubeQuota.Bucket: Int]

    /// `limits` overrides the defaults for projects that were granted more, or are to spend less.
    package init(database: any Database, clock: Clock, limits: [YouTubeQuota.Bucket: Int] = [:]) {
        self.database = database
        self.clock = clock
        self.limits = limits
    }

    package func limit(of bucket: YouTubeQuota.Bucket) -> Int {
        limits[bucket] ?? bucket.dailyLimit
    }

    /// Writes down that `units` are about to be spent, or throws `Exhausted` and writes nothing.
    package func spend(_ units: Int, from bucket: YouTubeQuota.Bucket) async throws {
        let now = clock.now()
        let day = YouTubeQuota.day(of: now)
        let limit = limit(of: bucket)
        // One statement: two processes that spend at once cannot both take the last unit.
        let isBooked =
            units <= limit
            ? try await database.write { transaction in
                try transaction.run(
                    """
                    INSERT INTO youtube_quota (day, bucket, spent) VALUES (\(day), \(bucket), \(units))
                    ON CONFLICT (day, bucket) DO UPDATE SET spent = youtube_quota.spent + \(units)
                    WHERE youtube_quota.spent + \(units) <= \(limit)
                    """
                ) == 1
            } : false
        if !isBooked { throw Exhausted(bucket: bucket, limit: limit, resetsAt: YouTubeQuota.reset(after: now)) }
    }

    /// What was spent on the day that is now.
    package func spent(from bucket: YouTubeQuota.Bucket) async throws -> Int {
        let day = YouTubeQuota.day(of: clock.now())
        return try await database.read { transaction in
            let row = try transaction.row(
                "SELECT spent FROM youtube_quota WHERE day = \(day) AND bucket = \(bucket)"
            )
            return try row?["spent"] ?? 0
        }
    }
}

extension YouTubeQuota.Bucket: SQLConvertible {}
