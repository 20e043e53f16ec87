/// How a taste is kept in the database: little-endian bytes
///
///     version   1 byte, 1
///     asOf      8 bytes, milliseconds UTC
///     count     4 bytes
///     per label 1 byte length of the id, the id in UTF-8, 8 bytes sum (IEEE 754 double); ids ascending
///     checksum  4 bytes, FNV-1a over everything before it
extension TasteVector {
    private static let version: UInt8 = 1

    /// The vector as bytes; the same vector always gives the same bytes. Ids longer than 255 bytes are left out.
    package var encoded: [UInt8] {
        let labels = sums.filter { $0.key.utf8.count <= 255 }.sorted { $0.key < $1.key }
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(17 + labels.count * 46)
        Self.append(UInt64(bitPattern: asOf), to: &bytes)
        Self.append(UInt32(truncatingIfNeeded: labels.count), to: &bytes)
        for (id, sum) in labels {
            bytes.append(UInt8(truncatingIfNeeded: id.utf8.count))
            bytes.append(contentsOf: id.utf8)
            Self.append(sum.bitPattern, to: &bytes)
        }
        Self.append(Self.checksum(bytes[...]), to: &bytes)
        return bytes
    }

    /// Nil when the bytes are not a taste of a version this code knows, whole and undamaged: the caller then reckons
    /// the taste from the history.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count >= 17, bytes[0] == Self.version else { return nil }
        var tail = bytes.suffix(4)
        guard Self.take(UInt32.self, from: &tail) == Self.checksum(bytes.dropLast(4)) else { return nil }
        var rest = bytes.dropFirst().dropLast(4)
        guard
            let asOf = Self.take(UInt64.self, from: &rest),
            let count = Self.take(UInt32.self, from: &rest),
            // The shortest label takes nine bytes: a damaged count cannot reserve memory it has no bytes for.
            Int(count) <= rest.count / 9
        else { return nil }
        var sums: [String: Double] = Dictionary(minimumCapacity: Int(count))
        var last: String?
        for _ in 0..<count {
            guard let (id, sum) = Self.takeLabel(from: &rest), last.map({ $0 < id }) ?? true else { return nil }
            sums[id] = sum
            last = id
        }
        guard rest.isEmpty else { return nil }
        self.init(sums: sums, asOf: Int64(bitPattern: asOf))
    }

    private static func takeLabel(from bytes: inout ArraySlice<UInt8>) -> (id: String, sum: Double)? {
        guard let length = bytes.popFirst(), bytes.count >= Int(length) + 8 else { return nil }
        guard let id = String(validating: bytes.prefix(Int(length)), as: UTF8.self) else { return nil }
        bytes = bytes.dropFirst(Int(length))
        guard let bits = take(UInt64.self, from: &bytes) else { return nil }
        let sum = Double(bitPattern: bits)
        return sum.isFinite ? (id, sum) : nil
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    private static func take<Number: FixedWidthInteger>(
        _ type: Number.Type,
        from bytes: inout ArraySlice<UInt8>
    ) -> Number? {
        let size = Number.bitWidth / 8
        guard bytes.count >= size else { return nil }
        let number = bytes.prefix(size).reversed().reduce(Number.zero) { $0 << 8 | Number($1) }
        bytes = bytes.dropFirst(size)
        return number
    }

    /// FNV-1a, 32 bits: finds damage, not forgery.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
