internal import GRDB
internal import GRDBSQLite
internal import SQL

/// Steps through an answer and reads its rows straight into the values both engines share.
final class AnswerCursor: DatabaseCursor {
    typealias Element = AnswerRow

    var _isDone = false
    let _statement: Statement
    /// Named at the first row: SQLite compiles a statement anew at its first step when the schema has changed.
    private var columns: AnswerRow.Columns?

    /// `statement` must be bound and reset.
    init(_ statement: Statement) {
        _statement = statement
    }

    func _element(sqliteStatement: SQLiteStatement) -> AnswerRow {
        let count = sqlite3_column_count(sqliteStatement)
        let columns = columns ?? Self.columns(of: sqliteStatement, count)
        self.columns = columns
        return AnswerRow(columns: columns, values: (0..<count).map { Self.value(of: sqliteStatement, $0) })
    }

    private static func columns(of statement: SQLiteStatement, _ count: CInt) -> AnswerRow.Columns {
        AnswerRow.Columns((0..<count).map { String(cString: sqlite3_column_name(statement, $0)) })
    }

    private static func value(of statement: SQLiteStatement, _ column: CInt) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            // Asked for before its length, as SQLite wants it.
            let text = sqlite3_column_text(statement, column)
            let length = Int(sqlite3_column_bytes(statement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = sqlite3_column_blob(statement, column)
            let length = Int(sqlite3_column_bytes(statement, column))
            return .bytes([UInt8](UnsafeRawBufferPointer(start: bytes, count: length)))
        default: return .null
        }
    }
}
