internal import CLibpq
internal import SQL

/// What was sent on a connection in libpq's pipeline mode, and the answers that are owed for it, in their order.
///
/// Everything put in before a `send` travels together and costs one round trip. After a statement that fails the server
/// skips what came with it; the next `send` begins afresh.
struct Pipeline {
    enum Failure: Error {
        case refused(ServerError)
        /// A prepared statement that the server does not run any more, because the schema is another one.
        case stale(ServerError)
        /// The connection is of no further use.
        case lost(String)
        case unreadable(DatabaseError)
    }

    private enum Owed {
        case preparation(Statement)
        /// Its answer is for the caller.
        case answer(Statement?)
        /// Only that it succeeded matters.
        case success(Statement?)
        case deallocation(String)
        /// The end of a transaction that only read, whose caller did not wait for it.
        case end(Statement?)
        /// The end of what was sent together.
        case synchronization
    }

    private let handle: OpaquePointer
    private var statements: StatementCache
    private var owed: [Owed] = []
    /// Whether all that is owed is the answer to `putEnd`.
    private(set) var isEnding = false

    /// Switches a connection that does nothing into pipeline mode.
    init?(_ handle: OpaquePointer, capacity: Int) {
        guard PQenterPipelineMode(handle) == 1 else { return nil }
        self.handle = handle
        statements = StatementCache(capacity: capacity)
    }

    /// Whether every answer has been read.
    var isEmpty: Bool { owed.isEmpty }

    // MARK: Sending

    mutating func put(_ sql: String, _ bindings: [SQLValue]) throws(Failure) {
        owed.append(.answer(try putStatement(sql, Parameters(bindings))))
    }

    /// Puts a statement that may not share its way with any other, and is not prepared.
    mutating func putAlone(_ sql: String, _ bindings: [SQLValue]) throws(Failure) {
        try putText(sql, Parameters(bindings))
        owed.append(.answer(nil))
    }

    /// Puts a statement of ours whose answer says nothing.
    mutating func putCommand(_ sql: String, _ bindings: [SQLValue] = []) throws(Failure) {
        owed.append(.success(try putStatement(sql, Parameters(bindings))))
    }

    /// Puts the end of a transaction that only read. What is sent next may be put in before this is answered.
    mutating func putEnd() throws(Failure) {
        owed.append(.end(try putStatement("COMMIT", Parameters())))
    }

    /// Makes the server forget the statements that fell out of the cache.
    mutating func putDeallocations() throws(Failure) {
        for name in statements.evicted {
            // A name of ours, and no value could stand here.
            try putText("DEALLOCATE \(name)", Parameters())
            owed.append(.deallocation(name))
        }
    }

    /// Undoes the transaction and forgets every prepared statement, here and on the server.
    mutating func putRollBackAndDeallocations() throws(Failure) {
        // First, so that the words below are not looked for among what the server may have lost.
        statements.removeAll()
        try putCommand("ROLLBACK")
        try putText("DEALLOCATE ALL", Parameters())
        owed.append(.success(nil))
    }

    /// Sends all that was put in.
    mutating func send() throws(Failure) {
        isEnding = false
        guard PQpipelineSync(handle) == 1 else { throw .lost("not sent") }
        owed.append(.synchronization)
    }

    /// Sends all that was put in, last of it `putEnd`, and leaves the answer for whoever uses the connection next.
    mutating func sendEnd() throws(Failure) {
        try send()
        isEnding = true
    }

    private mutating func putStatement(_ sql: String, _ parameters: Parameters) throws(Failure) -> Statement? {
        switch statements.way(to: sql, parameters.types) {
        case .text:
            try putText(sql, parameters)
            return nil
        case .prepare(let statement):
            let types = parameters.types
            guard PQsendPrepare(handle, statement.name, sql, Int32(types.count), types) == 1 else {
                throw .lost("not sent")
            }
            owed.append(.preparation(statement))
            try putPrepared(statement, parameters)
            return statement
        case .run(let statement):
            try putPrepared(statement, parameters)
            return statement
        }
    }

    private func putText(_ sql: String, _ parameters: Parameters) throws(Failure) {
        let types = parameters.types
        let isSent = parameters.withPointers { pointers in
            PQsendQueryParams(
                handle,
                sql,
                pointers.count,
                types,
                pointers.values,
                pointers.lengths,
                pointers.formats,
                0
            )
        }
        if isSent != 1 { throw .lost("not sent") }
    }

    private func putPrepared(_ statement: Statement, _ parameters: Parameters) throws(Failure) {
        let isSent = parameters.withPointers { pointers in
            PQsendQueryPrepared(
                handle,
                statement.name,
                pointers.count,
                pointers.values,
                pointers.lengths,
                pointers.formats,
                0
            )
        }
        if isSent != 1 { throw .lost("not sent") }
    }

    // MARK: Receiving

    /// Waits for every answer that is owed. The first that is an error is thrown after the last was read, so that the
    /// connection can go on.
    mutating func receive() throws(Failure) -> [Answer] {
        var answers: [Answer] = []
        var failure: Failure?
        for next in owed {
            if case .synchronization = next {
                try receiveSynchronization()
                continue
            }
            guard let result = PQgetResult(handle) else { throw .lost("no answer") }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                do throws(Failure) {
                    if let answer = try accept(result, for: next) { answers.append(answer) }
                } catch {
                    if case .lost = error { throw error }
                    failure = failure ?? error
                }
            case PGRES_PIPELINE_ABORTED:
                if case .end = next { throw .lost("no end") }
                if case .preparation(let statement) = next { statements.wasNotPrepared(statement) }
                guard failure != nil else { throw .lost("skipped for no reason") }
            case PGRES_FATAL_ERROR, PGRES_EMPTY_QUERY:
                let refusal = try refusal(ServerError(result), of: next)
                failure = failure ?? refusal
            default: throw .lost("an answer nobody asked for")
            }
            // Every answer is closed by nothing.
            if let more = PQgetResult(handle) {
                PQclear(more)
                throw .lost("more than one answer")
            }
        }
        owed.removeAll(keepingCapacity: true)
        if let failure { throw failure }
        return answers
    }

    private func receiveSynchronization() throws(Failure) {
        guard let result = PQgetResult(handle) else { throw .lost("no answer") }
        defer { PQclear(result) }
        if PQresultStatus(result) != PGRES_PIPELINE_SYNC { throw .lost("out of step") }
    }

    private mutating func accept(_ result: OpaquePointer, for owed: Owed) throws(Failure) -> Answer? {
        switch owed {
        case .answer(let statement):
            do throws(DatabaseError) {
                return try Answer(result, to: statement)
            } catch {
                throw .unreadable(error)
            }
        case .end:
            // Anything else, and the next transaction would be part of the one before.
            guard ["COMMIT", "ROLLBACK"].contains(String(cString: PQcmdStatus(result))) else { throw .lost("no end") }
        case .deallocation(let name): statements.wasDeallocated(name)
        case .preparation, .success, .synchronization: break
        }
        return nil
    }

    private mutating func refusal(_ error: ServerError, of owed: Owed) throws(Failure) -> Failure {
        if PQstatus(handle) != CONNECTION_OK || error.endsConnection { throw .lost(error.sqlState) }
        switch owed {
        case .end: throw .lost("no end")
        case .preparation(let statement): statements.wasNotPrepared(statement)
        case .answer(.some), .success(.some), .deallocation: if error.isStalePlan { return .stale(error) }
        case .answer, .success, .synchronization: break
        }
        return .refused(error)
    }
}
