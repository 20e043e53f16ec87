internal import CLibpq
internal import Foundation
internal import SQL

/// A statement's result, read and freed.
struct Answer {
    let rows: [Row]
    let affectedRows: Int
    /// What the server says it did: `COMMIT`, `ROLLBACK`, `UPDATE 3`.
    let tag: String

    /// PostgreSQL's own numbers for the types whose text is not taken as it is.
    private enum TypeID {
        static let bool: Oid = 16
        static let bytes: Oid = 17
        static let bigint: Oid = 20
        static let smallint: Oid = 21
        static let integer: Oid = 23
        static let oid: Oid = 26
        static let real: Oid = 700
        static let double: Oid = 701
        static let numeric: Oid = 1700
    }

    /// The columns are those of `statement` when they are known from an earlier answer.
    init(_ result: OpaquePointer, to statement: Statement?) throws(DatabaseError) {
        tag = String(cString: PQcmdStatus(result))
        // Of a SELECT this would be the rows it found; it changes none.
        affectedRows = tag.hasPrefix("SELECT") ? 0 : Int(String(cString: PQcmdTuples(result))) ?? 0
        let rowCount = PQntuples(result)
        guard rowCount > 0 else {
            rows = []
            return
        }
        let (columns, types) = Self.columns(result, of: statement)
        var rows: [Row] = []
        rows.reserveCapacity(Int(rowCount))
        for row in 0..<rowCount {
            var values: [SQLValue] = []
            values.reserveCapacity(types.count)
            for column in types.indices {
                values.append(try Self.value(result, row, Int32(column), types[column]))
            }
            rows.append(Row(columns: columns, values: values))
        }
        self.rows = rows
    }

    private static func columns(_ result: OpaquePointer, of statement: Statement?) -> (Row.Columns, [Oid]) {
        if let statement, let columns = statement.columns { return (columns, statement.columnTypes) }
        let count = PQnfields(result)
        let columns = Row.Columns((0..<count).map { String(cString: PQfname(result, $0)) })
        let types = (0..<count).map { PQftype(result, $0) }
        statement?.columns = columns
        statement?.columnTypes = types
        return (columns, types)
    }

    private static func value(
        _ result: OpaquePointer,
        _ row: Int32,
        _ column: Int32,
        _ type: Oid
    ) throws(DatabaseError) -> SQLValue {
        if PQgetisnull(result, row, column) == 1 { return .null }
        let start = PQgetvalue(result, row, column)
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        if type == TypeID.bytes {
            guard let decoded = byteString(bytes) else { throw unreadable(result, column, "bytea in hex") }
            return .bytes(decoded)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        switch type {
        case TypeID.bool: return .integer(text == "t" ? 1 : 0)
        case TypeID.bigint, TypeID.smallint, TypeID.integer, TypeID.oid:
            guard let number = Int64(text) else { throw unreadable(result, column, "an integer") }
            return .integer(number)
        case TypeID.real, TypeID.double:
            guard let number = real(text) else { throw unreadable(result, column, "a double") }
            return .real(number)
        case TypeID.numeric:
            // What sum() of integers and avg() answer: whole without a point, as SQLite's do.
            if let number = Int64(text) { return .integer(number) }
            guard let number = real(text) else { throw unreadable(result, column, "a number") }
            return .real(number)
        default: return .text(text)
        }
    }

    private static func unreadable(_ result: OpaquePointer, _ column: Int32, _ expected: String) -> DatabaseError {
        .unexpectedValue(column: String(cString: PQfname(result, column)), expected: expected)
    }

    private static func real(_ text: String) -> Double? {
        switch text {
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: Double(text)
        }
    }

    /// `\x00ff…`: the connection asks for this form.
    private static func byteString(_ hex: UnsafeRawBufferPointer) -> [UInt8]? {
        guard hex.count >= 2, hex.count.isMultiple(of: 2), hex[0] == UInt8(ascii: "\\"), hex[1] == UInt8(ascii: "x")
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hex.count / 2 - 1)
        for index in stride(from: 2, to: hex.count, by: 2) {
            guard let high = digit(hex[index]), let low = digit(hex[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
