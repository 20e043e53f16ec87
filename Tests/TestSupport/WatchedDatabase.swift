package import SQL
internal import Synchronization

/// A database that shows what is asked of it: after each transaction, and before its answer is handed on, `after` gets the
/// statements. It may keep the answer waiting, or throw in its place.
package final class WatchedDatabase: Database {
    package typealias After = @Sendable (_ statements: [String]) async throws -> Void

    package let dialect: Dialect
    private let wrapped: any Database
    private let after: After

    package init(_ wrapped: any Database, after: @escaping After) {
        dialect = wrapped.dialect
        self.wrapped = wrapped
        self.after = after
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let statements = Statements()
        let answer = try await wrapped.read { try body(Watched($0, statements)) }
        try await after(statements.all)
        return answer
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let statements = Statements()
        let answer = try await wrapped.write { try body(Watched($0, statements)) }
        try await after(statements.all)
        return answer
    }

    package func checkWritable() async throws { try await wrapped.checkWritable() }
    package func close() async throws { try await wrapped.close() }

    private final class Statements: Sendable {
        private let texts = Mutex<[String]>([])

        var all: [String] { texts.withLock { $0 } }

        func add(_ query: Query) { texts.withLock { $0.append(query.sql) } }
    }

    private struct Watched: Transaction {
        private let wrapped: any Transaction
        private let statements: Statements

        init(_ wrapped: any Transaction, _ statements: Statements) {
            self.wrapped = wrapped
            self.statements = statements
        }

        var dialect: Dialect { wrapped.dialect }

        func rows(_ query: Query) throws -> [Row] {
            statements.add(query)
            return try wrapped.rows(query)
        }

        func run(_ query: Query) throws -> Int {
            statements.add(query)
            return try wrapped.run(query)
        }

        func send(_ query: Query) throws {
            statements.add(query)
            try wrapped.send(query)
        }
    }
}
