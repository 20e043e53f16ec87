internal import CLibpq
internal import SQL

/// A statement one connection has met before, and what is known about it.
final class Statement {
    /// Its name on the server once it is prepared.
    let name: String
    fileprivate(set) var isPrepared = false
    fileprivate var lastUse = 0
    /// The columns of its answers. The server refuses to run a prepared statement whose columns have changed.
    var columns: Row.Columns?
    var columnTypes: [Oid] = []

    fileprivate init(name: String) {
        self.name = name
    }
}

/// Which statements a connection keeps prepared on the server: those it meets a second time, the most recently used.
///
/// A text met once, as a list of unusual length makes one, is not worth keeping a plan for.
struct StatementCache {
    enum Way {
        /// Send the text.
        case text
        /// Send the text under this name, then run what has the name.
        case prepare(Statement)
        case run(Statement)
    }

    private struct Key: Hashable {
        let sql: String
        /// The same text with a null somewhere is another statement: a null does not say its type.
        let types: [Oid]
    }

    /// A longer text is a list of many values, hardly ever met again; its key would take memory here.
    private static let longestText = 8_192

    private let capacity: Int
    private var statements: [Key: Statement] = [:]
    private var uses = 0
    private var names = 0
    /// What the server still keeps and this cache does not.
    private(set) var evicted: [String] = []

    /// `capacity` 0 prepares nothing.
    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func way(to sql: String, _ types: [Oid]) -> Way {
        guard capacity > 0, sql.utf8.count <= Self.longestText else { return .text }
        let key = Key(sql: sql, types: types)
        uses += 1
        guard let statement = statements[key] else {
            if statements.count >= capacity { evictOldest() }
            names += 1
            let statement = Statement(name: "kyck_\(names)")
            statement.lastUse = uses
            statements[key] = statement
            return .text
        }
        statement.lastUse = uses
        if statement.isPrepared { return .run(statement) }
        statement.isPrepared = true
        return .prepare(statement)
    }

    private mutating func evictOldest() {
        guard let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        statements[oldest.key] = nil
        if oldest.value.isPrepared { evicted.append(oldest.value.name) }
    }

    /// The server does not know the statement: it refused it, or never came to it.
    mutating func wasNotPrepared(_ statement: Statement) {
        statement.isPrepared = false
        evicted.removeAll { $0 == statement.name }
    }

    mutating func wasDeallocated(_ name: String) {
        evicted.removeAll { $0 == name }
    }

    /// Starts anew; the caller makes the server forget them all too.
    mutating func removeAll() {
        statements = [:]
        evicted = []
    }
}
