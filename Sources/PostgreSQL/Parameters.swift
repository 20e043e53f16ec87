internal import CLibpq
internal import SQL

/// The values of a statement in PostgreSQL's binary form, all in one buffer.
struct Parameters {
    /// `bigint`, `double precision`, `text`, `bytea`. A null carries no type: the server takes the column's.
    private enum TypeID {
        static let unspecified: Oid = 0
        static let bytes: Oid = 17
        static let integer: Oid = 20
        static let text: Oid = 25
        static let real: Oid = 701
    }

    private var types: [Oid] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    /// Never empty, so that a value of no bytes still has an address: without one it would be a null.
    private var buffer: [UInt8] = [0]

    init(_ values: [SQLValue]) {
        for value in values { append(value) }
    }

    private mutating func append(_ value: SQLValue) {
        switch value {
        case .null: append(TypeID.unspecified, nil as [UInt8]?)
        case .integer(let number): append(TypeID.integer, Self.bigEndian(UInt64(bitPattern: number)))
        case .real(let number): append(TypeID.real, Self.bigEndian(number.bitPattern))
        case .text(let text): append(TypeID.text, Array(text.utf8))
        case .bytes(let bytes): append(TypeID.bytes, bytes)
        }
    }

    private mutating func append(_ type: Oid, _ bytes: [UInt8]?) {
        types.append(type)
        offsets.append(bytes == nil ? nil : buffer.count)
        lengths.append(Int32(bytes?.count ?? 0))
        if let bytes { buffer.append(contentsOf: bytes) }
    }

    private static func bigEndian(_ bits: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
    }

    /// Sends `sql` with these values and returns libpq's result. The pointers live as long as the call.
    func execute(_ sql: String, on connection: OpaquePointer) -> OpaquePointer? {
        let formats = [Int32](repeating: 1, count: types.count)
        return buffer.withUnsafeBytes { bytes in
            let addresses = offsets.map { offset in
                offset.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return PQexecParams(connection, sql, Int32(types.count), types, addresses, lengths, formats, 0)
        }
    }
}
