internal import GRDB
internal import SQL

extension SharedError {
    init(any error: any Error) {
        switch error {
        case let error as GRDB.DatabaseError: self.init(error)
        case let error as SharedError: self = error
        default: self = .unavailable("\(type(of: error))")
        }
    }

    /// SQLite's extended result codes in the words both engines share.
    init(_ error: GRDB.DatabaseError) {
        let message = error.message ?? ""
        let subject = message.split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            self = .constraint(.unique, name: subject)
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .constraint(.foreignKey, name: subject)
        case .SQLITE_CONSTRAINT_NOTNULL: self = .constraint(.notNull, name: subject)
        case .SQLITE_CONSTRAINT_CHECK: self = .constraint(.check, name: subject)
        default:
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .conflict
            case .SQLITE_FULL: self = .full
            case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_INTERRUPT, .SQLITE_NOMEM, .SQLITE_PERM:
                self = .unavailable("SQLite \(error.extendedResultCode.rawValue): \(message)")
            default: self = .statement(code: "\(error.extendedResultCode.rawValue)", message: message)
            }
        }
    }
}
