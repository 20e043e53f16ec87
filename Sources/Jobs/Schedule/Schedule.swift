package import Domain
package import Logging
import ServiceLifecycle
package import Storage

/// Runs the jobs that are due, one after the other, each under its lease.
package struct Schedule: Service {
    private let jobs: [Job]
    private let store: JobStore
    private let clock: Domain.Clock
    private let holder: String
    private let pause: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - holder: names this process among others, such as a new id.
    ///   - pause: how long to wait before looking for due jobs again.
    package init(
        jobs: [Job],
        store: JobStore,
        clock: Domain.Clock,
        holder: String,
        pause: Duration = .seconds(20),
        logger: Logger
    ) {
        self.jobs = jobs
        self.store = store
        self.clock = clock
        self.holder = holder
        self.pause = pause
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
                let taken = try await store.take(
                    job.name,
                    holder: holder,
                    every: job.every,
                    lease: job.lease,
                    now: clock.now()
                )
                guard taken else { continue }
                ran.append(job.name)
                try await run(job)
            } catch {
                logger.error("Job could not be scheduled", metadata: ["job": "\(job.name)", "error": "\(error)"])
            }
        }
        return ran
    }

    private func run(_ job: Job) async throws {
        var failure: String?
        do {
            let count = try await job.run()
            logger.info("Job ran", metadata: ["job": "\(job.name)", "count": "\(count)"])
        } catch  where Task.isCancelled {
            // The service ends. In a task of its own, which is not cancelled: another process takes the job over at once.
            try await Task { [store, holder] in try await store.release(job.name, holder: holder) }.value
            return
        } catch {
            failure = "\(error)"
            logger.error("Job failed", metadata: ["job": "\(job.name)", "error": "\(error)"])
        }
        let end = clock.now()
        try await Task { [store, holder, failure] in
            try await store.finish(job.name, holder: holder, error: failure, now: end)
        }.value
    }
}
