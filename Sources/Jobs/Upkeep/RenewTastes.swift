package import Domain
package import Storage

/// Reckons tastes anew that have fallen behind: because the recommender did not answer when a beat told it of a play, or
/// because videos that a child watched have other labels now.
package struct RenewTastes: Sendable {
    package static let name = "renew-tastes"
    /// Labels change a little at a time, and a taste keeps the error until the child watches again.
    static let keeps = Span.days(7)
    /// Who is told of a play learns of it in this time, if at all.
    static let patience = Span.hours(1)
    private static let page = 500

    private let history: HistoryStore
    private let recommendations: any RecommendationSource
    private let clock: Clock

    package init(history: HistoryStore, recommendations: any RecommendationSource, clock: Clock) {
        self.history = history
        self.recommendations = recommendations
        self.clock = clock
    }

    /// Returns how many tastes it renewed. Cut short, the next run goes on with those that are left.
    package func run() async throws -> Int {
        let now = clock.now()
        var renewed = 0
        var cursor: Child.ID?
        repeat {
            let page = try await history.staleTastes(
                after: cursor,
                reckonedBy: now - Self.keeps,
                watchedUntil: now - Self.patience,
                now: now,
                limit: Self.page
            )
            for child in page.stale {
                try Task.checkCancellation()
                try await recommendations.learn(from: child)
                renewed += 1
            }
            cursor = page.last
        } while cursor != nil
        return renewed
    }
}
