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

    private(set) var types: [Oid] = []
    /// Where each value begins; a null begins nowhere.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    /// Never empty, so that a value of no bytes still has an address: without one it would be a null.
    private var buffer: [UInt8] = [0]

    init(_ values: [SQLValue] = []) {
        types.reserveCapacity(values.count)
        offsets.reserveCapacity(values.count)
        lengths.reserveCapacity(values.count)
        buffer.reserveCapacity(1 + 40 * values.count)
        for value in values { append(value) }
    }

    private mutating func append(_ value: SQLValue) {
        let start = buffer.count
        switch value {
        case .null: types.append(TypeID.unspecified)
        case .integer(let number): append(TypeID.integer, UInt64(bitPattern: number))
        case .real(let number): append(TypeID.real, number.bitPattern)
        case .text(let text):
            types.append(TypeID.text)
            buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes):
            types.append(TypeID.bytes)
            buffer.append(contentsOf: bytes)
        }
        if case .null = value { offsets.append(nil) } else { offsets.append(start) }
        lengths.append(Int32(buffer.count - start))
    }

    private mutating func append(_ type: Oid, _ bits: UInt64) {
        types.append(type)
        withUnsafeBytes(of: bits.bigEndian) { buffer.append(contentsOf: $0) }
    }

    /// The values as libpq takes them. The pointers live as long as the call.
    struct Pointers {
        let count: Int32
        let values: [UnsafePointer<CChar>?]
        let lengths: [Int32]
        /// All binary.
        let formats: [Int32]
    }

    func withPointers<T>(_ body: (Pointers) -> T) -> T {
        let formats = [Int32](repeating: 1, count: types.count)
        return buffer.withUnsafeBytes { bytes in
            let values = offsets.map { offset -> UnsafePointer<CChar>? in
                offset.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return body(Pointers(count: Int32(types.count), values: values, lengths: lengths, formats: formats))
        }
    }
}
