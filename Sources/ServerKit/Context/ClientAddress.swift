import Foundation
package import NIOCore

/// Who a request comes from, as far as addresses tell.
package struct ClientAddress: Hashable, Sendable {
    /// 4 or 16 bytes; empty where the peer has no address (a Unix socket, a test's channel).
    let bytes: [UInt8]

    package init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            // By place, where every system has it: which module a member of a C struct comes from is not certain.
            bytes = withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
        case .v6(let address):
            bytes = Self.unmapped(withUnsafeBytes(of: address.address) { Array($0[8..<24]) })
        default:
            bytes = []
        }
    }

    /// Nil unless `text` is an address and nothing else: no port, no zone, no name.
    init?(parsing text: some StringProtocol) {
        // A zone (fe80::1%eth0) is a matter of the machine it was written on; the parser drops it.
        guard !text.contains("%"), let address = try? SocketAddress(ipAddress: String(text), port: 0) else {
            return nil
        }
        self.init(address)
    }

    /// What limits count by: a whole IPv4 address, for carriers in Korea put many families behind a /24; the first 64 bits
    /// of an IPv6 address, for the rest is the subscriber's to choose anew for every request.
    package var limitKey: String {
        switch bytes.count {
        case 4: bytes.map(String.init).joined(separator: ".")
        case 16: bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
        default: "local"
        }
    }

    /// Loopback, or a connection that has no address because it never left the machine.
    package var isThisMachine: Bool {
        switch bytes.count {
        case 4: bytes[0] == 127
        case 16: bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
        default: true
        }
    }

    /// This machine, or an address that is not routed on the internet: RFC 1918, RFC 3927, RFC 4193, RFC 4291 link-local.
    package var isPrivate: Bool {
        if isThisMachine { return true }
        return switch bytes.count {
        case 4:
            bytes[0] == 10 || (bytes[0] == 172 && (16...31).contains(bytes[1]))
                || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254)
        default:
            bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        }
    }

    /// `::ffff:192.0.2.1` is 192.0.2.1 seen through a dual-stack socket.
    private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
        let isMapped = bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11] == [0xFF, 0xFF]
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }
}
