import Foundation
import Testing

@Suite("A role that cannot start")
struct ServeCommandTests {
    /// A port that somebody else listens on, until this is let go of.
    private final class TakenPort {
        private let descriptor: Int32
        let number: Int

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let isListening = withUnsafeMutablePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(descriptor, address, length) == 0 && listen(descriptor, 1) == 0
                        && getsockname(descriptor, address, &length) == 0
                }
            }
            try #require(isListening)
            number = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit { close(descriptor) }
    }

    @Test("a port that is taken is named, with its setting", arguments: ["api", "all", "jobs"])
    func takenPort(role: String) async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let port = try TakenPort()
        #expect(try await program.run("migrate").status == 0)
        let name = role == "jobs" ? "KYCK_JOBS_PORT" : "KYCK_API_PORT"
        let settings = [name: "\(port.number)", "KYCK_RECOMMENDER_PORT": "0"]
        let ended = try await program.run(role, settings: settings)
        #expect(ended.status == 69, "\(ended.errors)")
        #expect(ended.errors.contains("Address already in use. KYCK_HOST is 127.0.0.1"))
        #expect(ended.errors.contains("\(name) \(port.number)"))
    }

    @Test("a host that there is not is named, with its setting", arguments: ["no.such.host.invalid", "203.0.113.1"])
    func unknownHost(host: String) async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        #expect(try await program.run("migrate").status == 0)
        let ended = try await program.run("api", settings: ["KYCK_HOST": host, "KYCK_API_PORT": "0"])
        #expect(ended.status == 69, "\(ended.errors)")
        #expect(ended.errors.contains("KYCK_HOST is \(host)"))
    }

    @Test("without a schema it says what to do", arguments: ["api", "recommender", "jobs", "all"])
    func noSchema(role: String) async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let ended = try await program.run(role)
        #expect(ended.status == 78, "\(ended.errors)")
        #expect(ended.errors.contains("kyck migrate"))
    }
}
