package import Domain
package import SQL

/// Trained models as they are kept: bytes in parts, so that no statement carries more than a part, under versions that
/// only grow. A model is served once its last part is written, never before.
package struct ModelStore: Sendable {
    /// A part's largest size in bytes.
    package static let partSize = 1 << 20
    /// How many finished models are kept, the one in use included.
    package static let kept = 2

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    package struct Stored: Sendable, Equatable {
        package let version: Int64
        package let madeAt: Instant
        /// JSON of whoever trained it: settings, and the figures that chose them.
        package let summary: String
        package let bytes: [UInt8]
    }

    /// The finished versions, newest first.
    package func versions() async throws -> [Int64] {
        try await database.read { transaction in
            try transaction.rows("SELECT version FROM model WHERE state = 'ready' ORDER BY version DESC").map {
                try $0["version"]
            }
        }
    }

    /// A finished model; nil where it is not there, or goes while it is read.
    package func model(_ version: Int64) async throws -> Stored? {
        let head = try await database.read { transaction in
            try transaction.row(
                "SELECT made_at, parts, summary FROM model WHERE version = \(version) AND state = 'ready'"
            )
        }
        guard let head else { return nil }
        let parts: Int = try head["parts"]
        var bytes: [UInt8] = []
        for part in 0..<parts {
            let row = try await database.read { transaction in
                try transaction.row("SELECT bytes FROM model_part WHERE version = \(version) AND part = \(part)")
            }
            guard let row else { return nil }
            let found: [UInt8] = try row["bytes"]
            bytes += found
        }
        return Stored(version: version, madeAt: try head["made_at"], summary: try head["summary"], bytes: bytes)
    }

    /// Keeps a model under the next version and returns it; older ones than the newest two go, and so does what a
    /// training that died left unfinished.
    package func save(_ bytes: [UInt8], summary: String, now: Instant) async throws -> Int64 {
        let parts = max(1, (bytes.count + Self.partSize - 1) / Self.partSize)
        let version: Int64 = try await database.write { transaction in
            let row = try transaction.row("SELECT coalesce(max(version), 0) + 1 AS version FROM model")
            let version: Int64 = try row?["version"] ?? 1
            try transaction.run(
                """
                INSERT INTO model (version, state, made_at, parts, summary)
                VALUES (\(version), 'writing', \(now), \(parts), \(summary))
                """
            )
            return version
        }
        for part in 0..<parts {
            let slice = Array(bytes[(part * Self.partSize)..<min((part + 1) * Self.partSize, bytes.count)])
            try await database.write { transaction in
                try transaction.run(
                    "INSERT INTO model_part (version, part, bytes) VALUES (\(version), \(part), \(slice))"
                )
            }
        }
        try await database.write { transaction in
            // Another, newer one that was ready first has removed this as left behind.
            guard try transaction.run("UPDATE model SET state = 'ready' WHERE version = \(version)") == 1 else {
                throw DatabaseError.conflict
            }
            try transaction.run("DELETE FROM model WHERE state = 'writing' AND version < \(version)")
            try transaction.run(
                """
                DELETE FROM model WHERE state = 'ready' AND version NOT IN
                    (SELECT version FROM model WHERE state = 'ready' ORDER BY version DESC LIMIT \(Self.kept))
                """
            )
        }
        return version
    }
}
