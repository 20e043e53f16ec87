package import Domain
package import Storage

/// Removes API data that could not be read again in time, before it is 30 days old.
///
/// A job of its own: it needs no network and must not wait for one. It looks ahead by more than the time between two runs,
/// for a run may come late, and data that is left to the next one must not grow too old until then.
package struct PurgeJob: Sendable {
    package static let name = "purge-youtube"
    package static let every = Span.hours(1)
    /// One hour to the next run, two more while the other brief jobs use up their leases before it, two for runs that fail,
    /// and one to spare.
    package static let notice = Span.hours(6)

    private let store: RefreshStore
    private let clock: Clock

    package init(store: RefreshStore, clock: Clock) {
        self.store = store
        self.clock = clock
    }

    /// Returns how many videos lost their data.
    package func run() async throws -> Int {
        let now = clock.now()
        return try await store.purge(readBefore: now - (Screening.freshness - Self.notice), at: now)
    }
}
