import Contract
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServerKit
import Testing

@Suite struct ProblemMiddlewareTests {
    @Test(
        "whatever is thrown becomes a problem",
        arguments: [
            ("/v1/fail", 403, "time_over"), ("/v1/fail?known", 503, "outcome_unknown"),
            ("/v1/fail?framework", 403, "forbidden"), ("/v1/fail?teapot", 400, "bad_request"),
            ("/v1/fail?cancelled", 503, "unavailable"), ("/v1/fail?unknown", 500, "internal"),
            ("/v1/children/toolong", 404, "not_found"), ("/nowhere", 404, "not_found"), ("/", 404, "not_found"),
            ("/v1/children/", 405, "method_not_allowed"), ("/v1/children/../../etc/passwd", 404, "not_found"),
            ("/v1/children/%00%ff", 404, "not_found"),
        ]
    )
    func problems(uri: String, status: Int, code: String) async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: uri, method: .get)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
            let problem = try response.problem()
            #expect(problem.code == code)
            #expect(problem.status == status)
            #expect(problem.type == "/problems/\(code)")
            #expect(!response.text.contains("secret"))
        }
    }

    @Test("an unforeseen error is logged once with the request's id, and says nothing outside")
    func unforeseen() async throws {
        let service = SampleService()
        try await service.application.test(.router) { client in
            let response = try await client.execute(
                uri: "/v1/fail?unknown",
                method: .get,
                headers: [.xRequestID: "abc-1"]
            )
            let problem = try response.problem()
            #expect(problem.detail == nil && problem.errors == nil)
            #expect(response.headers[.xRequestID] == "abc-1")
        }
        let errors = service.log.all.filter { $0.level >= .error }
        #expect(errors.count == 1)
        #expect(errors.first?.metadata["hb.request.id"] == "abc-1")
        #expect(errors.first?.metadata["error"]?.contains("Unforeseen") == true)
    }

    @Test("foreseen problems are no errors in the log")
    func foreseen() async throws {
        let service = SampleService()
        try await service.application.test(.router) { client in
            _ = try await client.execute(uri: "/v1/fail", method: .get)
        }
        #expect(service.log.all.allSatisfy { $0.level < .warning })
    }

    @Test("a wrong method is told the right ones")
    func wrongMethod() async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/children/abcd", method: .delete)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, HEAD, OPTIONS, PATCH")
            #expect(try response.problem().code == "method_not_allowed")
        }
    }

    @Test("OPTIONS tells the methods of a path, and nothing of a path that is not there")
    func options() async throws {
        try await SampleService().application.test(.router) { client in
            let known = try await client.execute(uri: "/v1/children", method: .options)
            #expect(known.status == .noContent)
            #expect(known.headers[.allow] == "OPTIONS, POST")
            let unknown = try await client.execute(uri: "/nowhere", method: .options)
            #expect(unknown.status == .notFound)
        }
    }

    @Test("HEAD is GET without the body, also for problems, and leaves the connection usable")
    func head() async throws {
        try await SampleService().application.test(.live) { client in
            let found = try await client.execute(uri: "/v1/children/abcd", method: .head)
            #expect(found.status == .ok && found.body.readableBytes == 0)
            let missing = try await client.execute(uri: "/nowhere", method: .head)
            #expect(missing.status == .notFound && missing.body.readableBytes == 0)
            let next = try await client.execute(uri: "/v1/children/abcd", method: .get)
            #expect(next.text == #"{"id":"abcd"}"#)
        }
    }

    @Test("the sentence is in the language asked for")
    func language() async throws {
        try await SampleService().application.test(.router) { client in
            let korean = try await client.execute(uri: "/v1/fail", method: .get)
            #expect(try korean.problem().detail == "오늘의 시청 시간 또는 이런 영상의 시청 시간이 끝났습니다.")
            #expect(korean.headers[.contentLanguage] == "ko")
            let english = try await client.execute(uri: "/v1/fail", method: .get, headers: [.acceptLanguage: "en-GB"])
            #expect(try english.problem().detail == "Today's watching time is over, or that for videos of this kind.")
            #expect(english.headers[.retryAfter] == "3600")
            #expect(english.headers[.vary] == "Accept-Language")
        }
    }

    @Test("who is not signed in is told how to")
    func authenticate() throws {
        let request = Request(
            head: .init(method: .get, scheme: nil, authority: nil, path: "/"),
            body: .init(buffer: .init())
        )
        let context = AppRequestContext.forTests
        let missing = try Problem(.unauthenticated).response(from: request, context: context)
        #expect(missing.headers[.wwwAuthenticate] == "Bearer")
        let expired = try Problem(.tokenExpired).response(from: request, context: context)
        #expect(expired.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)
    }
}
