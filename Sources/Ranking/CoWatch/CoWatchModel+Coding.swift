/// How a co-watch model is kept: little-endian bytes
///
///     version   1 byte, 1
///     videos    4 bytes
///     weights   8 bytes, how many
///     per video 4 bytes: how many weights
///     targets   4 bytes each, ascending within a video
///     weights   2 bytes each, IEEE 754 half precision
///     checksum  8 bytes, FNV-1a over everything before it, eight bytes at a time
extension CoWatchModel {
    private static let version: UInt8 = 1
    private static let headLength = 13

    package var encoded: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(Self.headLength + 4 * videoCount + 6 * weights.count + 8)
        func append(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt32(clamping: videoCount))
        append(UInt64(clamping: weights.count))
        for video in 0..<videoCount { append(UInt32(clamping: starts[video + 1] - starts[video])) }
        for target in targets { append(UInt32(bitPattern: target)) }
        for weight in weights { append(Float16(weight).bitPattern) }
        append(Self.checksum(bytes[...]))
        return bytes
    }

    /// Nil when the bytes are not a model of a version this code knows, whole and undamaged.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count >= Self.headLength + 8, bytes[0] == Self.version else { return nil }
        func number<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
            bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
        }
        let videos = Int(number(UInt32.self, at: 1))
        guard let count = Int(exactly: number(UInt64.self, at: 5)), count <= bytes.count / 6,
            bytes.count == Self.headLength + 4 * videos + 6 * count + 8,
            number(UInt64.self, at: bytes.count - 8) == Self.checksum(bytes.dropLast(8))
        else { return nil }
        var starts = [0]
        starts.reserveCapacity(videos + 1)
        for video in 0..<videos {
            starts.append(starts[video] + Int(number(UInt32.self, at: Self.headLength + 4 * video)))
        }
        guard starts[videos] == count else { return nil }
        let targetsAt = Self.headLength + 4 * videos
        let targets = (0..<count).map { Int32(bitPattern: number(UInt32.self, at: targetsAt + 4 * $0)) }
        let weights = (0..<count).map {
            Float(Float16(bitPattern: number(UInt16.self, at: targetsAt + 4 * count + 2 * $0)))
        }
        guard targets.allSatisfy({ (0..<videos).contains(Int($0)) }), weights.allSatisfy(\.isFinite) else { return nil }
        self.init(videoCount: videos, starts: starts, targets: targets, weights: weights)
    }

    /// FNV-1a, 64 bits, over words instead of bytes, since a model has millions of them: finds damage, not forgery.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sum: UInt64 = 0xcbf2_9ce4_8422_2325
            let words = bytes.count / 8
            for word in 0..<words {
                let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
                sum = (sum ^ value) &* 0x0100_0000_01b3
            }
            for byte in bytes[(8 * words)...] {
                sum = (sum ^ UInt64(byte)) &* 0x0100_0000_01b3
            }
            return sum
        }
    }
}
