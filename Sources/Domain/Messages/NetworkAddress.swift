/// An address of IP as its 4 or 16 bytes.
package struct NetworkAddress: Sendable, Hashable {
    package let bytes: [UInt8]

    /// Nil unless there are 4 or 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Whether it is reached over the Internet as itself. Private, loopback, link-local, shared, documentation, multicast
    /// and reserved ranges are not (IANA special-purpose registries of RFC 6890), nor is what carries an IPv4 address inside.
    package var isPublic: Bool {
        bytes.count == 4 ? Self.isPublic4(bytes) : Self.isPublic6(bytes)
    }

    private static func isPublic4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }

    private static func isPublic6(_ bytes: [UInt8]) -> Bool {
        // Mapped IPv4 (RFC 4291 §2.5.5.2) and its translation (RFC 6052) lead to that address.
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return isPublic4(Array(bytes[12...]))
        }
        if bytes[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
            return isPublic4(Array(bytes[12...]))
        }
        // Global unicast is 2000::/3; of it, 2001::/23 (Teredo and other protocols), documentation and 6to4 are not.
        guard (0x20...0x3F).contains(bytes[0]) else { return false }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x20, 0x01, 0...1, _), (0x20, 0x01, 0x0D, 0xB8), (0x20, 0x02, _, _): return false
        case (0x3F, 0xFF, 0...0x0F, _): return false
        default: return true
        }
    }
}
