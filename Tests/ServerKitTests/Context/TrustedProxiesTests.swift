import HTTPTypes
import Hummingbird
import NIOCore
import ServerKit
import Testing

@Suite("Whose X-Forwarded-For is believed") struct TrustedProxiesTests {
    /// Whom limits count, where `peer` connects and sends these headers.
    private func client(_ proxies: TrustedProxies, _ peer: String?, _ headers: [String]) throws -> String {
        var fields = HTTPFields()
        for header in headers { fields.append(HTTPField(name: .xForwardedFor, value: header)) }
        let request = Request(
            head: .init(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields),
            body: .init(buffer: .init())
        )
        let address = try peer.map { try SocketAddress(ipAddress: $0, port: 1) }
        return proxies.client(of: request, remoteAddress: address).limitKey
    }

    private func key(_ address: String) throws -> String {
        ClientAddress(try SocketAddress(ipAddress: address, port: 2)).limitKey
    }

    private func faults(_ list: String) -> String? {
        do throws(TrustedProxies.Invalid) {
            _ = try TrustedProxies(parsing: list)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "without a setting it is this machine, and of the header what its nginx has added",
        arguments: [
            ("203.0.113.9", [], "203.0.113.9"),
            ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.5", ["198.51.100.1"], "10.0.0.5"),
            ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", ["10.0.0.1, 192.0.2.4,  198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", ["192.0.2.4", "198.51.100.1"], "198.51.100.1"),
            ("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2:0:0:0:0"),
            ("127.0.0.1", [], "127.0.0.1"),
            ("127.0.0.1", ["unknown"], "127.0.0.1"),
            ("127.0.0.1", [""], "127.0.0.1"),
            ("127.0.0.1", ["192.0.2.4,"], "127.0.0.1"),
            ("127.0.0.1", ["198.51.100.1:443"], "127.0.0.1"),
            ("127.0.0.1", ["[2001:db8::1]"], "127.0.0.1"),
            ("127.0.0.1", ["198.51.100.010"], "127.0.0.1"),
            ("::ffff:127.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ]
    )
    func thisMachine(peer: String, headers: [String], expected: String) throws {
        #expect(try client(.thisMachine, peer, headers) == key(expected))
    }

    @Test(
        "a chain of proxies is read from its end to the first address that is none of them",
        arguments: [
            // Two proxies: the one that connects, and the one before it, which saw the client.
            ("10.0.0.5", ["198.51.100.1, 10.0.0.6"], "198.51.100.1"),
            ("10.0.0.5", ["198.51.100.1", "10.0.0.6"], "198.51.100.1"),
            // What the client wrote itself stands before what the proxies saw.
            ("10.0.0.5", ["1.1.1.1, 198.51.100.1, 10.0.0.6"], "198.51.100.1"),
            ("10.0.0.5", ["1.1.1.1, 10.0.0.6, 198.51.100.1"], "198.51.100.1"),
            // A peer that is not on the list says nothing, though it names a proxy.
            ("10.0.1.5", ["198.51.100.1, 10.0.0.6"], "10.0.1.5"),
            ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            // The list stands in place of this machine.
            ("127.0.0.1", ["198.51.100.1"], "127.0.0.1"),
            // A proxy that says nonsense is counted itself.
            ("10.0.0.5", ["198.51.100.1, x, 10.0.0.6"], "10.0.0.6"),
            ("10.0.0.5", ["198.51.100.1,, 10.0.0.6"], "10.0.0.6"),
            ("10.0.0.5", ["10.0.0.6"], "10.0.0.6"),
            ("10.0.0.5", [], "10.0.0.5"),
            ("2001:db8:7::1", ["2001:db8:1:2::3, 2001:db8:7::2"], "2001:db8:1:2::"),
            ("2001:db8:7::1", ["198.51.100.1, 10.0.0.6"], "198.51.100.1"),
            ("2001:db8:8::1", ["198.51.100.1"], "2001:db8:8::1"),
            ("::ffff:10.0.0.5", ["198.51.100.1, ::ffff:10.0.0.6"], "198.51.100.1"),
        ]
    )
    func chain(peer: String, headers: [String], expected: String) throws {
        let proxies = try TrustedProxies(parsing: "10.0.0.0/24, 2001:db8:7::/48")
        #expect(try client(proxies, peer, headers) == key(expected))
    }

    @Test("lengths that end within a byte are taken by the bit")
    func bits() throws {
        let proxies = try TrustedProxies(parsing: "192.168.16.0/20,203.0.113.128/25,fd00::/9,192.0.2.7")
        for trusted in ["192.168.16.1", "192.168.31.255", "203.0.113.128", "fd7f::1", "192.0.2.7"] {
            #expect(try client(proxies, trusted, ["198.51.100.1"]) == key("198.51.100.1"), "\(trusted)")
        }
        for stranger in ["192.168.15.255", "192.168.32.0", "203.0.113.127", "fd80::1", "192.0.2.6", "192.0.2.8"] {
            #expect(try client(proxies, stranger, ["198.51.100.1"]) == key(stranger), "\(stranger)")
        }
    }

    @Test("none is nobody, and a connection that never left the machine may say for whom it is")
    func nobody() throws {
        let nobody = try TrustedProxies(parsing: "none")
        #expect(try client(nobody, "127.0.0.1", ["198.51.100.1"]) == key("127.0.0.1"))
        #expect(try client(nobody, nil, ["198.51.100.1"]) == key("198.51.100.1"))
    }

    @Test("the default is what it says it is")
    func standard() throws {
        #expect(try TrustedProxies(parsing: "127.0.0.0/8,::1") == .thisMachine)
    }

    @Test(
        "a list that cannot be read is refused, with what is wrong",
        arguments: [
            ("", "not an address"), ("10.0.0.1,", "not an address"), ("nginx", "not an address"),
            ("10.0.0.1;10.0.0.2", "not an address"), ("10.0.0.1:80", "not an address"), ("10.0.0", "not an address"),
            ("010.0.0.1", "not an address"), ("[::1]", "not an address"), ("fe80::1%eth0", "not an address"),
            ("/8", "not an address"), ("NONE", "not an address"), ("none,10.0.0.1", "not an address"),
            ("10.0.0.0/", "a length from 1 to 32"), ("10.0.0.0/33", "a length from 1 to 32"),
            ("10.0.0.0/-8", "a length from 1 to 32"), ("10.0.0.0/+8", "a length from 1 to 32"),
            ("10.0.0.0/8/8", "a length from 1 to 32"), ("10.0.0.0/ 8", "a length from 1 to 32"),
            ("10.0.0.0/255.0.0.0", "a length from 1 to 32"), ("2001:db8::/129", "a length from 1 to 128"),
            ("0.0.0.0/0", "everybody"), ("::/0", "everybody"), ("10.0.0.5/8", "bits set beyond its first 8"),
            ("10.0.0.129/25", "bits set beyond its first 25"), ("2001:db8::1/64", "bits set beyond its first 64"),
            ("::ffff:10.0.0.0/104", "without ::ffff:"),
        ]
    )
    func refused(list: String, reason: String) {
        #expect(faults(list)?.contains(reason) == true, "\(faults(list) ?? "taken")")
    }

    @Test("every wrong entry is named at once")
    func allAtOnce() throws {
        let said = try #require(faults("10.0.0.0/24, nginx, 10.0.0.5/8, ::1"))
        #expect(said.contains("\"nginx\"") && said.contains("\"10.0.0.5/8\""))
        #expect(!said.contains("10.0.0.0/24") && !said.contains("::1\""))
    }
}
