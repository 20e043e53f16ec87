package import Domain
import SQL

/// Counting everything anew, and the end of raw plays.
extension AverageStore {
    /// Up to when plays were removed after their time; nil: none was.
    package func removedUntil() async throws -> Instant? {
        try await database.read { transaction in
            try transaction.row("SELECT removed_until FROM watch_average_mark WHERE id = 1")?["removed_until"]
        }
    }

    /// What came of asking for everything to be counted anew.
    package enum Recount: Sendable, Equatable {
        /// The next runs take everything away and count again.
        case begun
        /// Nothing has changed: plays up to then are removed, and what they counted would be lost, or is lost since an
        /// earlier recount.
        case wouldLose(playsUntil: Instant)
    }

    /// Lets all plays be counted anew from those there are, such as after videos got other labels. Days stay: they have
    /// nothing to do with labels.
    ///
    /// - Parameter losing: whether what removed plays counted may be lost.
    package func recount(losing: Bool) async throws -> Recount {
        try await database.write { transaction in
            let mark = try Self.lockMark(transaction)
            if let removed = mark.removedUntil, !losing { return .wouldLose(playsUntil: removed) }
            // `removed_until` stays: those plays are gone from the reports as well, which say so by it.
            try transaction.run("UPDATE watch_average_mark SET counted_until = 0, clearing = 1 WHERE id = 1")
            return .begun
        }
    }

    /// Takes away some of what was counted, the parts first: what is left in between, nobody adds to. Returns at least 1:
    /// after it there is something to do.
    static func clear(limit: Int, _ transaction: any Transaction) throws -> Int {
        let parts = try transaction.run(
            """
            DELETE FROM watch_average_child WHERE (child_id, cell) IN
                (SELECT child_id, cell FROM watch_average_child ORDER BY child_id, cell LIMIT \(limit))
            """
        )
        guard parts == 0 else { return parts }
        try transaction.run("DELETE FROM watch_average")
        try transaction.run("UPDATE watch_average_mark SET clearing = 0 WHERE id = 1")
        return 1
    }

    /// Removes plays that began before `cutoff` and are counted, the oldest first: at most `limit`. The totals of each child
    /// stay: its videos, hours and days.
    ///
    /// - Returns: how many.
    package func removePlays(before cutoff: Instant, limit: Int) async throws -> Int {
        try await database.write { transaction in
            let mark = try Self.lockMark(transaction)
            let old = try transaction.rows(
                """
                SELECT id, started_at FROM play WHERE started_at < \(cutoff) AND started_at <= \(mark.countedUntil)
                ORDER BY started_at LIMIT \(limit)
                """
            )
            guard let last = old.last else { return 0 }
            let (ids, end): ([Play.ID], Instant) = (try old.map { try $0["id"] }, try last["started_at"])
            var removed = 0
            try transaction.forPieces(of: ids) { ids in
                removed += try transaction.run("DELETE FROM play WHERE id IN (\(list: ids))")
            }
            try transaction.run("UPDATE watch_average_mark SET removed_until = \(end) WHERE id = 1")
            return removed
        }
    }
}
