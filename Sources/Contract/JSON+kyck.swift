package import Foundation

extension JSONEncoder {
    /// How every answer is written: keys as `CodingKeys` say them (snake_case, spelled out), sorted so that the examples
    /// in the documents can be compared byte by byte, slashes left alone. Times are `Timestamp`, never `Date`.
    package static let kyck: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
}

extension JSONDecoder {
    /// How every body and every answer of ours is read.
    package static let kyck = JSONDecoder()
}
