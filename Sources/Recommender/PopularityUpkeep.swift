package import Logging
import ServiceLifecycle

/// Keeps the recommender's popularity young while the service runs.
package struct PopularityUpkeep: Service {
    private let engine: RecommendationEngine
    private let period: Duration
    private let logger: Logger

    package init(engine: RecommendationEngine, period: Duration = .seconds(600), logger: Logger) {
        self.engine = engine
        self.period = period
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await engine.refreshPopularity()
                } catch {
                    // The last counts serve on; they are a tie-breaker, not a promise.
                    logger.warning("Popularity was not renewed", metadata: ["error_type": "\(type(of: error))"])
                }
                // Woken by the end of the service.
                try? await Task.sleep(for: period)
            }
        }
    }
}
