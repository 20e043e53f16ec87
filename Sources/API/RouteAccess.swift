/// Who may call each route, as data: `kyck routes` prints it, and tests hold it to the router and to what the routes do.
package struct RouteAccess: Sendable, Hashable {
    package enum Who: String, Sendable, CaseIterable {
        case anyone
        case guardian
        /// A guardian, with a parent-gate token where a PIN is set.
        case parentGate = "parent_gate"
        /// The child of the path, or its guardian.
        case child
        /// Signed in, guardian or child; the handler knows whose thing it is.
        case signedIn = "signed_in"
        /// Whoever has an address that we signed.
        case link
        /// Whoever asks from a private address.
        case operations

        package var explanation: String {
            switch self {
            case .anyone: "anyone"
            case .guardian: "guardian"
            case .parentGate: "guardian behind the parent gate"
            case .child: "child or its guardian"
            case .signedIn: "child or guardian"
            case .link: "whoever has a signed address"
            case .operations: "private addresses"
            }
        }
    }

    package let method: String
    package let path: String
    package let who: Who

    private init(_ who: Who, _ method: String, _ path: String) {
        self.method = method
        self.path = path
        self.who = who
    }

    package static let all: [RouteAccess] =
        [
            RouteAccess(.operations, "GET", "/health"),
            RouteAccess(.operations, "GET", "/ready"),
            RouteAccess(.operations, "GET", "/metrics"),
            RouteAccess(.anyone, "GET", "/.well-known/jwks.json"),
            RouteAccess(.link, "GET", "/media/**"),
            RouteAccess(.anyone, "POST", "/v1/otp-challenges"),
            RouteAccess(.anyone, "POST", "/v1/sessions"),
            RouteAccess(.anyone, "POST", "/v1/sessions/refresh"),
        ] + guardian + child

    private static let guardian: [RouteAccess] = [
        RouteAccess(.guardian, "GET", "/v1/sessions"),
        RouteAccess(.guardian, "DELETE", "/v1/sessions/{session}"),
        RouteAccess(.guardian, "GET", "/v1/me"),
        RouteAccess(.parentGate, "PATCH", "/v1/me"),
        RouteAccess(.parentGate, "DELETE", "/v1/me"),
        RouteAccess(.parentGate, "DELETE", "/v1/me/deletion"),
        RouteAccess(.parentGate, "POST", "/v1/me/export"),
        RouteAccess(.parentGate, "PUT", "/v1/me/pin"),
        RouteAccess(.guardian, "POST", "/v1/parent-gate"),
        RouteAccess(.guardian, "GET", "/v1/me/devices"),
        RouteAccess(.guardian, "POST", "/v1/me/devices"),
        RouteAccess(.guardian, "DELETE", "/v1/me/devices/{device}"),
        RouteAccess(.guardian, "GET", "/v1/me/message-preferences"),
        RouteAccess(.parentGate, "PUT", "/v1/me/message-preferences"),
        RouteAccess(.guardian, "GET", "/v1/boards"),
        RouteAccess(.guardian, "GET", "/v1/boards/{board}/posts"),
        RouteAccess(.guardian, "GET", "/v1/posts/{post}"),
        RouteAccess(.guardian, "GET", "/v1/events/current"),
        RouteAccess(.guardian, "PUT", "/v1/events/{event}/dismissal"),
        RouteAccess(.guardian, "GET", "/v1/children"),
        RouteAccess(.parentGate, "POST", "/v1/children"),
        RouteAccess(.parentGate, "PATCH", "/v1/children/{child}"),
        RouteAccess(.parentGate, "DELETE", "/v1/children/{child}"),
        RouteAccess(.guardian, "POST", "/v1/children/{child}/sessions"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/rules"),
        RouteAccess(.parentGate, "PUT", "/v1/children/{child}/rules"),
        RouteAccess(.parentGate, "POST", "/v1/children/{child}/bonus"),
        RouteAccess(.parentGate, "POST", "/v1/children/{child}/requests/{request}/decision"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/blocks"),
        RouteAccess(.parentGate, "PUT", "/v1/children/{child}/blocks/{kind}/{target}"),
        RouteAccess(.parentGate, "DELETE", "/v1/children/{child}/blocks/{kind}/{target}"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/approvals"),
        RouteAccess(.parentGate, "PUT", "/v1/children/{child}/approvals/{video}"),
        RouteAccess(.parentGate, "DELETE", "/v1/children/{child}/approvals/{video}"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/less-of"),
        RouteAccess(.parentGate, "PUT", "/v1/children/{child}/less-of/{video}"),
        RouteAccess(.parentGate, "DELETE", "/v1/children/{child}/less-of/{video}"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/catalogue"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/report"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/report.html"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/report/chart.svg"),
        RouteAccess(.guardian, "GET", "/v1/children/{child}/report/chart.png"),
    ]

    private static let child: [RouteAccess] = [
        RouteAccess(.child, "GET", "/v1/children/{child}"),
        RouteAccess(.child, "GET", "/v1/children/{child}/requests"),
        RouteAccess(.child, "POST", "/v1/children/{child}/requests"),
        RouteAccess(.child, "GET", "/v1/children/{child}/favourites"),
        RouteAccess(.child, "PUT", "/v1/children/{child}/favourites/{video}"),
        RouteAccess(.child, "DELETE", "/v1/children/{child}/favourites/{video}"),
        RouteAccess(.child, "GET", "/v1/children/{child}/home"),
        RouteAccess(.child, "GET", "/v1/children/{child}/recommendations"),
        RouteAccess(.child, "GET", "/v1/children/{child}/videos/{video}"),
        RouteAccess(.child, "GET", "/v1/children/{child}/videos/{video}/similar"),
        RouteAccess(.child, "GET", "/v1/children/{child}/series/{series}"),
        RouteAccess(.child, "GET", "/v1/children/{child}/search"),
        RouteAccess(.child, "GET", "/v1/children/{child}/history"),
        RouteAccess(.child, "POST", "/v1/children/{child}/plays"),
        RouteAccess(.signedIn, "POST", "/v1/plays/{play}/beats"),
        RouteAccess(.signedIn, "POST", "/v1/videos/{video}/health"),
    ]
}
