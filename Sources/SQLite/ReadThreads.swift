internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import SQL
internal import Synchronization

/// Runs reads on threads of their own, each with a connection.
///
/// A thread that is free opens a snapshot and then reads for all who wait, one after the other: the snapshot is younger
/// than their questions, so it shows whatever they may expect to see. Whoever comes later waits for the next one. A long
/// read holds up nobody, as the others are taken by other threads. (GRDB's own asynchronous reads change threads four
/// times for each read, which costs more than most reads do.)
final class ReadThreads: Sendable {
    private struct Job: Sendable {
        let run: @Sendable (GRDB.Database) -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        /// In order; the first `taken` are gone and are removed together, now and then.
        var waiting: [Job] = []
        var taken = 0
        /// How many have ever asked.
        var asked = 0
        var threads = 0
        var idle = 0
        var isStopped = false

        mutating func take() -> Job? {
            guard taken < waiting.count else { return nil }
            let job = waiting[taken]
            taken += 1
            if taken == waiting.count || taken == 256 {
                waiting.removeFirst(taken)
                taken = 0
            }
            return job
        }

        /// The number, counted from the first ever asked, of the one that is next.
        var next: Int { asked - (waiting.count - taken) }
    }

    /// What the threads share. They do not hold `ReadThreads` itself, so that they end with it.
    private final class Work: Sendable {
        let state = Mutex(State())
        let wake = DispatchSemaphore(value: 0)
        let running = DispatchGroup()
    }

    private let work = Work()
    private let reader: any DatabaseReader
    private let largestCount: Int

    /// - Parameter count: the most threads; they are started when they are needed.
    init(reader: any DatabaseReader, count: Int) {
        self.reader = reader
        largestCount = count
    }

    deinit {
        Self.stop(work)
    }

    /// Runs `body` on a snapshot. A task that is cancelled gets a `CancellationError`, its read is interrupted.
    func read<T: Sendable>(_ body: @escaping @Sendable (GRDB.Database) throws -> T) async throws -> T {
        try Task.checkCancellation()
        let interruption = Interruption()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ask(
                    Job { database in
                        continuation.resume(with: Result { try interruption.watch(database) { try body(database) } })
                    } fail: { error in
                        continuation.resume(throwing: error)
                    }
                )
            }
        } onCancel: {
            interruption.cancel()
        }
    }

    /// Returns once all who have asked are answered. Who asks later is refused.
    func stop() async {
        Self.stop(work)
        await withCheckedContinuation { continuation in
            work.running.notify(queue: .global()) { continuation.resume() }
        }
    }

    private enum Step {
        case wake, start, refuse, nothing
    }

    private func ask(_ job: Job) {
        let step = work.state.withLock { state -> Step in
            if state.isStopped { return .refuse }
            state.waiting.append(job)
            state.asked += 1
            if state.idle > 0 {
                state.idle -= 1
                return .wake
            }
            guard state.threads < largestCount else { return .nothing }
            state.threads += 1
            work.running.enter()
            return .start
        }
        switch step {
        case .wake: work.wake.signal()
        case .start:
            Thread { [work, reader] in Self.serve(work, with: reader) }.start()
        case .refuse: job.fail(SharedError.unavailable("the database is closed"))
        case .nothing: return
        }
    }

    private static func stop(_ work: Work) {
        let idle = work.state.withLock { state in
            state.isStopped = true
            defer { state.idle = 0 }
            return state.idle
        }
        for _ in 0..<idle { work.wake.signal() }
    }

    private static func serve(_ work: Work, with reader: any DatabaseReader) {
        defer { work.running.leave() }
        while let last = waitForWork(work) {
            do {
                try reader.read { database in
                    while let job = take(from: work, before: last) {
                        job.run(database)
                        // Some errors end the snapshot; the others get one of their own.
                        if !database.isInsideTransaction { break }
                    }
                }
            } catch {
                // Nobody, or only those who are already answered, saw this snapshot: it is the next one's bad luck.
                take(from: work, before: last)?.fail(SharedError(any: error))
            }
        }
    }

    /// How many have asked so far, once somebody waits; nil when it is over.
    private static func waitForWork(_ work: Work) -> Int? {
        while true {
            let found = work.state.withLock { state -> Int?? in
                if state.taken < state.waiting.count { return .some(state.asked) }
                if state.isStopped { return .some(nil) }
                state.idle += 1
                return nil
            }
            if let found { return found }
            work.wake.wait()
        }
    }

    private static func take(from work: Work, before last: Int) -> Job? {
        work.state.withLock { state in state.next < last ? state.take() : nil }
    }
}

/// Ends a read when its task is cancelled, and only that read: its connection serves others before and after.
///
/// SQLite asks every thousand instructions. (`sqlite3_interrupt` does nothing between two statements, so a task that is
/// cancelled there would read on.)
private final class Interruption: Sendable {
    private let isCancelled = Atomic(false)

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func watch<T>(_ database: GRDB.Database, _ body: () throws -> T) throws -> T {
        let connection = database.sqliteConnection
        let isOver: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { pointer in
            guard let pointer else { return 0 }
            let interruption = Unmanaged<Interruption>.fromOpaque(pointer).takeUnretainedValue()
            return interruption.isCancelled.load(ordering: .relaxed) ? 1 : 0
        }
        sqlite3_progress_handler(connection, 1_000, isOver, Unmanaged.passUnretained(self).toOpaque())
        defer { sqlite3_progress_handler(connection, 0, nil, nil) }
        if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
        do {
            return try body()
        } catch  where isCancelled.load(ordering: .relaxed) {
            throw CancellationError()
        }
    }
}
