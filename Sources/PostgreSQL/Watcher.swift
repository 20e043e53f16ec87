internal import Foundation
internal import Synchronization

/// One thread that acts when a deadline passes. It follows the monotonic clock, so a clock that is set does not matter.
///
/// Actions run on that thread and must not block.
final class Watcher: Sendable {
    private struct Watch {
        let deadline: ContinuousClock.Instant
        let action: @Sendable () -> Void
    }

    private struct State {
        var watches: [UInt64: Watch] = [:]
        var lastNumber: UInt64 = 0
        var wakesAt: ContinuousClock.Instant?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    func start() {
        let thread = Thread { [self] in run() }
        thread.name = "PostgreSQL deadlines"
        thread.start()
    }

    /// Ends the thread. Deadlines that have not passed are forgotten.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.watches.removeAll()
        }
        bell.signal()
    }

    /// Runs `action` once `deadline` has passed, unless the returned number is forgotten before.
    func watch(_ deadline: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        let (number, isEarlier) = state.withLock { state in
            state.lastNumber += 1
            state.watches[state.lastNumber] = Watch(deadline: deadline, action: action)
            let isEarlier = state.wakesAt.map { deadline < $0 } ?? true
            if isEarlier { state.wakesAt = deadline }
            return (state.lastNumber, isEarlier)
        }
        if isEarlier { bell.signal() }
        return number
    }

    func forget(_ number: UInt64) {
        state.withLock { $0.watches[number] = nil }
    }

    private func run() {
        while true {
            let (due, wakesAt, isStopped) = state.withLock { state in
                let now = ContinuousClock.now
                let due = state.watches.filter { $0.value.deadline <= now }
                for number in due.keys { state.watches[number] = nil }
                state.wakesAt = state.watches.values.map(\.deadline).min()
                return (due.values.map(\.action), state.wakesAt, state.isStopped)
            }
            for action in due { action() }
            if isStopped { return }
            if let wakesAt {
                let (seconds, attoseconds) = (wakesAt - .now).components
                let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
                _ = bell.wait(timeout: .now() + .nanoseconds(max(0, nanoseconds)))
            } else {
                bell.wait()
            }
        }
    }
}
