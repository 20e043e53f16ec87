internal import GRDB
internal import GRDBSQLite
internal import SQL

/// The values of one execution, bound with SQLite's own functions: GRDB's look every placeholder up by name and copy
/// every text, which costs an import more than writing the rows does.
struct BoundValues {
    private let values: [SQLValue]
    /// The texts and byte strings one behind the other; SQLite reads them here.
    private var bytes: [UInt8] = []

    init(_ values: [SQLValue]) {
        self.values = values
        var size = 0
        for value in values { size += value.size }
        // Never empty: without an address, an empty text would be a null.
        bytes.reserveCapacity(size + 1)
        for value in values {
            switch value {
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .bytes(let part): bytes.append(contentsOf: part)
            case .null, .integer, .real: break
            }
        }
        bytes.append(0)
    }

    /// Runs `body` with the values in place of `statement`'s placeholders; they are taken away again when it ends.
    func withBound<T>(to statement: Statement, _ body: () throws -> T) throws -> T {
        let pointer = statement.sqliteStatement
        guard sqlite3_bind_parameter_count(pointer) == values.count else {
            throw SharedError.statement(code: "\(SQLITE_RANGE)", message: "a placeholder without a value")
        }
        // GRDB checks and binds nothing of its own from here on.
        statement.setUncheckedArguments(StatementArguments())
        return try bytes.withUnsafeBytes { bytes in
            // SQLite must not keep an address that is about to be given back.
            defer {
                sqlite3_reset(pointer)
                sqlite3_clear_bindings(pointer)
            }
            var offset = 0
            for (index, value) in values.enumerated() {
                let address = bytes.baseAddress?.advanced(by: offset)
                let code = Self.bind(value, at: address, to: pointer, CInt(index + 1))
                guard code == SQLITE_OK else {
                    throw SharedError(GRDB.DatabaseError(resultCode: ResultCode(rawValue: code)))
                }
                offset += value.size
            }
            return try body()
        }
    }

    private static func bind(
        _ value: SQLValue,
        at address: UnsafeRawPointer?,
        to statement: SQLiteStatement,
        _ position: CInt
    ) -> CInt {
        switch value {
        case .null: sqlite3_bind_null(statement, position)
        case .integer(let number): sqlite3_bind_int64(statement, position, number)
        case .real(let number): sqlite3_bind_double(statement, position, number)
        // Without a destructor the bytes are read where they are.
        case .text:
            sqlite3_bind_text(
                statement,
                position,
                address?.assumingMemoryBound(to: CChar.self),
                CInt(value.size),
                nil
            )
        case .bytes: sqlite3_bind_blob(statement, position, address, CInt(value.size), nil)
        }
    }
}

extension SQLValue {
    /// How many bytes a text or byte string has.
    fileprivate var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .null, .integer, .real: 0
        }
    }
}
