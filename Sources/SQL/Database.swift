/// A relational database: asynchronous outside, synchronous inside.
///
/// A transaction is one closure on one thread, so no connection is ever held across an `await`. A closure may run more
/// than once (bounded retry of serialisation failures): it must have no effect beyond its transaction.
package protocol Database: Sendable {
    var dialect: Dialect { get }

    /// Runs `body` on a snapshot that does not change while it reads. Writing inside it throws.
    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Runs `body` in a transaction and returns once its commit is on disk.
    ///
    /// When `body` throws, everything it did is undone and the error is passed on. `DatabaseError.outcomeUnknown` says
    /// that the commit may or may not have happened: callers answer 503 and the request is safe to repeat.
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T

    /// Whether a write would be acknowledged now; `/ready` asks it.
    func checkWritable() async throws

    /// Ends every connection after what runs has finished. Later calls throw `DatabaseError.unavailable`.
    func close() async throws
}

/// The statements of one transaction. Never used after its closure has returned.
package protocol Transaction {
    var dialect: Dialect { get }

    func rows(_ query: Query) throws -> [Row]

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func run(_ query: Query) throws -> Int

    /// Runs a statement whose answer nobody needs: in its order, and before the commit. Where a statement costs a round
    /// trip the engine sends it with a later one, which then throws its error; so does the end of the transaction.
    func send(_ query: Query) throws
}

extension Transaction {
    package func send(_ query: Query) throws {
        try run(query)
    }

    package func row(_ query: Query) throws -> Row? {
        try rows(query).first
    }
}
