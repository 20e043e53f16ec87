import API
import AsyncHTTPClient
import Contract
import CoreMetrics
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
///
/// - Parameter drawingDeadline: how long the picture of a report's chart may take.
func buildAPIServices(
    _ platform: Platform,
    messages: MessageQueue,
    drawingDeadline: Duration = RsvgConvert.deadline
) async throws -> APIServices {
    let ring = platform.settings.keyring
    return APIServices(
        clock: platform.clock,
        ids: platform.ids,
        stores: platform.stores,
        catalogue: platform.catalogue,
        recommendations: try buildRecommendationSource(platform),
        offers: OfferCounter(
            store: platform.stores.offers,
            clock: platform.clock,
            record: offerCounters(platform.metrics),
            logger: platform.logger
        ),
        reports: try buildReports(platform, drawingDeadline),
        readTaste: labels(ofTaste:),
        secrets: APIServices.Secrets(
            tokens: try await AccessTokens(keyring: ring, clock: platform.clock),
            refreshTokens: RefreshTokens(keyring: ring),
            phones: PhoneVault(keyring: ring),
            codes: OneTimeCodes(keyring: ring),
            pins: PINHasher(keyring: ring),
            requests: RequestIdentities(keyring: ring, ids: platform.ids),
            mediaLinks: MediaLinks(keyring: ring),
            pushes: try buildPushVault(platform)
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

/// What reports are made with. A picture that cannot be drawn is a 503: everything else of the report is there.
private func buildReports(_ platform: Platform, _ deadline: Duration) throws -> ReportServices {
    let (program, logger) = (RsvgConvert(deadline: deadline), platform.logger)
    return try ReportServices { svg in
        do {
            return try await program.png(of: svg)
        } catch let failure as RsvgConvert.Failure {
            logger.warning("A chart was not drawn", metadata: ["error": "\(failure)"])
            throw Problem(.unavailable, retryAfter: failure == .busy ? 1 : 60)
        }
    }
}

/// `offers_shown_total`, `offers_opened_total` and `offers_finished_total` by surface and reason, all there from the start.
private func offerCounters(_ metrics: any MetricsFactory) -> OfferCounter.Record {
    struct Key: Hashable {
        let stage: Offer.Stage
        let offer: Offer
    }
    let keys = Offer.Stage.allCases.flatMap { stage in stage.offers.map { Key(stage: stage, offer: $0) } }
    let counters = Dictionary(
        uniqueKeysWithValues: keys.map { key in
            let labels = [("surface", key.offer.surface.rawValue), ("reason", key.offer.reasonName)]
            let name = "offers_\(key.stage.rawValue)_total"
            return (key, Counter(label: name, dimensions: labels, factory: metrics))
        }
    )
    return { stage, offer, count in counters[Key(stage: stage, offer: offer)]?.increment(by: count) }
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
    return buildRecommenderClient(platform, url: url, token: token)
}

/// Lives as long as the process, so that nobody has to shut it down.
private let recommenderHTTP = HTTPClient(
    eventLoopGroupProvider: .singleton,
    configuration: RecommenderClient.httpConfiguration
)

/// - Parameters:
///   - deadline: of each call.
///   - now: for the pause of a breaker that has opened.
func buildRecommenderClient(
    _ platform: Platform,
    url: String,
    token: String,
    deadline: Duration = RecommenderClient.deadline,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
) -> RecommenderClient {
    let catalogue = platform.catalogue
    return RecommenderClient(
        baseURL: url,
        token: token,
        client: recommenderHTTP,
        knows: { videos in
            // Without a catalogue nothing can be said of its answers, nor shown.
            guard let snapshot = try? await catalogue.current() else { return true }
            return videos.contains { snapshot.position(of: $0) != nil }
        },
        record: recommenderCounters(platform.metrics),
        logger: platform.logger,
        deadline: deadline,
        now: now
    )
}

/// `recommender_calls_total` by call and outcome, all there from the start, so that a rate can be taken of each.
private func recommenderCounters(_ metrics: any MetricsFactory) -> RecommenderClient.Record {
    struct Ending: Hashable {
        let call: RecommenderClient.Call
        let failure: RecommendationFailure?
    }
    let failures = [nil] + RecommendationFailure.allCases.map(Optional.some)
    let endings = RecommenderClient.Call.allCases.flatMap { call in failures.map { Ending(call: call, failure: $0) } }
    let counters = Dictionary(
        uniqueKeysWithValues: endings.map { ending in
            let labels = [("call", ending.call.rawValue), ("outcome", ending.failure?.rawValue ?? "ok")]
            return (ending, Counter(label: "recommender_calls_total", dimensions: labels, factory: metrics))
        }
    )
    return { call, failure in counters[Ending(call: call, failure: failure)]?.increment() }
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

/// - Parameter others: what has to be ready besides the database.
func buildOperations(_ platform: Platform, also others: [ReadinessCheck] = [], drain: Drain) -> OperationsRoutes {
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
        ] + others,
        drain: drain,
        metricsText: { metrics.text() }
    )
}

/// The API as a role: what has to run, in the order of dependence. It is ready without a trained model: a home has its
/// fall-back list.
///
/// - Parameter keepsEngine: whether it renews what the recommender of this process keeps; not where that runs as a role.
func buildAPI(_ platform: Platform, keepsEngine: Bool = true) async throws -> [any Service] {
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
    var roles: [any Service] = [messages, OfferWriter(offers: services.offers)]
    if keepsEngine, platform.settings.recommenderURL == nil {
        roles.append(buildEngineUpkeep(platform))
    }
    return roles + [server, drain]
}

func buildSMSSender(_ settings: Settings) -> any SMSSender {
    ConsoleSMS(file: settings.smsFile)
}
