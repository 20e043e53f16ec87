internal import SQL

/// The statements of one transaction on one connection.
///
/// A statement that failed spoils the transaction, as the server sees it too: every later one throws the same error,
/// and the transaction is undone even when its closure swallows it.
final class PostgreSQLTransaction: Transaction {
    let dialect = Dialect.postgresql
    private(set) var failure: Connection.Failure?
    private(set) var hasChanges = false
    private var isOver = false
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func end() {
        isOver = true
    }

    func rows(_ query: Query) throws -> [Row] {
        try perform([query]).first?.rows ?? []
    }

    func run(_ query: Query) throws -> Int {
        try perform([query]).first?.affectedRows ?? 0
    }

    private func perform(_ queries: [Query]) throws(DatabaseError) -> [Answer] {
        if isOver { throw .statement(code: "over", message: "the transaction has ended") }
        if let failure { throw failure.shared }
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
