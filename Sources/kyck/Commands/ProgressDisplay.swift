import Foundation
import Jobs
import Synchronization

/// Shows on stderr how far an import is: a bar on a terminal, a line every few seconds anywhere else.
final class ProgressDisplay: Sendable {
    private struct State {
        var shownAt: ContinuousClock.Instant?
        var isLineOpen = false
        /// Where this sitting began: an import that is gone on with starts with what an earlier one did.
        var first: (videos: Int, at: ContinuousClock.Instant)?
    }

    private static let lineEvery = Duration.seconds(5)
    private static let barEvery = Duration.milliseconds(100)
    private static let width = 30

    private let isTerminal: Bool
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let state = Mutex(State())

    init(isTerminal: Bool = isatty(FileHandle.standardError.fileDescriptor) == 1) {
        self.isTerminal = isTerminal
        start = clock.now
    }

    func show(_ progress: ImportProgress) {
        let now = clock.now
        state.withLock { state in
            let first = state.first ?? (progress.videos, now)
            state.first = first
            let last = state.shownAt ?? start
            guard now - last >= (isTerminal ? Self.barEvery : Self.lineEvery) else { return }
            state.shownAt = now
            state.isLineOpen = isTerminal
            write((isTerminal ? "\r" : "") + text(progress, now, first) + (isTerminal ? "\u{1B}[K" : "\n"))
        }
    }

    /// Leaves the bar behind, so that what is printed next has a line of its own.
    func finish() {
        state.withLock { state in
            if state.isLineOpen { write("\r\u{1B}[K") }
            state.isLineOpen = false
        }
    }

    private func text(
        _ progress: ImportProgress,
        _ now: ContinuousClock.Instant,
        _ first: (videos: Int, at: ContinuousClock.Instant)
    ) -> String {
        let seconds = (now - first.at) / .seconds(1)
        let rate = seconds > 0 ? Int(Double(progress.videos - first.videos) / seconds) : 0
        let counted = "\(ClosingTable.grouped(progress.videos)) videos, \(ClosingTable.grouped(rate))/s"
        guard let total = progress.total, total > 0 else { return counted }
        let part = min(1, Double(progress.done) / Double(total))
        let percent = "\(Int(part * 100)) %"
        guard isTerminal else { return "\(percent), \(counted)" }
        let filled = Int(part * Double(Self.width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        return "\(bar) \(percent)  \(counted)"
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
