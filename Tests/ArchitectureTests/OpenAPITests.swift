import API
import Domain
import Foundation
import Testing

/// `docs/api/openapi.yaml` against the routes there are. The router itself is held to `RouteAccess` in `APITests`.
@Suite("The OpenAPI document")
struct OpenAPITests {
    private struct Operation: Hashable {
        let method: String
        let path: String
        var caller: String?
    }

    @Test("It lists every route, and no other")
    func routes() throws {
        let documented = Set(try Self.documented().map { Operation(method: $0.method, path: $0.path) })
        let served = Set(RouteAccess.all.map { Operation(method: $0.method, path: Self.template($0.path)) })
        #expect(served.subtracting(documented).isEmpty, "not in openapi.yaml")
        #expect(documented.subtracting(served).isEmpty, "only in openapi.yaml")
    }

    @Test("It says of every route who may call it")
    func callers() throws {
        let documented = Dictionary(
            try Self.documented().map { (Operation(method: $0.method, path: $0.path), $0.caller) },
            uniquingKeysWith: { first, _ in first }
        )
        for route in RouteAccess.all {
            let caller = documented[Operation(method: route.method, path: Self.template(route.path))] ?? nil
            #expect(caller == Self.word(route.who), "\(route.method) \(route.path)")
        }
    }

    @Test(
        "It lets through the endpoint of every browser, as the server does",
        arguments: [
            "https://fcm.googleapis.com/fcm/send/dXk4:APA91bH-x_Y", "https://fcm.googleapis.com/wp/dXk4:APA91bH-x_Y=",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl-_=",
            "https://autopush.stage.push.services.mozilla.com/wpush/v1/gAAA",
            "https://web.push.apple.com/QGuQyavXutnMH",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2bx%2Fy%3d",
            "https://a.b.notify.windows.com/._~:/?@!$&'()*+,;=-%20",
        ]
    )
    func endpoints(endpoint: String) throws {
        #expect(try endpoint.wholeMatch(of: Self.endpointPattern()) != nil)
        #expect(Self.isTaken(endpoint))
    }

    @Test(
        "It stops endpoints that the server refuses",
        arguments: [
            "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x", "https://me@fcm.googleapis.com/x",
            "https://fcm.googleapis.com/x#part", "https://fcm.googleapis.com/한", "https://example.org/x",
            "https://fcm.googleapis.com.example.org/x", "https://push.apple.com/x", "https://xpush.apple.com/x",
            "https://a.fcm.googleapis.com/x", "https://push.services.mozilla.com/x", "https://127.0.0.1/x",
        ]
    )
    func refusedEndpoints(endpoint: String) throws {
        #expect(try endpoint.wholeMatch(of: Self.endpointPattern()) == nil)
        #expect(!Self.isTaken(endpoint))
    }

    private static func isTaken(_ endpoint: String) -> Bool {
        PushServices.known.host(of: endpoint).map { PushServices.known.contains(host: $0, of: endpoint) } ?? false
    }

    /// The only pattern of a whole address, as YAML quotes it.
    private static func endpointPattern() throws -> Regex<AnyRegexOutput> {
        let match = try Checkout.text("docs/api/openapi.yaml").firstMatch(of: /pattern: "(\^https:[^"]*)"/)
        let quoted = String(try #require(match).1)
        return try Regex(quoted.replacing(#"\\"#, with: #"\"#))
    }

    /// A wildcard has no name in the router.
    private static func template(_ path: String) -> String {
        path.replacing("**", with: "{path}")
    }

    private static func word(_ who: RouteAccess.Who) -> String {
        switch who {
        case .anyone: "anyone"
        case .guardian: "guardian"
        case .parentGate: "gate"
        case .child, .signedIn: "child"
        case .link: "link"
        case .operations: "private"
        }
    }

    /// Read by line: paths are indented by two blanks, methods by four, `x-caller` by six.
    private static func documented() throws -> [Operation] {
        let text = try Checkout.text("docs/api/openapi.yaml")
        var operations: [Operation] = []
        var path: String?
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: /\ \ (\/\S*):/) {
                path = String(match.1)
            } else if let match = line.wholeMatch(of: /\ {4}(get|put|post|patch|delete):/), let path {
                operations.append(Operation(method: match.1.uppercased(), path: path))
            } else if let match = line.wholeMatch(of: /\ {6}x-caller: (\w+)/), !operations.isEmpty {
                operations[operations.count - 1].caller = String(match.1)
            } else if line.hasPrefix("components:") {
                path = nil
            }
        }
        return operations
    }
}
