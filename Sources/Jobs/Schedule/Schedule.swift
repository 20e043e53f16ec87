package import Domain
package import Logging
import ServiceLifecycle
package import Storage

/// Runs the jobs that are due, one after the other, each under its lease.
package struct Schedule: Service {
    /// What those who watch the jobs are told.
    package enum Event: Sendable, Equatable {
        /// A run of this process has ended.
        case ended(job: String, JobStore.Run.Outcome)
        /// When a job succeeded last, in whichever process.
        case succeeded(job: String, at: Instant)
    }

    package let jobs: [Job]
    private let store: JobStore
    private let clock: Domain.Clock
    private let holder: String
    private let pause: Duration
    private let describe: @Sendable (any Error) -> String
    private let record: @Sendable (Event) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - holder: names this process among others, such as a new id.
    ///   - pause: how long to wait before looking for due jobs again.
    ///   - describe: an error as it is kept in the history: without secrets.
    package init(
        jobs: [Job],
        store: JobStore,
        clock: Domain.Clock,
        holder: String,
        pause: Duration = .seconds(20),
        describe: @escaping @Sendable (any Error) -> String = { "\($0)" },
        record: @escaping @Sendable (Event) -> Void = { _ in },
        logger: Logger
    ) {
        self.jobs = jobs
        self.store = store
        self.clock = clock
        self.holder = holder
        self.pause = pause
        self.describe = describe
        self.record = record
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await runDue()
                // Woken by the end of the service.
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Runs what is due now and returns the names of what ran.
    @discardableResult
    package func runDue() async -> [String] {
        var ran: [String] = []
        for job in jobs where !Task.isCancelled {
            do {
                guard let lease = try await take(job, isWanted: false) else { continue }
                ran.append(job.name)
                _ = try await run(job, under: lease)
            } catch {
                logger.error("Job could not be scheduled", metadata: ["job": "\(job.name)", "error": "\(error)"])
            }
        }
        await tellSuccesses()
        return ran
    }

    /// What came of asking for a run.
    package enum Asked: Sendable, Equatable {
        case ended(JobStore.Ending)
        /// Nothing ran: this process holds the lease, until then.
        case held(by: String?, until: Instant?)
        /// Ended with its process.
        case cutShort
    }

    /// Runs a job now, due or not, unless somebody else is running it.
    package func runNow(_ job: Job) async throws -> Asked {
        guard let lease = try await take(job, isWanted: true) else {
            let state = try await store.states(now: clock.now()).first { $0.name == job.name }
            return .held(by: state?.holder, until: state?.leasedUntil)
        }
        let ending = try await run(job, under: lease)
        await tellSuccesses()
        return ending.map(Asked.ended) ?? .cutShort
    }

    private func take(_ job: Job, isWanted: Bool) async throws -> JobStore.Lease? {
        try await store.take(
            job.name,
            holder: holder,
            every: job.every,
            lease: job.lease,
            isWanted: isWanted,
            now: clock.now()
        )
    }

    /// Nil where the service ended in the middle.
    private func run(_ job: Job, under lease: JobStore.Lease) async throws -> JobStore.Ending? {
        let ending: JobStore.Ending
        do {
            let count = try await job.run()
            logger.info("Job ran", metadata: ["job": "\(job.name)", "count": "\(count)"])
            ending = .succeeded(count: count)
        } catch  where Task.isCancelled {
            record(.ended(job: job.name, .cutShort))
            let end = clock.now()
            // In a task of its own, which is not cancelled: another process takes the job over at once.
            try await Task { [store] in try await store.release(lease, now: end) }.value
            return nil
        } catch {
            let description = describe(error)
            logger.error("Job failed", metadata: ["job": "\(job.name)", "error": "\(description)"])
            ending = .failed(error: description)
        }
        switch ending {
        case .succeeded: record(.ended(job: job.name, .succeeded))
        case .failed: record(.ended(job: job.name, .failed))
        }
        let end = clock.now()
        let isKept = try await Task { [store] in
            try await store.finish(lease, ending, every: job.every, now: end)
        }.value
        if !isKept { logger.warning("Job took longer than its lease", metadata: ["job": "\(job.name)"]) }
        return ending
    }

    private func tellSuccesses() async {
        do {
            for state in try await store.states(now: clock.now()) {
                if let succeeded = state.succeededAt { record(.succeeded(job: state.name, at: succeeded)) }
            }
        } catch {
            logger.warning("When jobs succeeded could not be read", metadata: ["error": "\(error)"])
        }
    }
}
