package import Domain
package import Logging
package import Storage

/// Counts what nothing can change any more into the averages over all children: plays, and children's days.
package struct AggregateWatching: Sendable {
    package static let name = "aggregate-watching"
    /// A batch is one transaction, some hundredths of a second: nobody who plays waits for long.
    package static let batch = 1_000

    private let store: AverageStore
    private let clock: Domain.Clock
    private let logger: Logger

    package init(store: AverageStore, clock: Domain.Clock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Returns how many plays and days it dealt with.
    package func run() async throws -> Int {
        let now = clock.now()
        var withoutZone = 0
        // Also of a run that ends early: what it passed over, no other run comes to.
        defer {
            if withoutZone > 0 {
                logger.warning(
                    "Plays of families whose time zone this machine does not know are in no average",
                    metadata: ["plays": "\(withoutZone)"]
                )
            }
        }
        let plays = try await inBatches {
            let counted = try await store.count(now: now, limit: Self.batch)
            withoutZone += counted.withoutZone
            return counted.done
        }
        let days = try await inBatches { try await store.countDays(now: now, limit: Self.batch) }
        return plays + days
    }
}

/// Removes plays that are older than we promise to keep them, after they are counted.
package struct RemoveOldPlays: Sendable {
    package static let name = "remove-old-plays"

    private let store: AverageStore
    private let retention: Span
    private let clock: Domain.Clock

    package init(store: AverageStore, retention: Span, clock: Domain.Clock) {
        self.store = store
        self.retention = retention
        self.clock = clock
    }

    /// Returns how many plays it removed.
    package func run() async throws -> Int {
        let cutoff = clock.now() - retention
        return try await inBatches { try await store.removePlays(before: cutoff, limit: AggregateWatching.batch) }
    }
}
