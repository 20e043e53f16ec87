package import Contract
package import Domain
package import Logging
package import Storage
import Synchronization

/// Counts what lists offer and what became of it.
///
/// What is shown is kept in memory until ``flush()``, every few seconds and at the end, so that a list stays a read: a process
/// that dies loses those seconds. What is opened and watched through is counted in the transaction that makes
/// it so, by `WatchingStore`, and only passed on to the metrics here.
package final class OfferCounter: Sendable {
    /// Takes one or more offers of a kind for the metrics.
    package typealias Record = @Sendable (Offer.Stage, Offer, _ count: Int) -> Void

    private let store: OfferStore
    private let clock: Domain.Clock
    private let record: Record
    private let logger: Logger
    private let unwritten = Mutex<[OfferStore.Cell: Int]>([:])

    package init(
        store: OfferStore,
        clock: Domain.Clock,
        record: @escaping Record,
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.record = record
        self.logger = logger
    }

    /// Counts those of a list that have a reason.
    package func shown(_ videos: [VideoResponse], on surface: Surface) {
        var counts: [Recommendation.Reason: Int] = [:]
        for video in videos {
            if let reason = video.reason?.code { counts[reason, default: 0] += 1 }
        }
        guard !counts.isEmpty else { return }
        let now = clock.now()
        unwritten.withLock { unwritten in
            for (reason, count) in counts {
                unwritten[OfferStore.Cell(Offer(surface: surface, reason: reason), at: now), default: 0] += count
            }
        }
        for (reason, count) in counts { record(.shown, Offer(surface: surface, reason: reason), count) }
    }

    package func opened(_ offer: Offer) { record(.opened, offer, 1) }

    package func finished(_ offer: Offer) { record(.finished, offer, 1) }

    /// Adds what was shown since the last time to the database. What could not be written is tried again next time, unless
    /// it may have been written after all.
    package func flush() async {
        let counts = unwritten.withLock { unwritten in
            defer { unwritten = [:] }
            return unwritten
        }
        guard !counts.isEmpty else { return }
        do {
            let isKnown = try await store.add(shown: counts)
            if !isKnown { logger.warning("Nobody knows whether the offers shown were counted") }
        } catch {
            unwritten.withLock { $0.merge(counts, uniquingKeysWith: +) }
            logger.warning("Offers shown were not counted yet", metadata: ["error_type": "\(type(of: error))"])
        }
    }
}
