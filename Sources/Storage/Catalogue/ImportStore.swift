package import Domain
import Foundation
package import SQL

/// Writes what an import found. Each batch is one transaction together with the place to go on from: after a crash
/// nothing is lost and nothing is counted twice.
package struct ImportStore: Sendable {
    private let database: any Database
    private let ids: IdentifierSource

    package init(database: any Database, ids: IdentifierSource) {
        self.database = database
        self.ids = ids
    }

    /// Goes on with the unfinished import of `source`, or begins one.
    package func begin(_ source: String, at now: Instant) async throws -> ImportRun {
        let id = ids.next(ImportRun.self)
        let empty = try Self.json(ImportCounts())
        return try await database.write { transaction in
            let unfinished = try transaction.row(
                """
                SELECT id, cursor, counts FROM import_run WHERE source = \(source) AND state = 'running'
                ORDER BY started_at DESC, id DESC LIMIT 1
                """
            )
            if let unfinished {
                let counts: String = try unfinished["counts"]
                return ImportRun(
                    id: try unfinished["id"],
                    source: source,
                    cursor: try unfinished["cursor"],
                    counts: try JSONDecoder().decode(ImportCounts.self, from: Data(counts.utf8)),
                    isResumed: true
                )
            }
            try transaction.run(
                """
                INSERT INTO import_run (id, source, state, cursor, counts, started_at, updated_at)
                VALUES (\(id), \(source), 'running', '', \(empty), \(now), \(now))
                """
            )
            return ImportRun(id: id, source: source, cursor: "", counts: ImportCounts(), isResumed: false)
        }
    }

    /// Writes a batch and moves the run to `cursor`, in one transaction. Returns what this batch did.
    package func apply(
        _ batch: ImportBatch,
        to run: ImportRun,
        cursor: String,
        at now: Instant
    ) async throws -> ImportCounts {
        let ids = ids
        return try await database.write { transaction in
            let counts = try BatchWriter(transaction: transaction, ids: ids, now: now).write(batch)
            var total = run.counts
            total += counts
            try transaction.run(
                """
                UPDATE import_run SET cursor = \(cursor), counts = \(try Self.json(total)), updated_at = \(now)
                WHERE id = \(run.id)
                """
            )
            return counts
        }
    }

    /// Ends a run. A failed one is begun anew next time; one that was only interrupted is left `running` instead.
    package func end(_ run: ImportRun, failed: Bool, at now: Instant) async throws {
        let state = failed ? "failed" : "finished"
        try await database.write { transaction in
            _ = try transaction.run(
                "UPDATE import_run SET state = \(state), updated_at = \(now) WHERE id = \(run.id)"
            )
        }
    }

    /// What an earlier, identical request was answered with.
    package func cachedPage(_ request: String) async throws -> CachedPage? {
        try await database.read { transaction in
            let row = try transaction.row(
                "SELECT etag, next_page_token, ids FROM youtube_page WHERE request = \(request)"
            )
            guard let row else { return nil }
            let ids: String = try row["ids"]
            return CachedPage(
                request: request,
                etag: try row["etag"],
                nextPageToken: try row["next_page_token"],
                ids: ids.split(separator: " ").compactMap { YouTubeVideoID(String($0)) }
            )
        }
    }

    /// Whether all these videos are kept whole, so that the API's word "unchanged" is enough to refresh them. A video
    /// in quarantine, purged or unknown needs its facts and the gate's word.
    package func canBeTouched(_ ids: [YouTubeVideoID]) async throws -> Bool {
        try await database.read { transaction in
            let row = try transaction.row(
                """
                SELECT count(*) AS whole FROM video WHERE youtube_id IN (\(list: ids)) AND title IS NOT NULL
                AND fetched_at IS NOT NULL AND state <> 'quarantined'
                """
            )
            let whole: Int = try row?["whole"] ?? 0
            return whole == Set(ids).count
        }
    }

    private static func json(_ counts: ImportCounts) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(counts), as: UTF8.self)
    }
}
