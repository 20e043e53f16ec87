package import struct Foundation.UUID

/// A typed id: `Video.ID` and `Child.ID` are different types with the same form, a UUID of version 7 (RFC 9562 §5.7),
/// so that ids sort by the time they were made. Written in lower case.
package struct Identifier<Subject>: Hashable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }
}

extension Identifier: LosslessStringConvertible {
    package init?(_ description: String) {
        guard description.utf8.count == 36, let uuid = UUID(uuidString: description) else { return nil }
        self.uuid = uuid
    }

    package var description: String { uuid.uuidString.lowercased() }
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
            var bytes = UUID().uuid
            let milliseconds = UInt64(max(0, clock.now().millisecondsSince1970))
            bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
            bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
            bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
            bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
            bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
            bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
            bytes.6 = (bytes.6 & 0x0F) | 0x70
            return UUID(uuid: bytes)
        }
    }

    package func next<Subject>(_ subject: Subject.Type = Subject.self) -> Identifier<Subject> {
        Identifier(nextUUID())
    }
}
