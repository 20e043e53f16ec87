import API
import AsyncHTTPClient
import Domain
import Hummingbird
import Logging
import Outbound
import Ranking
import Recommender
import SQL
import ServerKit
import ServiceLifecycle
import Storage
import Telemetry

/// The API's services over a platform. Tests call this with an in-memory database.
func buildAPIServices(_ platform: Platform, messages: MessageQueue) async throws -> APIServices {
    let ring = platform.settings.keyring
    return APIServices(
        clock: platform.clock,
        ids: platform.ids,
        stores: platform.stores,
        catalogue: platform.catalogue,
        recommendations: try buildRecommendationSource(platform),
        readTaste: labels(ofTaste:),
        secrets: APIServices.Secrets(
            tokens: try await AccessTokens(keyring: ring, clock: platform.clock),
            refreshTokens: RefreshTokens(keyring: ring),
            phones: PhoneVault(keyring: ring),
            codes: OneTimeCodes(keyring: ring),
            pins: PINHasher(keyring: ring),
            requests: RequestIdentities(keyring: ring, ids: platform.ids),
            mediaLinks: MediaLinks(keyring: ring)
        ),
        messages: messages,
        limits: SignInLimits(
            perAddress: platform.settings.codesPerAddress,
            inAll: platform.settings.codesPerMinute
        ),
        proxies: platform.settings.trustedProxies,
        logger: platform.logger
    )
}

/// A stored taste in labels.
@Sendable private func labels(ofTaste bytes: [UInt8]) -> [Label.ID: Double] {
    let sums = TasteVector(encoded: bytes)?.sums ?? [:]
    return Dictionary(uniqueKeysWithValues: sums.compactMap { id, sum in Label.ID(id).map { ($0, sum) } })
}

/// The recommender in this process, or the one at `KYCK_RECOMMENDER_URL`.
func buildRecommendationSource(_ platform: Platform) throws -> any RecommendationSource {
    guard let url = platform.settings.recommenderURL, let token = platform.settings.serviceToken else {
        return platform.engine
    }
    return RecommenderClient(baseURL: url, token: token, client: .shared)
}

/// Every route of the API with everything around it.
func buildAPIRouter(_ platform: Platform, services: APIServices, drain: Drain) -> ServiceRouter<APIContext> {
    let router = ServiceRouter(context: APIContext.self, drain: drain, metrics: platform.metrics)
    buildOperations(platform, drain: drain).add(to: router.router)
    API.Routes(services: services).add(to: router.router)
    buildMediaFiles(platform, links: services.secrets.mediaLinks).add(at: "media", to: router.router)
    return router
}

/// Our own films and pictures, as long as a video they belong to is in the catalogue.
func buildMediaFiles(_ platform: Platform, links: MediaLinks) -> MediaFiles {
    let (catalogue, clock) = (platform.catalogue, platform.clock)
    return MediaFiles(folder: platform.settings.mediaDirectory, links: links, clock: clock) { path in
        try await catalogue.current().offers(path, at: clock.now())
    }
}

func buildOperations(_ platform: Platform, drain: Drain) -> OperationsRoutes {
    let database = platform.database
    let metrics = platform.metrics
    return OperationsRoutes(
        checks: [
            ReadinessCheck("database") {
                do {
                    try await database.checkWritable()
                    return true
                } catch {
                    return false
                }
            }
        ],
        drain: drain,
        metricsText: { metrics.text() }
    )
}

/// The API as a role: what has to run, in the order of dependence.
func buildAPI(_ platform: Platform) async throws -> [any Service] {
    let messages = MessageQueue(sender: buildSMSSender(platform.settings), logger: platform.logger)
    let services = try await buildAPIServices(platform, messages: messages)
    let drain = Drain()
    let router = buildAPIRouter(platform, services: services, drain: drain)
    let server = Application(
        router: router,
        server: .http1OnLoops,
        configuration: .init(
            address: .hostname(platform.settings.host, port: platform.settings.apiPort),
            serverName: "kyck"
        ),
        logger: platform.logger
    )
    var roles: [any Service] = [messages]
    if platform.settings.recommenderURL == nil {
        roles.append(PopularityUpkeep(engine: platform.engine, logger: platform.logger))
    }
    return roles + [server, drain]
}

func buildSMSSender(_ settings: Settings) -> any SMSSender {
    ConsoleSMS(file: settings.smsFile)
}
