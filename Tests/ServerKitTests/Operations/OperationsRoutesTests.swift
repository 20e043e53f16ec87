import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServerKit
import Testing

@Suite struct OperationsRoutesTests {
    private func application(
        checks: [ReadinessCheck] = [],
        drain: Drain = Drain()
    ) -> some ApplicationProtocol {
        let service = ServiceRouter<AppRequestContext>(drain: drain)
        OperationsRoutes(checks: checks, drain: drain, metricsText: { "# TYPE x counter\nx 1\n" }).add(
            to: service.router
        )
        service.router.get("/v1/me") { _, _ in Answer(["id": "hana"]) }
        return Application(router: service)
    }

    @Test("health, readiness and metrics answer on this machine")
    func answers() async throws {
        try await application(checks: [ReadinessCheck("database") { true }]).test(.live) { client in
            #expect(try await client.execute(uri: "/health", method: .get).text == #"{"status":"alive"}"#)
            #expect(try await client.execute(uri: "/ready", method: .get).text == #"{"status":"ready"}"#)
            let metrics = try await client.execute(uri: "/metrics", method: .get)
            #expect(metrics.text == "# TYPE x counter\nx 1\n")
            #expect(metrics.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    @Test("readiness names what is missing, health does not care")
    func notReady() async throws {
        let checks = [
            ReadinessCheck("recommender") { false }, ReadinessCheck("database") { false },
            ReadinessCheck("keys") { true },
        ]
        try await application(checks: checks).test(.router) { client in
            let response = try await client.execute(uri: "/ready", method: .get)
            #expect(response.status == .serviceUnavailable)
            let problem = try response.problem()
            #expect(problem.errors?.map(\.field) == ["database", "recommender"])
            #expect(response.headers[.retryAfter] == "1")
            #expect(try await client.execute(uri: "/health", method: .get).status == .ok)
        }
    }

    @Test("what came through the proxy is told that nothing is here", arguments: ["/health", "/ready", "/metrics"])
    func proxied(uri: String) async throws {
        try await application().test(.router) { client in
            for name in [HTTPField.Name.xForwardedFor, .forwarded, .xRealIP] {
                let response = try await client.execute(uri: uri, method: .get, headers: [name: "127.0.0.1"])
                #expect(response.status == .notFound)
            }
        }
    }

    @Test("once the end has begun, new requests are refused, the private routes tell why")
    func draining() async throws {
        let drain = Drain()
        try await application(drain: drain).test(.router) { client in
            #expect(try await client.execute(uri: "/v1/me", method: .get).status == .ok)
            drain.begin()
            let refused = try await client.execute(uri: "/v1/me", method: .get)
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.headers[.connection] == "close")
            #expect(refused.headers[.retryAfter] == "1")
            #expect(try refused.problem().code == "unavailable")
            let ready = try await client.execute(uri: "/ready", method: .get)
            #expect(try ready.problem().errors?.first?.field == "shutdown")
            #expect(try await client.execute(uri: "/health", method: .get).status == .ok)
        }
    }
}
