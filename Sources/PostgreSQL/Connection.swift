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
    enum Failure: Error {
        case refused(ServerError)
        /// The connection is of no further use.
        case lost(String)
        case unreadable(DatabaseError)
    }

    private struct Turn {
        var number: UInt64 = 0
        var mayCancel = false
        var isRunning = false
        var isExpired = false
        var isFinished = false
    }

    private let handle: OpaquePointer
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
        self.handle = handle
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
        _ = try execute(
            """
            SELECT set_config('statement_timeout', \(limit), false),
                set_config('idle_in_transaction_session_timeout', '60000', false),
                set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
                set_config('TimeZone', 'UTC', false), set_config('standard_conforming_strings', 'on', false)
            """
        )
    }

    /// Runs one statement.
    func execute(_ query: Query) throws(Failure) -> Answer {
        let sql: String
        let bindings: [SQLValue]
        do {
            (sql, bindings) = try query.checked()
        } catch {
            throw .unreadable(error)
        }
        let result = try perform(sql, bindings)
        defer { PQclear(result) }
        do {
            return try Answer(result)
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
        let result = try perform("COMMIT", [])
        defer { PQclear(result) }
        if notices.hasWarning { return .unconfirmed }
        return String(cString: PQcmdStatus(result)) == "COMMIT" ? .committed : .rolledBack
    }

    /// Whether no transaction is open and the connection works.
    var isIdle: Bool { PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Whether a transaction is open, be it a failed one.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return PQstatus(handle) == CONNECTION_OK && (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
    }

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
        turn.withLock { turn in
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

    private func perform(_ sql: String, _ bindings: [SQLValue]) throws(Failure) -> OpaquePointer {
        guard let result = Parameters(bindings).execute(sql, on: handle) else { throw .lost("no answer") }
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return result }
        defer { PQclear(result) }
        let error = ServerError(result)
        if PQstatus(handle) != CONNECTION_OK || error.endsConnection { throw .lost(error.sqlState) }
        throw .refused(error)
    }
}

extension ServerError {
    fileprivate init(_ result: OpaquePointer) {
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
