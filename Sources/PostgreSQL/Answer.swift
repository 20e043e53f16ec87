internal import CLibpq
internal import Foundation
internal import SQL

/// A statement's result, read and freed.
struct Answer {
    let rows: [Row]
    let affectedRows: Int

    /// PostgreSQL's own numbers for the types whose text is not taken as it is.
    private enum TypeID {
        static let bool: Oid = 16
        static let bytes: Oid = 17
        static let integers: Set<Oid> = [20, 21, 23, 26]
        static let reals: Set<Oid> = [700, 701]
        static let numeric: Oid = 1700
    }

    init(_ result: OpaquePointer) throws(DatabaseError) {
        let columnCount = PQnfields(result)
        let columns = Row.Columns((0..<columnCount).map { String(cString: PQfname(result, $0)) })
        let types = (0..<columnCount).map { PQftype(result, $0) }
        var rows: [Row] = []
        let rowCount = PQntuples(result)
        rows.reserveCapacity(Int(rowCount))
        for row in 0..<rowCount {
            var values: [SQLValue] = []
            values.reserveCapacity(types.count)
            for (column, type) in zip(0..<columnCount, types) {
                values.append(try Self.value(result, row, column, type))
            }
            rows.append(Row(columns: columns, values: values))
        }
        self.rows = rows
        // Of a SELECT this would be the rows it found; it changes none.
        affectedRows =
            String(cString: PQcmdStatus(result)).hasPrefix("SELECT")
            ? 0 : Int(String(cString: PQcmdTuples(result))) ?? 0
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
        case _ where TypeID.integers.contains(type):
            guard let number = Int64(text) else { throw unreadable(result, column, "an integer") }
            return .integer(number)
        case _ where TypeID.reals.contains(type):
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
