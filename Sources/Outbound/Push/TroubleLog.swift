import Logging
import Synchronization

/// Writes a line when something begins to fail at a host, fails there for one more reason, and works again; not a line for
/// every message that waits for it.
final class TroubleLog: Sendable {
    /// Browsers name the hosts, so that there may be any number of them.
    private static let most = 64

    private let level: Logger.Level
    private let begins: Logger.Message
    private let ends: Logger.Message
    private let logger: Logger
    /// The reasons that were told, by host.
    private let troubles = Mutex<[String: Set<String>]>([:])

    init(_ level: Logger.Level, begins: Logger.Message, ends: Logger.Message, logger: Logger) {
        self.level = level
        self.begins = begins
        self.ends = ends
        self.logger = logger
    }

    /// - Parameter reason: one of few; nothing of an address beyond its host, of a token or of a key.
    func begin(_ reason: String, at host: String) {
        let isNew = troubles.withLock { troubles in
            if troubles[host] == nil, troubles.count >= Self.most { troubles.removeAll() }
            return troubles[host, default: []].insert(reason).inserted
        }
        if isNew { logger.log(level: level, begins, metadata: ["host": "\(host)", "reason": "\(reason)"]) }
    }

    func end(at host: String) {
        let hasFailed = troubles.withLock { $0.removeValue(forKey: host) != nil }
        if hasFailed { logger.notice(ends, metadata: ["host": "\(host)"]) }
    }
}
