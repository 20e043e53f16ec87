import HTTPTypes
import Hummingbird
import NIOCore
import ServerKit
import Testing

@Suite struct ClientAddressTests {
    @Test(
        "the forwarded address counts only from this machine, and of it only what nginx has added",
        arguments: [
            ("203.0.113.9", [], "203.0.113.9"),
            ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", ["10.0.0.1, 192.0.2.4,  198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", ["192.0.2.4", "198.51.100.1"], "198.51.100.1"),
            ("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2:0:0:0:0"),
            ("127.0.0.1", [], "127.0.0.1"),
            ("127.0.0.1", ["unknown"], "127.0.0.1"),
            ("127.0.0.1", [""], "127.0.0.1"),
            ("127.0.0.1", ["198.51.100.1:443"], "127.0.0.1"),
            ("::ffff:127.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ]
    )
    func forwarded(peer: String, headers: [String], expected: String) throws {
        var fields = HTTPFields()
        for header in headers { fields.append(HTTPField(name: .xForwardedFor, value: header)) }
        let request = Request(
            head: .init(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields),
            body: .init(buffer: .init())
        )
        let address = ClientAddress(of: request, remoteAddress: try SocketAddress(ipAddress: peer, port: 1))
        #expect(address.limitKey == ClientAddress(try SocketAddress(ipAddress: expected, port: 2)).limitKey)
    }

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
