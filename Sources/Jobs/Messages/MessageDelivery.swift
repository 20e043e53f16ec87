package import Domain
package import Logging
import ServiceLifecycle
package import Storage

/// Delivers what waits in the outbox. Any number of processes may do so at once: each takes its own under a lease.
///
/// No network says whether it knows a message already, so that a sender that dies after the network took one and before
/// that was written down leaves it to another one, which sends it again. Both sends bear the message's id, by which the
/// device shows one in the place of the other. Nothing else is ever sent twice.
package struct MessageDelivery: Service {
    package struct Limits: Sendable {
        /// Taken at once.
        package var batch: Int
        /// Sent at once.
        package var atOnce: Int
        /// For a batch. A send begins in the first half of it, or not at all, and has the other half for its end: with every
        /// deadline reached it takes a minute.
        package var lease: Span
        /// Between looking for what is due.
        package var pause: Duration

        package init(
            batch: Int = 100,
            atOnce: Int = 50,
            lease: Span = .minutes(2),
            pause: Duration = .seconds(5)
        ) {
            self.batch = batch
            self.atOnce = atOnce
            self.lease = lease
            self.pause = pause
        }
    }

    private let outbox: OutboxStore
    private let devices: DeviceStore
    private let sender: any PushSender
    private let open: @Sendable (SealedAddress) throws -> PushAddress
    private let clock: Domain.Clock
    private let ids: IdentifierSource
    private let limits: Limits
    private let random: @Sendable (ClosedRange<Int64>) -> Int64
    private let sleep: @Sendable (Duration) async throws -> Void
    private let record: @Sendable (PushOutcome, Message.Kind) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - open: unseals the address of a device; throws a `PushRefusal` where nothing is ever sent to it.
    ///   - random: draws the jitter.
    ///   - record: is told how each send ended.
    package init(
        outbox: OutboxStore,
        devices: DeviceStore,
        sender: any PushSender,
        open: @escaping @Sendable (SealedAddress) throws -> PushAddress,
        clock: Domain.Clock,
        ids: IdentifierSource,
        limits: Limits = Limits(),
        random: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        record: @escaping @Sendable (PushOutcome, Message.Kind) -> Void = { _, _ in },
        logger: Logger
    ) {
        self.outbox = outbox
        self.devices = devices
        self.sender = sender
        self.open = open
        self.clock = clock
        self.ids = ids
        self.limits = limits
        self.random = random
        self.sleep = sleep
        self.record = record
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await deliverDue()
                } catch {
                    logger.error("Messages could not be delivered", metadata: ["error": "\(error)"])
                }
                // Woken by the end of the service.
                try? await sleep(limits.pause)
            }
        }
    }

    /// Delivers until nothing is due, and returns how many sends ended, in whatever way. Cancelled, it lets those end that
    /// have begun and gives the others back.
    package func deliverDue() async throws -> Int {
        var ended = 0
        var queue: ArraySlice<OutboxStore.Due> = []
        var isMore = true
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                var running = 0
                while true {
                    while running < limits.atOnce, !Task.isCancelled {
                        if queue.isEmpty {
                            guard isMore else { break }
                            (queue, isMore) = try await take()
                            continue
                        }
                        let due = queue.removeFirst()
                        group.addTask { try await send(due) }
                        running += 1
                    }
                    guard let isSent = try await group.next() else { break }
                    running -= 1
                    if isSent { ended += 1 }
                }
            }
        } catch {
            try? await giveBack(queue)
            throw error
        }
        try await giveBack(queue)
        return ended
    }

    private func take() async throws -> (due: ArraySlice<OutboxStore.Due>, isMore: Bool) {
        let taken = try await outbox.take(
            limit: limits.batch,
            lease: limits.lease,
            taker: ids.next(MessageDelivery.self).description,
            now: clock.now()
        )
        return (taken.due[...], taken.isFull)
    }

    /// What was taken and not sent, for others to take at once.
    private func giveBack(_ due: ArraySlice<OutboxStore.Due>) async throws {
        guard !due.isEmpty else { return }
        let now = clock.now()
        // In a task of its own, which is not cancelled.
        try await Task { try await outbox.giveBack(Array(due), now: now) }.value
    }

    /// False where it was held up for so long that another sender may be at it: a process can be stopped and woken.
    private func send(_ due: OutboxStore.Due) async throws -> Bool {
        guard clock.now() < due.takenAt + Span(milliseconds: limits.lease.milliseconds / 2) else { return false }
        // In a task of its own, which is not cancelled: what has begun is sent and written down also when the service ends.
        try await Task {
            let outcome = await outcome(of: due)
            record(outcome, due.message.kind)
            try await settle(due, outcome)
        }.value
        return true
    }

    private func outcome(of due: OutboxStore.Due) async -> PushOutcome {
        let address: PushAddress
        do {
            address = try open(due.address)
        } catch let refusal as PushRefusal {
            return .refused(refusal)
        } catch {
            // A key that is missing here may come back. The address stays out of the log.
            logger.error("The address of a device cannot be opened", metadata: ["error": "\(error)"])
            return .later(after: .hours(1))
        }
        return await sender.send(due.message, to: address)
    }

    /// Written down again and again where the database does not answer, for until then the message was not sent.
    private func settle(_ due: OutboxStore.Due, _ outcome: PushOutcome) async throws {
        let now = clock.now()
        var pause = Duration.milliseconds(100)
        while true {
            do {
                return try await settle(due, outcome, now: now)
            } catch {
                guard clock.now() < due.takenAt + limits.lease else { throw error }
                try await sleep(pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    private func settle(_ due: OutboxStore.Due, _ outcome: PushOutcome, now: Instant) async throws {
        switch outcome {
        case .delivered: try await outbox.end(due, .delivered, now: now)
        case .gone: try await devices.forget(due.device, seenBefore: due.takenAt)
        case .refused(let refusal): try await outbox.end(due, .refused(refusal), now: now)
        case .later(let after):
            let wait = max(Self.backOff(attempts: due.attempts, random: random), min(after ?? .zero, .days(1)))
            try await outbox.end(due, .later(at: now + wait), now: now)
        }
    }

    /// Doubles from half a minute to an hour; drawn from the upper half, so that those who failed together do not come back
    /// together.
    static func backOff(attempts: Int, random: @Sendable (ClosedRange<Int64>) -> Int64) -> Span {
        let doublings = min(max(0, attempts - 1), 7)
        let longest = min(Span.hours(1).milliseconds, Span.seconds(30).milliseconds << Int64(doublings))
        return Span(milliseconds: random(longest / 2...longest))
    }
}
