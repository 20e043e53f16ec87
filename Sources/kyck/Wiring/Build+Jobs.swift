import AsyncHTTPClient
import Domain
import Jobs
import Outbound
import ServerKit
import ServiceLifecycle
import Storage

/// What has to happen regularly, under a lease in the database: however many processes run this role, each job runs once.
func buildJobs(_ platform: Platform) throws -> [any Service] {
    let holder = platform.ids.next(Job.self).description
    let http = HTTPClient(configuration: YouTubeClient.httpConfiguration)
    return [
        HTTPClientService(client: http),
        Schedule(
            jobs: try jobs(platform, http: http),
            store: platform.stores.jobs,
            clock: platform.clock,
            holder: holder,
            logger: platform.logger
        ),
    ]
}

/// Closes a client's connections after everything that uses it has stopped.
struct HTTPClientService: Service {
    let client: HTTPClient

    func run() async throws {
        // Cancelled or shut down, the end is the same.
        try? await gracefulShutdown()
        try await client.shutdown()
    }
}

private func jobs(_ platform: Platform, http: HTTPClient) throws -> [Job] {
    let stores = platform.stores
    let clock = platform.clock
    let phones = PhoneVault(keyring: platform.settings.keyring)
    let consents = ConfirmConsents(
        consents: stores.consents,
        sender: buildSMSSender(platform.settings),
        openPhone: phones.open,
        clock: clock
    )
    let refresh = try buildRefreshJob(platform, http: http)
    let purge = PurgeJob(store: RefreshStore(database: platform.database), clock: clock)
    let training = buildTraining(platform)
    return [
        Job("confirm-consents", every: .minutes(1), run: consents.run),
        Job("train-model", every: .hours(24), lease: .hours(2)) {
            try await training.run() == nil ? 0 : 1
        },
        Job("delete-accounts", every: .hours(1)) { try await stores.guardians.deleteDue(now: clock.now()) },
        Job("remove-old-codes", every: .hours(1)) { try await stores.otp.removeOld(now: clock.now()) },
        Job("remove-old-sessions", every: .hours(6)) { try await stores.sessions.removeOld(now: clock.now()) },
        Job("remove-old-idempotency-keys", every: .hours(1)) {
            try await stores.idempotencyKeys.removeOld(now: clock.now())
        },
        Job("refresh-youtube", every: .hours(6), lease: .hours(1)) {
            let counts = try await refresh.run()
            return counts.updated + counts.unchanged
        },
        Job("purge-youtube", every: PurgeJob.every, run: purge.run),
    ]
}

func buildTraining(_ platform: Platform, limits: TrainModel.Limits = TrainModel.Limits()) -> TrainModel {
    TrainModel(
        training: platform.stores.training,
        models: platform.stores.models,
        catalogue: platform.catalogue,
        limits: limits,
        clock: platform.clock,
        logger: platform.logger
    )
}

/// The client of YouTube's API; nil where there is no key.
func buildYouTubeClient(_ platform: Platform, http: HTTPClient, meter: QuotaMeter) throws -> YouTubeClient? {
    guard let key = platform.settings.youtubeKey else { return nil }
    let configuration: YouTubeClient.Configuration
    do {
        configuration = try YouTubeClient.Configuration(key: key, address: platform.settings.youtubeURL)
    } catch {
        throw ExitFailure(.configuration, "KYCK_YOUTUBE_URL is \(error)")
    }
    return YouTubeClient(http: http, configuration: configuration, spend: meter.spend, logger: platform.logger)
}

func buildRefreshJob(_ platform: Platform, http: HTTPClient) throws -> RefreshJob {
    let meter = QuotaMeter(ledger: QuotaLedger(database: platform.database, clock: platform.clock))
    let imports = ImportStore(database: platform.database, ids: platform.ids)
    return RefreshJob(
        youtube: YouTubeImport(
            client: try buildYouTubeClient(platform, http: http, meter: meter),
            store: imports,
            clock: platform.clock
        ),
        imports: imports,
        store: RefreshStore(database: platform.database),
        clock: platform.clock
    )
}
