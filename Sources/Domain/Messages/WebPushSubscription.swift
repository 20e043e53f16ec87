package import Foundation

/// What a browser hands out for pushing to it (W3C Push API), checked as far as text goes.
package struct WebPushSubscription: Sendable, Hashable {
    package enum Invalid: Error, Sendable, Hashable {
        /// Not an address of https without name, password, port or fragment.
        case endpoint
        /// A host that is not one of the push services: the endpoint comes from whoever calls, and we would call it.
        case unknownService
        /// Not an uncompressed point of P-256 in base64url, or not 16 bytes of secret.
        case keys
    }

    package let endpoint: String
    /// The browser's public key: an uncompressed point, 65 bytes.
    package let publicKey: Data
    /// The authentication secret of RFC 8291 §3.2: 16 bytes.
    package let secret: Data

    package init(endpoint: String, p256dh: String, auth: String, services: PushServices) throws(Invalid) {
        guard let host = services.host(of: endpoint) else { throw .endpoint }
        guard services.contains(host: host, of: endpoint) else { throw .unknownService }
        guard let publicKey = Data(base64URL: p256dh), publicKey.count == 65, publicKey.first == 4,
            let secret = Data(base64URL: auth), secret.count == 16
        else { throw .keys }
        self.endpoint = endpoint
        self.publicKey = publicKey
        self.secret = secret
    }
}

/// The push services that we send to. Anybody can register an endpoint, so that what is not named here would let a caller
/// choose what our servers speak to (server-side request forgery).
package struct PushServices: Sendable, Hashable {
    /// Those of the browsers there are.
    package static let known = PushServices(hosts: [
        "fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.services.mozilla.com", "*.push.apple.com",
        "*.notify.windows.com",
    ])

    /// Names, or `*.` and a name for every name below it.
    private let hosts: [String]
    /// `http://127.0.0.1:9999` for a stand-in on this machine; only development and tests have one.
    private let standIn: String?

    package init(hosts: [String], standIn: String? = nil) {
        self.hosts = hosts
        self.standIn = standIn
    }

    /// The same with a stand-in on this machine beside them.
    package func adding(standIn: String) -> PushServices {
        PushServices(hosts: hosts, standIn: standIn)
    }

    package func isStandIn(_ endpoint: String) -> Bool {
        standIn.map { endpoint.hasPrefix($0 + "/") } ?? false
    }

    /// The host of an endpoint in lower case; nil where it is not one of a push service by its form alone.
    package func host(of endpoint: String) -> String? {
        guard endpoint.utf8.count <= 2_048, endpoint.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let parts = URLComponents(string: endpoint), let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        if isStandIn(endpoint) { return host }
        guard parts.scheme?.lowercased() == "https", parts.user == nil, parts.password == nil, parts.fragment == nil,
            parts.port == nil || parts.port == 443
        else { return nil }
        // The last label of a name begins with a letter; of an address written in any of its ways it does not.
        guard host.hasPrefix("[") == false, let last = host.split(separator: ".").last, last.first?.isLetter == true
        else { return nil }
        return host
    }

    package func contains(host: String, of endpoint: String) -> Bool {
        if isStandIn(endpoint) { return true }
        return hosts.contains { pattern in
            pattern.hasPrefix("*.")
                ? host.hasSuffix(pattern.dropFirst()) && host.count >= pattern.count : host == pattern
        }
    }
}

extension Data {
    /// Base64url of RFC 4648 §5, padding optional.
    package init?(base64URL text: String) {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }) else { return nil }
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        while standard.hasSuffix("=") { standard.removeLast() }
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        self.init(base64Encoded: standard)
    }

    package var base64URLText: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
