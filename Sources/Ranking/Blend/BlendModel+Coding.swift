import Foundation

/// How a blend model is kept: little-endian bytes
///
///     version   1 byte, 1
///     settings  4 bytes length, JSON
///     co-watch  8 bytes length, as ``CoWatchModel/encoded``
///     factors   8 bytes how many, 4 bytes each (IEEE 754 single)
///     quality   8 bytes how many, 4 bytes each
///
/// Only the co-watch weights carry a checksum of their own; whoever stores a model checks the whole.
extension BlendModel {
    private static let version: UInt8 = 1

    /// - Throws: `EncodingError`, were settings not expressible in JSON.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let settings = [UInt8](try encoder.encode(settings))
        let weights = coWatch.encoded
        var bytes: [UInt8] = [Self.version]
        func append(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt32(clamping: settings.count))
        bytes += settings
        append(UInt64(clamping: weights.count))
        bytes += weights
        for numbers in [factors, quality] {
            append(UInt64(clamping: numbers.count))
            for number in numbers { append(number.bitPattern) }
        }
        return bytes
    }

    /// Nil when the bytes are not a model of a version this code knows.
    package init?(encoded bytes: [UInt8]) {
        var position = 1
        func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, count <= bytes.count - position else { return nil }
            defer { position += count }
            return bytes[position..<(position + count)]
        }
        func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Int? {
            take(Number.bitWidth / 8).flatMap { slice in
                Int(exactly: slice.reversed().reduce(Number.zero) { $0 << 8 | Number(truncatingIfNeeded: $1) })
            }
        }
        func numbers() -> [Float]? {
            guard let count = number(UInt64.self), count <= bytes.count / 4, let slice = take(4 * count) else {
                return nil
            }
            let values = slice.withUnsafeBytes { raw in
                (0..<count).map {
                    Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
                }
            }
            return values.allSatisfy(\.isFinite) ? values : nil
        }
        guard bytes.first == Self.version,
            let settingsLength = number(UInt32.self), let json = take(settingsLength),
            let settings = try? JSONDecoder().decode(BlendSettings.self, from: Data(json)),
            let weightsLength = number(UInt64.self), let weights = take(weightsLength),
            let coWatch = CoWatchModel(encoded: Array(weights)),
            let factors = numbers(), let quality = numbers(), position == bytes.count,
            (1...65_536).contains(settings.factors.dimension),
            factors.isEmpty || factors.count == coWatch.videoCount * settings.factors.dimension,
            quality.isEmpty || quality.count == coWatch.videoCount
        else { return nil }
        self.init(settings: settings, coWatch: coWatch, factors: factors, quality: quality)
    }
}
