internal import CLibpq
internal import Foundation
internal import SQL
internal import Synchronization

/// One libpq connection.
///
/// Sendable because the pool lends it to one thread at a time, which alone executes statements and closes it. The
/// watcher's thread may only call `expire`, which takes the lock that `finish` takes too: a socket's number that the
/// system has given to somebody else is never shut down.
final class Connection: @unchecked Sendable {
    typealias Failure = Pipeline.Failure

    private struct Turn {
        var number: UInt64 = 0
        var mayCancel = false
        var isRunning = false
        var isExpired = false
        var isFinished = false
    }

    private let handle: OpaquePointer
    private var pipeline: Pipeline
    /// What opens the transaction that was announced: it travels with the first statement.
    private var opening: [(sql: String, bindings: [SQLValue])] = []
    private let notices: Notices
    private let cancellation: Cancellation
    private let turn = Mutex(Turn())

    /// Connects, trying every host. Blocks for at most the connect time-out per host.
    init(_ configuration: PostgreSQLDatabase.Configuration) throws(DatabaseError) {
        let milliseconds = Int(configuration.writeDeadline / .milliseconds(1))
        guard
            let handle = connect([
                // The URI is last but one, so that what it says wins; the encoding is not for it to say.
                ("connect_timeout", "\(Int(configuration.connectTimeout / .seconds(1)))"),
                ("application_name", "kyck"),
                ("target_session_attrs", "read-write"),
                ("tcp_user_timeout", "\(milliseconds)"),
                ("dbname", configuration.url),
                ("client_encoding", "UTF8"),
            ])
        else { throw .unavailable("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            PQfinish(handle)
            // libpq's text names host and user, and may quote the URI when it cannot read it.
            throw .unavailable("PostgreSQL cannot be reached")
        }
        guard let pipeline = Pipeline(handle, capacity: configuration.preparedStatements) else {
            PQfinish(handle)
            throw .unavailable("PostgreSQL does not take statements together")
        }
        self.handle = handle
        self.pipeline = pipeline
        notices = Notices()
        cancellation = Cancellation(handle)
        notices.listen(to: handle)
        do {
            try prepare(configuration)
        } catch {
            finish()
            throw .unavailable("PostgreSQL refused the session's settings")
        }
    }

    deinit {
        finish()
    }

    /// The server's own time-outs, should this process vanish: a little later than ours, so that ours decide.
    private func prepare(_ configuration: PostgreSQLDatabase.Configuration) throws(Failure) {
        let longest = max(configuration.readDeadline, configuration.writeDeadline) + .seconds(1)
        let limit = "\(Int(longest / .milliseconds(1)))"
        _ = try executeAlone(
            """
            SELECT set_config('statement_timeout', \(limit), false),
                set_config('idle_in_transaction_session_timeout', '60000', false),
                set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
                set_config('TimeZone', 'UTC', false), set_config('standard_conforming_strings', 'on', false)
            """
        )
    }

    // MARK: Statements

    /// Announces a transaction. It begins on the server with the first statement, in the same round trip.
    func open(_ statements: [Query]) {
        opening = statements.map { ($0.sql, $0.bindings) }
    }

    /// Whether the transaction that was announced has not begun on the server.
    var isUnopened: Bool { !opening.isEmpty }

    /// Runs statements that do not depend on each other's answers, in their order and in one round trip.
    func execute(_ queries: [Query]) throws(Failure) -> [Answer] {
        var statements: [(sql: String, bindings: [SQLValue])] = []
        for query in queries { statements.append(try Self.checked(query)) }
        for statement in opening { try pipeline.putCommand(statement.sql, statement.bindings) }
        opening = []
        for statement in statements { try pipeline.put(statement.sql, statement.bindings) }
        // Last, because a snapshot is taken for it, and no transaction may be given its kind after that.
        try pipeline.putDeallocations()
        try pipeline.send()
        return try pipeline.receive()
    }

    /// Runs one statement outside a transaction.
    func executeAlone(_ query: Query) throws(Failure) -> Answer {
        let (sql, bindings) = try Self.checked(query)
        try pipeline.putAlone(sql, bindings)
        try pipeline.send()
        guard let answer = try pipeline.receive().first else { throw .lost("no answer") }
        return answer
    }

    private static func checked(_ query: Query) throws(Failure) -> (sql: String, bindings: [SQLValue]) {
        do {
            return try query.checked()
        } catch {
            throw .unreadable(error)
        }
    }

    enum CommitAnswer {
        case committed
        /// The server undid the transaction, because a statement in it had failed.
        case rolledBack
        /// The server gave up waiting for its standby: it has the commit, a successor may not have it.
        case unconfirmed
    }

    func commit() throws(Failure) -> CommitAnswer {
        notices.reset()
        try pipeline.put("COMMIT", [])
        try pipeline.send()
        let answers = try pipeline.receive()
        if notices.hasWarning { return .unconfirmed }
        return answers.first?.tag == "COMMIT" ? .committed : .rolledBack
    }

    /// Ends a transaction that only read. Nobody waits for the answer: whoever uses the connection next reads it, and
    /// finds the connection lost should it not be what it has to be. Failing here is the same as failing there.
    func endReading() {
        guard (try? pipeline.putEnd()) != nil else { return }
        try? pipeline.sendEnd()
    }

    /// Undoes the transaction, if there is one; else the server only warns. If this fails too, the connection is not idle
    /// and the pool closes it, which undoes the transaction.
    func rollBack(forgettingStatements: Bool = false) {
        guard PQstatus(handle) == CONNECTION_OK, pipeline.isEmpty else { return }
        try? undo(forgettingStatements: forgettingStatements)
    }

    private func undo(forgettingStatements: Bool) throws(Failure) {
        if forgettingStatements {
            try pipeline.putRollBackAndDeallocations()
        } else {
            try pipeline.putCommand("ROLLBACK")
        }
        try pipeline.send()
        _ = try pipeline.receive()
    }

    /// Whether no transaction is open, but for one whose end is on its way, and the connection works.
    var isIdle: Bool {
        guard PQstatus(handle) == CONNECTION_OK else { return false }
        return pipeline.isEnding || pipeline.isEmpty && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Whether a transaction is open, be it a failed one.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return PQstatus(handle) == CONNECTION_OK && pipeline.isEmpty
            && (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
    }

    // MARK: Deadlines

    /// Marks the start of a transaction, for `expire`. One that only reads may be cancelled; one that writes never may,
    /// because a cancelled commit answers success.
    func beginTurn(mayCancel: Bool) -> UInt64 {
        turn.withLock { turn in
            turn.number += 1
            turn.mayCancel = mayCancel
            turn.isRunning = true
            return turn.number
        }
    }

    /// Marks its end; returns whether its deadline had passed. An expired connection must not be used again: a cancel
    /// that is still on its way would hit whatever runs on it next.
    func endTurn() -> Bool {
        opening = []
        return turn.withLock { turn in
            turn.isRunning = false
            return turn.isExpired
        }
    }

    /// Ends the transaction of that number if it still runs. Called by the watcher's thread.
    func expire(_ number: UInt64) {
        turn.withLock { turn in
            guard turn.number == number, turn.isRunning, !turn.isFinished else { return }
            turn.isExpired = true
            if turn.mayCancel {
                cancellation.send()
            }
            shutdown(PQsocket(handle), Int32(SHUT_RDWR))
        }
    }

    func finish() {
        turn.withLock { turn in
            if turn.isFinished { return }
            turn.isFinished = true
            PQfinish(handle)
        }
    }
}

extension ServerError {
    init(_ result: OpaquePointer) {
        func field(_ letter: Character) -> String? {
            guard let code = letter.asciiValue, let text = PQresultErrorField(result, Int32(code)) else { return nil }
            return String(cString: text)
        }
        // The letters are libpq's PG_DIAG_… constants, which Swift does not import.
        sqlState = field("C") ?? ""
        message = field("M") ?? ""
        table = field("t")
        column = field("c")
        constraint = field("n")
    }
}

/// Opens a connection with these parameters, in this order. The arrays of C strings live as long as the call.
private func connect(_ parameters: [(name: String, value: String)]) -> OpaquePointer? {
    let names = parameters.map { strdup($0.name) } + [nil]
    let values = parameters.map { strdup($0.value) } + [nil]
    defer {
        for string in names + values { free(string) }
    }
    // 1: `dbname` may be a whole URI.
    return PQconnectdbParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
}

/// Hears whether the server warns during a commit.
///
/// libpq calls the receiver on the thread that executes, inside its call, so nothing is shared.
private final class Notices {
    private(set) var hasWarning = false

    func reset() {
        hasWarning = false
    }

    func listen(to handle: OpaquePointer) {
        // The connection owns this object and closes the handle before it lets go of it.
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result,
                    let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))),
                    let sqlState = PQresultErrorField(result, Int32(UInt8(ascii: "C")))
                else { return }
                // 01000 while waiting for a standby; 57P01 when the server is told to stop while it waits.
                if String(cString: severity) == "WARNING", ["01000", "57P01"].contains(String(cString: sqlState)) {
                    Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue().hasWarning = true
                }
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }
}

/// The right to cancel what a connection runs, from any thread (libpq documents PQcancel as safe for that).
private final class Cancellation: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(_ connection: OpaquePointer) {
        handle = PQgetCancel(connection)
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Asks the server to stop. Connects to it, which may take long, so on a thread that may wait.
    func send() {
        DispatchQueue.global().async { [self] in
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &message, Int32(message.count))
        }
    }
}
