package import Domain
package import SQL

/// How many offers were shown, opened and watched through, by hour, surface and reason: sums over all children that name
/// none. An hour has at most a row for each surface and reason, so that the table grows with time and not with children.
package struct OfferStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// One row's key.
    package struct Cell: Hashable, Sendable {
        package let hour: Instant
        package let offer: Offer

        /// - Parameter time: any in the hour.
        package init(_ offer: Offer, at time: Instant) {
            hour = time.startOfHour
            self.offer = offer
        }
    }

    package struct Total: Hashable, Sendable {
        package let offer: Offer
        package let shown: Int
        package let opened: Int
        package let finished: Int

        package init(offer: Offer, shown: Int, opened: Int, finished: Int) {
            self.offer = offer
            self.shown = shown
            self.opened = opened
            self.finished = finished
        }
    }

    /// Adds what was shown, all or nothing. False where nobody knows whether it was written: adding it again might count
    /// it twice.
    package func add(shown counts: [Cell: Int]) async throws -> Bool {
        // Whoever else adds takes the rows in this order, or a single one: nobody waits in a circle.
        let rows = counts.sorted { left, right in
            let (a, b) = (left.key, right.key)
            return (a.hour, a.offer.surface.rawValue, a.offer.reasonName)
                < (b.hour, b.offer.surface.rawValue, b.offer.reasonName)
        }
        do {
            try await database.write { transaction in
                for (cell, count) in rows { try Self.add(cell, shown: count, transaction) }
            }
            return true
        } catch DatabaseError.outcomeUnknown {
            return false
        }
    }

    /// The last statement of a transaction: whoever plays anything adds to these few rows, and they stay locked until its
    /// end.
    static func add(
        _ cell: Cell,
        shown: Int = 0,
        opened: Int = 0,
        finished: Int = 0,
        _ transaction: any Transaction
    ) throws {
        try transaction.send(
            """
            INSERT INTO offer_hour (hour_at, surface, reason, shown, opened, finished)
            VALUES (\(cell.hour), \(cell.offer.surface), \(cell.offer.reasonName), \(shown), \(opened), \(finished))
            ON CONFLICT (hour_at, surface, reason) DO UPDATE SET shown = offer_hour.shown + \(shown),
                opened = offer_hour.opened + \(opened), finished = offer_hour.finished + \(finished)
            """
        )
    }

    /// The sums over all hours, or from one on; in the order of surfaces and reasons, unexplained ones last.
    package func totals(since start: Instant? = nil) async throws -> [Total] {
        let condition: Query = if let start { "WHERE hour_at >= \(start)" } else { "" }
        let found = try await database.read { transaction in
            try transaction.rows(
                """
                SELECT surface, reason, CAST(sum(shown) AS BIGINT) AS shown, CAST(sum(opened) AS BIGINT) AS opened,
                    CAST(sum(finished) AS BIGINT) AS finished
                FROM offer_hour \(condition) GROUP BY surface, reason
                """
            ).map { row in
                let reason: String = try row["reason"]
                return Total(
                    // A word of a later version counts as no reason rather than hiding all the others.
                    offer: Offer(surface: try row["surface"], reason: Recommendation.Reason(rawValue: reason)),
                    shown: try row["shown"],
                    opened: try row["opened"],
                    finished: try row["finished"]
                )
            }
        }
        let places = Dictionary(uniqueKeysWithValues: Self.order.enumerated().map { ($1, $0) })
        return found.sorted { (places[$0.offer] ?? .max) < (places[$1.offer] ?? .max) }
    }

    private static let order = Surface.allCases.flatMap { surface in
        (Recommendation.Reason.allCases.map(Optional.some) + [nil]).map { Offer(surface: surface, reason: $0) }
    }
}
