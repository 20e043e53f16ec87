package import Logging
import ServiceLifecycle

/// Loads what the recommender holds in memory, and keeps it young while the service runs: popularity, and the newest trained
/// model.
package struct EngineUpkeep: Service {
    private let engine: RecommendationEngine
    private let period: Duration
    /// Until everything is there once: a database that was not up yet should not cost a whole period.
    private let firstPeriod: Duration
    /// A newer model is looked for in every round, popularity is read anew in every tenth: it asks for a new snapshot of
    /// the whole catalogue.
    private static let roundsPerPopularity = 10
    private let logger: Logger

    package init(engine: RecommendationEngine, period: Duration = .seconds(60), logger: Logger) {
        self.engine = engine
        self.period = period
        firstPeriod = min(period, .seconds(1))
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            var version: Int64?
            var round = 0
            while !Task.isCancelled {
                do {
                    if round % Self.roundsPerPopularity == 0 { try await engine.refreshPopularity() }
                    round += 1
                    let newest = try await engine.refreshModel()
                    if let newest, newest != version { logger.info("Model in use", metadata: ["version": "\(newest)"]) }
                    version = newest
                } catch let error as RecommendationEngine.UnreadableModel {
                    logger.error("A trained model cannot be read", metadata: ["version": "\(error.version)"])
                } catch {
                    // What is in memory serves on: older, not wrong.
                    logger.warning("The recommender was not renewed", metadata: ["error_type": "\(type(of: error))"])
                }
                // Woken by the end of the service.
                try? await Task.sleep(for: await engine.hasModel ? period : firstPeriod)
            }
        }
    }
}
