import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Metrics
import MetricsTestKit
import ServerKit
import Testing

@Suite struct RequestLogTests {
    @Test("one line per request: the route's pattern and never the path")
    func line() async throws {
        let service = SampleService()
        try await service.application.test(.router) { client in
            _ = try await client.execute(uri: "/v1/children/abcd?phone=01012345678", method: .get)
        }
        let lines = service.log.all.filter { $0.message == "Request" }
        #expect(lines.count == 1)
        let metadata = try #require(lines.first?.metadata)
        #expect(metadata["route"] == "/v1/children/{id}")
        #expect(metadata["method"] == "GET")
        #expect(metadata["status"] == "200")
        #expect(metadata["ms"].flatMap { Double($0) } != nil)
        #expect(!service.log.all.contains { "\($0)".contains("abcd") || "\($0)".contains("0101234") })
    }

    @Test(
        "a client's id is taken over if it looks like one",
        arguments: ["a", "Abc-123", String(repeating: "x", count: 64)]
    )
    func acceptedID(id: String) async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/fail", method: .get, headers: [.xRequestID: id])
            #expect(response.headers[.xRequestID] == id)
        }
    }

    @Test(
        "any other id is replaced by one of ours",
        arguments: ["", "a b", "a_b", "한글", "{\"x\":1}", String(repeating: "x", count: 65)]
    )
    func replacedID(id: String) async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/fail", method: .get, headers: [.xRequestID: id])
            let ours = try #require(response.headers[.xRequestID])
            #expect(ours != id && !ours.isEmpty)
            let next = try await client.execute(uri: "/v1/fail", method: .get)
            #expect(next.headers[.xRequestID] != ours)
        }
    }

    @Test("requests are counted by route, method and status; what has no route is counted together")
    func metrics() async throws {
        let metrics = TestMetrics()
        let service = SampleService(metrics: metrics)
        try await service.application.test(.router) { client in
            _ = try await client.execute(uri: "/v1/children/abcd", method: .get)
            _ = try await client.execute(uri: "/v1/children/efgh", method: .get)
            _ = try await client.execute(uri: "/v1/one", method: .get)
            _ = try await client.execute(uri: "/v1/two", method: try #require(.init(rawValue: "BREW")))
        }
        let found = try metrics.expectCounter(
            "http_requests_total",
            [("route", "/v1/children/{id}"), ("method", "GET"), ("status", "200")]
        )
        #expect(found.totalValue == 2)
        let missing = try metrics.expectCounter(
            "http_requests_total",
            [("route", "unmatched"), ("method", "GET"), ("status", "404")]
        )
        #expect(missing.totalValue == 1)
        _ = try metrics.expectCounter(
            "http_requests_total",
            [("route", "unmatched"), ("method", "OTHER"), ("status", "404")]
        )
        let seconds = try metrics.expectTimer(
            "http_request_seconds",
            [("route", "/v1/children/{id}"), ("method", "GET")]
        )
        #expect(seconds.values.count == 2)
    }

    @Test("every answer carries the security headers", arguments: ["/v1/children/abcd", "/v1/fail", "/nowhere"])
    func securityHeaders(uri: String) async throws {
        try await SampleService().application.test(.router) { client in
            let headers = try await client.execute(uri: uri, method: .get).headers
            #expect(headers[.cacheControl] == "no-store")
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.referrerPolicy] == "strict-origin-when-cross-origin")
            #expect(headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        }
    }
}
