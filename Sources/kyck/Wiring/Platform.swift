import CoreMetrics
import Domain
import Foundation
import Logging
import Recommender
import SQL
import Storage
import Telemetry

/// What every role stands on: settings, one database, one clock, one catalogue in memory.
struct Platform: Sendable {
    let settings: Settings
    let database: any Database
    let stores: Stores
    let catalogue: CatalogueCache
    let engine: RecommendationEngine
    let clock: Domain.Clock
    let ids: IdentifierSource
    let logger: Logger
    let metrics: PrometheusMetrics

    /// - Parameter ids: another source than by clock and chance.
    init(
        settings: Settings,
        database: any Database,
        clock: Domain.Clock = .system,
        ids: IdentifierSource? = nil,
        logger: Logger,
        metrics: PrometheusMetrics
    ) {
        self.settings = settings
        self.database = database
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
        self.ids = ids ?? IdentifierSource(clock: clock)
        stores = Stores(database: database)
        catalogue = CatalogueCache(store: stores.catalogue)
        engine = RecommendationEngine(stores: stores, catalogue: catalogue, clock: clock)
    }

    /// Reads the settings, sets logging up and opens the database.
    /// - Parameter role: what the log calls this process.
    static func open(role: String, requiringMigrations: Bool = true) async throws -> Platform {
        let settings = try await Settings.load()
        let level = settings.logLevel
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, service: role, level: level) }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let database = try buildDatabase(settings)
        if requiringMigrations { try await requireMigrated(database) }
        return Platform(settings: settings, database: database, logger: Logger(label: "kyck"), metrics: metrics)
    }
}
