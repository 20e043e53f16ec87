internal import SQL

/// The statements of one transaction on one connection.
///
/// A statement that failed spoils the transaction, as the server sees it too: every later one throws the same error,
/// and the transaction is undone even when its closure swallows it.
final class PostgreSQLTransaction: Transaction {
    private static let mostWaiting = 32

    let dialect = Dialect.postgresql
    private(set) var failure: Connection.Failure?
    private(set) var hasChanges = false
    private var isOver = false
    /// What waits for the next statement to travel with.
    private var waiting: [Query] = []
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func end() {
        isOver = true
    }

    func rows(_ query: Query) throws -> [Row] {
        try perform(waiting + [query]).last?.rows ?? []
    }

    func run(_ query: Query) throws -> Int {
        try perform(waiting + [query]).last?.affectedRows ?? 0
    }

    func send(_ query: Query) throws {
        // Not without end: what waits is kept here, and an error should not come too late.
        waiting.append(query)
        if waiting.count >= Self.mostWaiting || isOver || failure != nil { try flush() }
    }

    /// Runs what still waits; called before the commit.
    func flush() throws {
        if !waiting.isEmpty { _ = try perform(waiting) }
    }

    private func perform(_ queries: [Query]) throws(DatabaseError) -> [Answer] {
        if isOver { throw .statement(code: "over", message: "the transaction has ended") }
        if let failure { throw failure.shared }
        waiting = []
        do {
            let answers = try connection.execute(queries)
            if answers.contains(where: { $0.affectedRows > 0 }) { hasChanges = true }
            return answers
        } catch {
            failure = error
            throw error.shared
        }
    }
}

extension Connection.Failure {
    var shared: DatabaseError {
        switch self {
        case .refused(let error), .stale(let error): error.shared
        case .lost: .unavailable("the connection was lost")
        case .unreadable(let error): error
        }
    }
}
