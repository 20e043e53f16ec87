import Foundation
package import Hummingbird
package import NIOCore

/// The proxies whose `X-Forwarded-For` is believed: anybody can write that header.
package struct TrustedProxies: Sendable, Equatable {
    /// Loopback: nginx on this machine.
    package static let thisMachine = TrustedProxies(networks: [
        Network(bytes: [127, 0, 0, 0], length: 8), Network(bytes: [UInt8](repeating: 0, count: 15) + [1], length: 128),
    ])

    /// Addresses that agree in their first bits.
    private struct Network: Sendable, Equatable {
        let bytes: [UInt8]
        let length: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            let (whole, rest) = (length / 8, length % 8)
            guard address.prefix(whole) == bytes.prefix(whole) else { return false }
            return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
        }
    }

    private let networks: [Network]

    private init(networks: [Network]) {
        self.networks = networks
    }

    // MARK: Reading the setting

    /// Everything that is wrong with a list, each entry with what is wrong with it.
    package struct Invalid: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter list: addresses and networks in CIDR notation, separated by commas, in place of `thisMachine`; or the
    ///   word `none`.
    package init(parsing list: String) throws(Invalid) {
        if list == "none" {
            networks = []
            return
        }
        var (networks, faults): ([Network], [String]) = ([], [])
        for entry in list.split(separator: ",", omittingEmptySubsequences: false) {
            let text = entry.trimmingCharacters(in: .whitespaces)
            do throws(Invalid) {
                networks.append(try Self.network(text))
            } catch {
                faults.append(error.description)
            }
        }
        guard faults.isEmpty else { throw Invalid(description: faults.joined(separator: "; ")) }
        self.networks = networks
    }

    private static func network(_ text: String) throws(Invalid) -> Network {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = ClientAddress(parsing: first) else {
            throw Invalid(description: "\"\(text)\" is not an address, nor a network like 10.0.0.0/8")
        }
        let bytes = address.bytes
        guard parts.count == 2 else { return Network(bytes: bytes, length: bytes.count * 8) }
        guard bytes.count == (first.contains(":") ? 16 : 4) else {
            throw Invalid(description: "\"\(text)\" is a network of IPv4: write it as one, without ::ffff:")
        }
        let digits = parts[1]
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(digits), length <= bytes.count * 8
        else { throw Invalid(description: "\"\(text)\" must have a length from 1 to \(bytes.count * 8) after the /") }
        guard length > 0 else { throw Invalid(description: "\"\(text)\" is everybody: anybody can write the header") }
        guard isClear(bytes, after: length) else {
            throw Invalid(description: "\"\(text)\" has bits set beyond its first \(length)")
        }
        return Network(bytes: bytes, length: length)
    }

    /// A network that names an address inside it was most often meant otherwise.
    private static func isClear(_ bytes: [UInt8], after length: Int) -> Bool {
        bytes.enumerated().allSatisfy { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return kept == 8 || byte << kept == 0
        }
    }

    // MARK: Asking

    /// The address of the client behind `request`.
    ///
    /// Each proxy appends whom it was asked by. Read from the end: an entry counts while whoever wrote it is trusted, and
    /// the first that is no proxy of ours is the client; what stands before it the client may have written itself. An entry
    /// that is no address ends the reading, too, and the proxy that wrote it is counted: more strictly, not less.
    package func client(of request: Request, remoteAddress: SocketAddress?) -> ClientAddress {
        let entries = request.headers[values: .xForwardedFor].flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        var client = ClientAddress(remoteAddress)
        for entry in entries.reversed() {
            guard trusts(client), let before = ClientAddress(parsing: entry.trimmingCharacters(in: .whitespaces))
            else { break }
            client = before
        }
        return client
    }

    /// A connection without an address never left this machine, and there is nobody else to be believed about it.
    private func trusts(_ address: ClientAddress) -> Bool {
        address.bytes.isEmpty || networks.contains { $0.contains(address.bytes) }
    }
}

extension AppContext {
    package func clientAddress(of request: Request, through proxies: TrustedProxies) -> ClientAddress {
        proxies.client(of: request, remoteAddress: remoteAddress)
    }
}
