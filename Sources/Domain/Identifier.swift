package import struct Foundation.UUID
package import typealias Foundation.uuid_t

/// A typed id: `Video.ID` and `Child.ID` are different types with the same form, a UUID of version 7 (RFC 9562 §5.7),
/// so that ids sort by the time they were made. Written in lower case.
package struct Identifier<Subject>: Hashable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }
}

extension Identifier: LosslessStringConvertible {
    /// Reads the 36 characters of RFC 9562 §4, in either case.
    package init?(_ description: String) {
        guard description.utf8.count == 36 else { return nil }
        var bytes = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).uuid
        let isRead = withUnsafeMutableBytes(of: &bytes) { bytes in
            var digit = 0
            for (position, character) in description.utf8.enumerated() {
                if HexText.hyphens.contains(position) {
                    if character != UInt8(ascii: "-") { return false }
                    continue
                }
                guard let value = HexText.value(of: character) else { return false }
                bytes[digit / 2] = bytes[digit / 2] << 4 | value
                digit += 1
            }
            return true
        }
        guard isRead else { return nil }
        uuid = UUID(uuid: bytes)
    }

    // Written by hand, as it is read: Foundation's way is many times slower, and every row has an id.
    package var description: String {
        withUnsafeBytes(of: uuid.uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var position = 0
                for byte in bytes {
                    if HexText.hyphens.contains(position) {
                        text[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    text[position] = HexText.digit(byte >> 4)
                    text[position + 1] = HexText.digit(byte & 0xF)
                    position += 2
                }
                return position
            }
        }
    }
}

private enum HexText {
    /// Where an id's text has its hyphens; a set of bits.
    struct Positions {
        let bits: UInt64
        func contains(_ position: Int) -> Bool { bits >> UInt64(position) & 1 == 1 }
    }

    static let hyphens = Positions(bits: 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23)

    static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension Identifier: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        withUnsafeBytes(of: left.uuid.uuid) { left in
            withUnsafeBytes(of: right.uuid.uuid) { right in
                left.lexicographicallyPrecedes(right)
            }
        }
    }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Makes new ids. Given to whatever creates things, so that tests can foresee them.
package struct IdentifierSource: Sendable {
    private let nextUUID: @Sendable () -> UUID

    package init(_ nextUUID: @escaping @Sendable () -> UUID) {
        self.nextUUID = nextUUID
    }

    /// Version 7: 48 bits of Unix milliseconds, then 74 random bits.
    package init(clock: Clock) {
        self.init {
            // Foundation's own random ids open a device file each time.
            var generator = SystemRandomNumberGenerator()
            let milliseconds = UInt64(max(0, clock.now().millisecondsSince1970))
            let high = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
            let low = 0x8000_0000_0000_0000 | generator.next() >> 2
            return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
                UUID(uuid: bytes.load(as: uuid_t.self))
            }
        }
    }

    package func next<Subject>(_ subject: Subject.Type = Subject.self) -> Identifier<Subject> {
        Identifier(nextUUID())
    }
}
