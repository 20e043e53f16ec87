package import Hummingbird
import Synchronization

/// Which methods each path answers, so that a wrong method can be told from a wrong path. Asked only after the router
/// has found nothing, so it may be slow; it learns the routes once they are all there.
package final class RouteTable: Sendable {
    /// What Hummingbird's router writes as the endpoint of a request it has no route for.
    package static let unmatched = "NotFound"

    private struct Entry: Sendable {
        let segments: [Substring]
        let method: String
    }

    private let entries = Mutex<[Entry]>([])

    package init() {}

    package func learn<Context>(from router: Router<Context>) {
        let learned = router.routes.map { route in
            Entry(segments: route.path.description.split(separator: "/"), method: route.method.rawValue)
        }
        entries.withLock { $0 = learned }
    }

    /// The methods of the routes that match a path, sorted, `OPTIONS` and (beside `GET`) `HEAD` included; empty for a path
    /// that nothing answers.
    package func methods(at path: String) -> [String] {
        let segments = path.split(separator: "/")
        var methods = Set(
            entries.withLock { entries in
                entries.filter { Self.match($0.segments[...], segments[...]) }.map(\.method)
            }
        )
        guard !methods.isEmpty else { return [] }
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted()
    }

    private static func match(_ pattern: ArraySlice<Substring>, _ path: ArraySlice<Substring>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" { return true }
        guard let segment = path.first else { return false }
        // Captures are written `{id}` or `:id`, wildcards `*`, and both may have a literal part before or after.
        let matches = first == segment || first.contains { "{*:".contains($0) }
        return matches && match(pattern.dropFirst(), path.dropFirst())
    }
}
