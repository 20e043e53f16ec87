package import Domain
import Foundation

/// A blend model with the videos its numbers stand for: what is stored after training and loaded for serving.
package struct TrainedModel: Sendable, Equatable {
    package let blend: BlendModel
    /// The video of each number, ``BlendModel/videoCount`` of them.
    package let videos: [Video.ID]

    package init(blend: BlendModel, videos: [Video.ID]) {
        self.blend = blend
        self.videos = videos
    }

    /// One line of ids in JSON behind its length (4 bytes, little-endian), then the blend, then a checksum over both (8 bytes,
    /// FNV-1a as in ``CoWatchModel``).
    ///
    /// - Throws: `EncodingError`, were settings not expressible in JSON.
    package func encoded() throws -> [UInt8] {
        let ids = [UInt8](try JSONEncoder().encode(videos.map(\.description)))
        var bytes: [UInt8] = []
        withUnsafeBytes(of: UInt32(clamping: ids.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += ids
        bytes += try blend.encoded()
        withUnsafeBytes(of: CoWatchModel.checksum(bytes[...]).littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Nil when the bytes are not a model this code knows, whole and undamaged.
    package init?(encoded: [UInt8]) {
        let bytes = encoded.dropLast(8)
        guard bytes.count > 4,
            encoded.suffix(8).reversed().reduce(0, { $0 << 8 | UInt64($1) }) == CoWatchModel.checksum(bytes)
        else { return nil }
        let length = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - 4,
            let names = try? JSONDecoder().decode([String].self, from: Data(bytes[4..<(4 + length)])),
            let blend = BlendModel(encoded: Array(bytes[(4 + length)...]))
        else { return nil }
        let videos = names.compactMap(Video.ID.init)
        guard videos.count == names.count, videos.count == blend.videoCount else { return nil }
        self.init(blend: blend, videos: videos)
    }
}
