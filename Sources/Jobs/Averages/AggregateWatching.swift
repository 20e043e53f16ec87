package import Domain
package import Storage

/// Counts what nothing can change any more into the averages over all children: plays, and children's days.
package struct AggregateWatching: Sendable {
    package static let name = "aggregate-watching"
    /// A batch is one transaction, some hundredths of a second: nobody who plays waits for long.
    package static let batch = 1_000

    private let store: AverageStore
    private let clock: Clock

    package init(store: AverageStore, clock: Clock) {
        self.store = store
        self.clock = clock
    }

    /// Returns how many plays and days it dealt with.
    package func run() async throws -> Int {
        let now = clock.now()
        var total = 0
        while true {
            try Task.checkCancellation()
            let counted = try await store.count(now: now, limit: Self.batch)
            if counted == 0 { break }
            total += counted
        }
        while true {
            try Task.checkCancellation()
            let counted = try await store.countDays(now: now, limit: Self.batch)
            if counted == 0 { return total }
            total += counted
        }
    }
}

/// Removes plays that are older than we promise to keep them, after they are counted.
package struct RemoveOldPlays: Sendable {
    package static let name = "remove-old-plays"

    private let store: AverageStore
    private let retention: Span
    private let clock: Clock

    package init(store: AverageStore, retention: Span, clock: Clock) {
        self.store = store
        self.retention = retention
        self.clock = clock
    }

    /// Returns how many plays it removed.
    package func run() async throws -> Int {
        let cutoff = clock.now() - retention
        var total = 0
        while true {
            try Task.checkCancellation()
            let removed = try await store.removePlays(before: cutoff, limit: AggregateWatching.batch)
            if removed == 0 { return total }
            total += removed
        }
    }
}
