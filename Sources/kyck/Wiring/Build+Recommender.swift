import Hummingbird
import Ranking
import Recommender
import ServerKit
import ServiceLifecycle

/// The recommender as a service of its own, on a private address.
func buildRecommender(_ platform: Platform) throws -> [any Service] {
    guard let token = platform.settings.serviceToken else {
        throw ExitFailure(
            .configuration,
            "KYCK_SERVICE_TOKEN is needed to run the recommender as a service: 16 characters or more"
        )
    }
    let drain = Drain()
    let server = Application(
        router: buildRecommenderRouter(platform, token: token, drain: drain),
        server: .http1OnLoops,
        configuration: .init(
            address: .hostname(platform.settings.host, port: platform.settings.recommenderPort),
            serverName: "kyck"
        ),
        logger: platform.logger
    )
    return [buildEngineUpkeep(platform), server, drain]
}

/// What keeps the engine of a process that answers requests.
func buildEngineUpkeep(_ platform: Platform) -> EngineUpkeep {
    ProcessorCore.useOneThread()
    return EngineUpkeep(engine: platform.engine, logger: platform.logger)
}

/// Every route of the recommender. It is ready once it has what it answers from.
func buildRecommenderRouter(_ platform: Platform, token: String, drain: Drain) -> ServiceRouter<AppRequestContext> {
    let router = ServiceRouter(context: AppRequestContext.self, drain: drain, metrics: platform.metrics)
    let engine = platform.engine
    buildOperations(
        platform,
        also: [
            ReadinessCheck("catalogue") { await engine.hasCatalogue },
            ReadinessCheck("model") { await engine.hasModel },
        ],
        drain: drain
    ).add(to: router.router)
    Recommender.Routes(source: engine, token: token).add(to: router.router)
    return router
}
