import AsyncHTTPClient
import CoreMetrics
import Domain
import Foundation
import Hummingbird
import Jobs
import Outbound
import ServerKit
import ServiceLifecycle
import Storage
import Telemetry

/// What has to happen regularly, under a lease in the database: however many processes run this role, each job runs once.
func buildJobs(_ platform: Platform) throws -> [any Service] {
    let http = HTTPClient(configuration: YouTubeClient.httpConfiguration)
    let jobs = try jobs(platform, http: http)
    // Two lines: a purge, a deletion, a confirmation does not wait for the end of a training.
    return [
        HTTPClientService(client: http), schedule(jobs.filter(\.isBrief), platform),
        schedule(jobs.filter { !$0.isBrief }, platform),
    ]
}

/// The jobs as a role of their own, with where they say how they are.
func buildJobsRole(_ platform: Platform) throws -> [any Service] {
    let drain = Drain()
    let router = ServiceRouter(context: AppRequestContext.self, drain: drain, metrics: platform.metrics)
    buildOperations(platform, drain: drain).add(to: router.router)
    let server = Application(
        router: router,
        server: .http1OnLoops,
        configuration: .init(
            address: .hostname(platform.settings.host, port: platform.settings.jobsPort),
            serverName: "kyck"
        ),
        logger: platform.logger
    )
    return try buildJobs(platform) + [server, drain]
}

/// All jobs, for a command that shows them or runs one.
func buildSchedule(_ platform: Platform, http: HTTPClient) throws -> Schedule {
    schedule(try jobs(platform, http: http), platform)
}

private func schedule(_ jobs: [Job], _ platform: Platform) -> Schedule {
    let process = ProcessInfo.processInfo
    let secrets = platform.settings.secrets
    return Schedule(
        jobs: jobs,
        store: platform.stores.jobs,
        clock: platform.clock,
        // The machine and the process, for people; the id, for there are others of the same number.
        holder: "\(process.hostName) \(process.processIdentifier) \(platform.ids.next(Job.self))",
        describe: { Redaction.withoutSecrets("\($0)", secrets: secrets) },
        record: jobMeters(platform.metrics, jobs: jobs.map(\.name)),
        logger: platform.logger
    )
}

/// `job_runs_total` by job and outcome, all there from the start, so that a rate can be taken of each, and
/// `job_last_success_timestamp_seconds` by job, there as soon as a job has ever succeeded, wherever it ran.
private func jobMeters(_ metrics: any MetricsFactory, jobs: [String]) -> @Sendable (Schedule.Event) -> Void {
    struct Key: Hashable {
        let job: String
        let outcome: JobStore.Run.Outcome
    }
    // A run that is lost is told by nobody of this process.
    let outcomes: [JobStore.Run.Outcome] = [.succeeded, .failed, .cutShort]
    let counters = Dictionary(
        uniqueKeysWithValues: jobs.flatMap { job in outcomes.map { Key(job: job, outcome: $0) } }.map { key in
            let labels = [("job", key.job), ("outcome", key.outcome.rawValue)]
            return (key, Counter(label: "job_runs_total", dimensions: labels, factory: metrics))
        }
    )
    return { event in
        switch event {
        case .ended(let job, let outcome): counters[Key(job: job, outcome: outcome)]?.increment()
        case .succeeded(let job, let time):
            guard jobs.contains(job) else { return }
            let name = "job_last_success_timestamp_seconds"
            Gauge(label: name, dimensions: [("job", job)], factory: metrics)
                .record(Double(time.millisecondsSince1970) / 1_000)
        }
    }
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
    let tastes = RenewTastes(history: stores.history, recommendations: platform.engine, clock: clock)
    let retention = Span.days(Int64(platform.settings.playRetentionDays))
    return [
        Job("confirm-consents", every: .minutes(1), run: consents.run),
        Job(TrainModel.name, every: .hours(24), lease: .hours(2)) {
            try await training.run() == nil ? 0 : 1
        },
        Job(RenewTastes.name, every: .hours(6), lease: .hours(1), run: tastes.run),
        Job("delete-accounts", every: .hours(1)) { try await stores.guardians.deleteDue(now: clock.now()) },
        Job("remove-old-messages", every: .hours(24)) {
            let now = clock.now()
            return try await inBatches { try await stores.outbox.removeOld(now: now) }
        },
        Job("remove-old-codes", every: .hours(1)) { try await stores.otp.removeOld(now: clock.now()) },
        Job("remove-old-sessions", every: .hours(6)) {
            let now = clock.now()
            return try await inBatches { try await stores.sessions.removeOld(now: now) }
        },
        Job("remove-old-idempotency-keys", every: .hours(1)) {
            let now = clock.now()
            return try await inBatches { try await stores.idempotencyKeys.removeOld(now: now) }
        },
        Job("refresh-youtube", every: .hours(6), lease: .hours(1)) {
            let counts = try await refresh.run()
            return counts.updated + counts.unchanged
        },
        Job(AggregateWatching.name, every: .hours(1), lease: .hours(1)) {
            try await AggregateWatching(store: stores.averages, clock: clock, logger: platform.logger).run()
        },
        Job(RemoveOldPlays.name, every: .hours(24), lease: .hours(1)) {
            try await RemoveOldPlays(store: stores.averages, retention: retention, clock: clock).run()
        },
        Job(TellOfReports.name, every: .minutes(30)) {
            let store = ReportNoticeStore(database: platform.database, ids: platform.ids)
            return try await TellOfReports(store: store, clock: clock).run()
        },
        Job(PurgeJob.name, every: PurgeJob.every, run: purge.run),
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
