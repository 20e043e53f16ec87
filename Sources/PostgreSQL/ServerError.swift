internal import SQL

/// What the server said about a statement it refused.
struct ServerError {
    let sqlState: String
    let message: String
    let table: String?
    let column: String?
    let constraint: String?

    /// Another transaction won; the same closure may succeed when it runs again.
    var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The server ends the connection: shut down, crashed, not yet up, or the wire broke.
    var endsConnection: Bool { sqlState.hasPrefix("08") || sqlState.hasPrefix("57P") }

    /// We write to a standby: the primary has moved and the connection is of no use.
    var isReadOnly: Bool { sqlState == "25006" }

    /// In answer to a prepared statement: its columns have changed, or it is gone from the server.
    var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }

    /// Whether an error of this kind in answer to COMMIT says for sure that nothing was committed. All others leave it
    /// open.
    var meansRolledBack: Bool { sqlState.hasPrefix("23") || sqlState.hasPrefix("40") }

    /// PostgreSQL's SQLSTATEs in the words both engines share.
    var shared: DatabaseError {
        switch sqlState {
        case "23505": .constraint(.unique, name: constraint ?? "")
        case "23503": .constraint(.foreignKey, name: constraint ?? "")
        case "23514": .constraint(.check, name: constraint ?? "")
        case "23502": .constraint(.notNull, name: [table, column].compactMap(\.self).joined(separator: "."))
        case "40001", "40P01", "55P03": .conflict
        case "53100": .full
        case "57014": .deadlineExceeded
        case _ where endsConnection || sqlState.hasPrefix("53"): .unavailable("PostgreSQL \(sqlState)")
        // Messages about data quote the data.
        case _ where sqlState.hasPrefix("22"): .statement(code: sqlState, message: "a value does not fit")
        default: .statement(code: sqlState, message: message)
        }
    }
}
