package import Domain
import Foundation

/// Asks the system which addresses a name has.
package enum HostLookup {
    /// Empty where the name has none.
    @Sendable package static func addresses(of host: String) async -> [NetworkAddress] {
        await withCheckedContinuation { continuation in
            // The call blocks its thread for as long as name servers take.
            DispatchQueue.global().async { continuation.resume(returning: lookUp(host)) }
        }
    }

    private static func lookUp(_ host: String) -> [NetworkAddress] {
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, nil, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var found: [NetworkAddress] = []
        var next = first
        while let entry = next?.pointee {
            if let bytes = bytes(of: entry), let address = NetworkAddress(bytes: bytes), !found.contains(address) {
                found.append(address)
            }
            next = entry.ai_next
        }
        return found
    }

    /// By place, where every system has it: which module a member of a C struct comes from is not certain.
    private static func bytes(of entry: addrinfo) -> [UInt8]? {
        guard let address = entry.ai_addr else { return nil }
        let start = UnsafeRawPointer(address)
        switch entry.ai_family {
        case AF_INET: return Array(UnsafeRawBufferPointer(start: start + 4, count: 4))
        case AF_INET6: return Array(UnsafeRawBufferPointer(start: start + 8, count: 16))
        default: return nil
        }
    }
}
