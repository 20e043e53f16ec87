package import Domain
package import Storage
import Synchronization

/// Spends from the ledger and remembers how much this process spent, for the closing table.
package final class QuotaMeter: Sendable {
    private let ledger: QuotaLedger
    private let units = Mutex(0)

    package init(ledger: QuotaLedger) {
        self.ledger = ledger
    }

    package var spent: Int { units.withLock { $0 } }

    /// Throws `QuotaLedger.Exhausted` when the day's quota does not reach.
    package func spend(_ count: Int, from bucket: YouTubeQuota.Bucket) async throws {
        try await ledger.spend(count, from: bucket)
        units.withLock { $0 += count }
    }
}
