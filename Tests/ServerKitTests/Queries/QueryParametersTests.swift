import Contract
import Foundation
import Hummingbird
import HummingbirdTesting
import ServerKit
import Testing

@Suite struct QueryParametersTests {
    @Test(
        "a bad query is a problem naming the parameter",
        arguments: [
            ("q=%ZZ", 400, "bad_request", nil), ("q=%e", 400, "bad_request", nil), ("q=%ff", 400, "not_utf8", nil),
            ("q=%00", 422, "invalid_field", "q nul_character"), ("q=a&q=b", 422, "invalid_field", "q duplicate"),
            ("q=12345678901", 422, "invalid_field", "q too_long"),
            ("limit=0", 422, "invalid_field", "limit out_of_range"),
            ("limit=101", 422, "invalid_field", "limit out_of_range"),
            ("limit=ten", 422, "invalid_field", "limit wrong_type"),
            ("limit=99999999999999999999", 422, "invalid_field", "limit out_of_range"),
            ("limit=1.5", 422, "invalid_field", "limit wrong_type"),
            ("limit=%EF%BC%95", 422, "invalid_field", "limit wrong_type"),
            ("limit=--", 422, "invalid_field", "limit out_of_range"),
            ("cursor=garbage", 422, "invalid_field", "cursor malformed"),
            ("kind=film", 422, "invalid_field", "kind not_one_of"),
            ("exclude=1,x", 422, "invalid_field", "exclude malformed"),
            ("exclude=1,2,3,4", 422, "invalid_field", "exclude too_long"),
        ] as [(String, Int, String, String?)]
    )
    func bad(query: String, status: Int, code: String, error: String?) async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/search?\(query)", method: .get)
            #expect(response.status.code == status)
            let problem = try response.problem()
            #expect(problem.code == code)
            #expect(problem.errors?.first.map { "\($0.field) \($0.code)" } == error)
        }
    }

    @Test("a good query is read, what nobody asks for is ignored")
    func good() async throws {
        let cursor = Cursor(sortKey: 5, id: "abc").encoded
        let query = "q=%ED%95%9C+a&limit=7&cursor=\(cursor)&kind=series&exclude=3,4&utm=x&utm=y&&=&flag"
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/search?\(query)", method: .get)
            #expect(response.status == .ok)
            let echo = try JSONDecoder().decode(SearchEcho.self, from: response.data)
            #expect(echo.text == "한 a")
            #expect(echo.limit == 7)
            #expect(echo.after == "abc")
            #expect(echo.kind == .series)
            #expect(echo.numbers == [3, 4])
        }
    }

    @Test("without a query there are the defaults")
    func defaults() async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/search", method: .get)
            #expect(response.text == #"{"limit":20,"numbers":[]}"#)
        }
    }
}
