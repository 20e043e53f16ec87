internal import GRDB
internal import SQL

/// The statements of one savepoint or read snapshot.
///
/// As on PostgreSQL, a statement that failed spoils the transaction: every later one throws the same error, and the
/// transaction is undone even when its closure swallows it.
final class SQLiteTransaction: SharedTransaction {
    /// A long list makes a statement of its own for each length; those are not worth keeping compiled.
    private static let largestCachedStatement = 64

    let dialect = Dialect.sqlite
    private(set) var failure: SharedError?
    private var isOver = false
    private let database: GRDB.Database

    init(_ database: GRDB.Database) {
        self.database = database
    }

    func end() {
        isOver = true
    }

    func rows(_ query: Query) throws -> [AnswerRow] {
        try perform(query) { statement in
            let cursor = AnswerCursor(statement)
            var rows: [AnswerRow] = []
            while let row = try cursor.next() { rows.append(row) }
            return rows
        }
    }

    func run(_ query: Query) throws -> Int {
        try perform(query) { statement in
            // `changesCount` keeps its old value when a statement changes nothing.
            let before = database.totalChangesCount
            try statement.execute()
            return database.totalChangesCount == before ? 0 : database.changesCount
        }
    }

    private func perform<T>(_ query: Query, _ body: (Statement) throws -> T) throws -> T {
        if isOver { throw SharedError.statement(code: "over", message: "the transaction has ended") }
        if let failure { throw failure }
        do {
            let (sql, bindings) = try query.checked()
            let statement =
                bindings.count > Self.largestCachedStatement
                ? try database.makeStatement(sql: sql) : try database.cachedStatement(sql: sql)
            return try BoundValues(bindings).withBound(to: statement) { try body(statement) }
        } catch {
            let error = SharedError(any: error)
            failure = error
            throw error
        }
    }
}
