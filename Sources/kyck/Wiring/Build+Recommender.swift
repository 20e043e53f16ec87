import Hummingbird
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
    let router = ServiceRouter(context: AppRequestContext.self, drain: drain, metrics: platform.metrics)
    buildOperations(platform, drain: drain).add(to: router.router)
    Recommender.Routes(source: platform.engine, token: token).add(to: router.router)
    let server = Application(
        router: router,
        server: .http1OnLoops,
        configuration: .init(
            address: .hostname(platform.settings.host, port: platform.settings.recommenderPort),
            serverName: "kyck"
        ),
        logger: platform.logger
    )
    return [EngineUpkeep(engine: platform.engine, logger: platform.logger), server, drain]
}
