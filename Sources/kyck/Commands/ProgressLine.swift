import Foundation
import Synchronization

/// What a command is at, in one line of stderr that is written anew; nothing where stderr is no terminal.
final class ProgressLine: Sendable {
    private let isTerminal: Bool
    private let isOpen = Mutex(false)

    init(isTerminal: Bool = isatty(FileHandle.standardError.fileDescriptor) == 1) {
        self.isTerminal = isTerminal
    }

    func show(_ text: String) {
        guard isTerminal else { return }
        isOpen.withLock { isOpen in
            isOpen = true
            write("\r\(text.prefix(78))\u{1B}[K")
        }
    }

    /// Takes the line away. Safe to call again.
    func finish() {
        isOpen.withLock { isOpen in
            if isOpen { write("\r\u{1B}[K") }
            isOpen = false
        }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
