import NIOCore
import ServerKit
import Testing

@Suite struct ClientAddressTests {
    @Test("a limit counts a whole IPv4 address and the first half of an IPv6 one")
    func keys() throws {
        func key(_ text: String) throws -> String {
            ClientAddress(try SocketAddress(ipAddress: text, port: 1)).limitKey
        }
        #expect(try key("203.0.113.9") == "203.0.113.9")
        #expect(try key("203.0.113.9") != key("203.0.113.10"))
        #expect(try key("2001:db8:1:2:3:4:5:6") == key("2001:db8:1:2::"))
        #expect(try key("2001:db8:1:2::1") != key("2001:db8:1:3::1"))
        #expect(ClientAddress(nil).limitKey == "local")
    }

    @Test(
        "private addresses are known",
        arguments: [
            ("127.0.0.1", true), ("127.255.0.1", true), ("10.1.2.3", true), ("172.16.0.1", true), ("172.32.0.1", false),
            ("192.168.0.1", true), ("192.169.0.1", false), ("169.254.1.1", true), ("203.0.113.9", false), ("::1", true),
            ("fd00::1", true), ("fe80::1", true), ("2001:db8::1", false), ("::ffff:8.8.8.8", false),
            ("::ffff:10.0.0.1", true),
            ("::", false), ("0.0.0.0", false),
        ]
    )
    func privacy(text: String, isPrivate: Bool) throws {
        #expect(ClientAddress(try SocketAddress(ipAddress: text, port: 1)).isPrivate == isPrivate)
    }
}
