package import Domain
package import Storage

/// Once a week, on Monday morning by its own clock, each family is told that the report of its week is there. What falls
/// into its quiet hours waits in the outbox for their end.
package struct TellOfReports: Sendable {
    package static let name = "weekly-report-notice"

    /// Families in one transaction.
    private let batch: Int
    private let store: ReportNoticeStore
    private let clock: Clock

    package init(store: ReportNoticeStore, clock: Clock, batch: Int = 500) {
        self.store = store
        self.clock = clock
        self.batch = batch
    }

    /// Returns how many families were told. A run that was cut short goes on with the next: who was told is not told again.
    package func run() async throws -> Int {
        var told = 0
        for round in try await store.rounds(now: clock.now()) {
            var last: Guardian.ID?
            repeat {
                try Task.checkCancellation()
                let step = try await store.tell(round, after: last, limit: batch, now: clock.now())
                told += step.told
                last = step.last
            } while last != nil
        }
        _ = try await store.removeOld(now: clock.now())
        return told
    }
}
