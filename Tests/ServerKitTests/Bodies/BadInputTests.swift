import Contract
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ServerKit
import Testing

/// A request body, and what is to be answered to it.
struct BodyCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let headers: HTTPFields
    let status: Int
    let code: String
    let errors: [String]

    init(
        _ name: String,
        _ body: String,
        _ status: Int,
        _ code: String,
        errors: [String] = [],
        headers: HTTPFields = .json
    ) {
        self.init(name, Array(body.utf8), status, code, errors: errors, headers: headers)
    }

    init(
        _ name: String,
        _ bytes: [UInt8],
        _ status: Int,
        _ code: String,
        errors: [String] = [],
        headers: HTTPFields = .json
    ) {
        testDescription = name
        self.bytes = bytes
        self.headers = headers
        self.status = status
        self.code = code
        self.errors = errors
    }

    static let all: [BodyCase] = [
        BodyCase("nothing", "", 400, "malformed_json"),
        BodyCase("only space", " \n\t", 400, "malformed_json"),
        BodyCase("not JSON", "nickname=하나", 400, "malformed_json"),
        BodyCase("a list", "[]", 400, "malformed_json"),
        BodyCase("a string", #""x""#, 400, "malformed_json"),
        BodyCase("null", "null", 400, "malformed_json"),
        BodyCase("cut off", #"{"nickname":"하나","age":"#, 400, "malformed_json"),
        BodyCase("cut off in a string", #"{"nickname":"하"#, 400, "malformed_json"),
        BodyCase("two objects", #"{"nickname":"a","age":4}{}"#, 400, "malformed_json"),
        BodyCase("a comma too many", #"{"nickname":"a","age":4,}"#, 400, "malformed_json"),
        BodyCase("a comment", #"{"nickname":"a",/* x */"age":4}"#, 400, "malformed_json"),
        BodyCase("single quotes", "{'nickname':'a'}", 400, "malformed_json"),
        BodyCase("a leading zero", #"{"nickname":"a","age":04}"#, 400, "malformed_json"),
        BodyCase("not a number", #"{"nickname":"a","age":NaN}"#, 400, "malformed_json"),
        BodyCase("a raw line break in a string", "{\"nickname\":\"a\nb\",\"age\":4}", 400, "malformed_json"),
        BodyCase("half a surrogate pair", #"{"nickname":"\ud83d","age":4}"#, 400, "malformed_json"),
        BodyCase("an unknown escape", #"{"nickname":"\x41","age":4}"#, 400, "malformed_json"),
        BodyCase(
            "a byte order mark",
            [0xEF, 0xBB, 0xBF] + Array(#"{"nickname":"a","age":4}"#.utf8),
            400,
            "malformed_json"
        ),
        BodyCase(
            "UTF-16",
            Array("{\"age\":4}".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            400,
            "malformed_json"
        ),
        BodyCase("nested 17 deep", nested(17), 400, "malformed_json"),
        BodyCase("nested 20,000 deep", nested(20_000), 400, "malformed_json"),
        BodyCase(
            "not UTF-8",
            Array(#"{"nickname":""#.utf8) + [0xFF, 0xFE] + Array(#"","age":4}"#.utf8),
            400,
            "not_utf8"
        ),
        BodyCase(
            "an overlong encoding",
            Array(#"{"nickname":""#.utf8) + [0xC0, 0xAF] + Array(#"","age":4}"#.utf8),
            400,
            "not_utf8"
        ),
        BodyCase(
            "an unknown field",
            #"{"nickname":"a","age":4,"admin":true}"#,
            422,
            "unknown_field",
            errors: ["admin unknown"]
        ),
        BodyCase("unknown fields", #"{"x":1,"y":2}"#, 422, "unknown_field", errors: ["x unknown", "y unknown"]),
        BodyCase(
            "a field twice",
            #"{"nickname":"a","age":4,"age":5}"#,
            422,
            "unknown_field",
            errors: ["age duplicate"]
        ),
        BodyCase(
            "a field twice, once escaped",
            #"{"nickname":"a","age":4,"\u0061ge":5}"#,
            422,
            "unknown_field",
            errors: ["age duplicate"]
        ),
        BodyCase(
            "an inner field twice",
            #"{"nickname":"a","age":4,"tags":[{"name":"x","weight":1,"name":"y"}]}"#,
            422,
            "unknown_field",
            errors: ["tags.0.name duplicate"]
        ),
        BodyCase("a field missing", #"{"nickname":"a"}"#, 422, "invalid_field", errors: ["age required"]),
        BodyCase("a field null", #"{"nickname":null,"age":4}"#, 422, "invalid_field", errors: ["nickname required"]),
        BodyCase(
            "a string for a number",
            #"{"nickname":"a","age":"4"}"#,
            422,
            "invalid_field",
            errors: ["age wrong_type"]
        ),
        BodyCase(
            "an object for a string",
            #"{"nickname":{},"age":4}"#,
            422,
            "invalid_field",
            errors: ["nickname wrong_type"]
        ),
        BodyCase(
            "a fraction for a whole number",
            #"{"nickname":"a","age":4.5}"#,
            422,
            "invalid_field",
            errors: ["age out_of_range"]
        ),
        BodyCase(
            "a number beyond 64 bits",
            #"{"nickname":"a","age":99999999999999999999}"#,
            422,
            "invalid_field",
            errors: ["age out_of_range"]
        ),
        BodyCase(
            "an endless number",
            #"{"nickname":"a","age":1e999999}"#,
            422,
            "invalid_field",
            errors: ["age out_of_range"]
        ),
        BodyCase(
            "a word that is none",
            #"{"nickname":"a","age":4,"avatar":"dragon"}"#,
            422,
            "invalid_field",
            errors: ["avatar malformed"]
        ),
        BodyCase(
            "a date that is none",
            #"{"nickname":"a","age":4,"bedtime":"8 pm"}"#,
            422,
            "invalid_field",
            errors: ["bedtime malformed"]
        ),
        BodyCase(
            "a number too large inside",
            #"{"nickname":"a","age":4,"tags":[{"name":"x","weight":1.5},{"name":"y","weight":1e400}]}"#,
            422,
            "invalid_field",
            errors: ["tags.1.weight out_of_range"]
        ),
        BodyCase(
            "a wrong type inside",
            #"{"nickname":"a","age":4,"tags":[{"name":"x","weight":1},{"name":2,"weight":1}]}"#,
            422,
            "invalid_field",
            errors: ["tags.1.name wrong_type"]
        ),
        BodyCase(
            "a NUL",
            #"{"nickname":"a\u0000b","age":4}"#,
            422,
            "invalid_field",
            errors: ["nickname nul_character"]
        ),
        BodyCase(
            "a NUL inside",
            #"{"nickname":"a","age":4,"tags":[{"name":"\u0000"}]}"#,
            422,
            "invalid_field",
            errors: ["tags.0.name nul_character"]
        ),
        BodyCase("too short", #"{"nickname":"","age":4}"#, 422, "invalid_field", errors: ["nickname too_short"]),
        BodyCase(
            "too long",
            #"{"nickname":"\#(String(repeating: "가", count: 21))","age":4}"#,
            422,
            "invalid_field",
            errors: ["nickname too_long"]
        ),
        BodyCase(
            "one character of 500 marks",
            #"{"nickname":"a\#(String(repeating: "\u{301}", count: 500))","age":4}"#,
            422,
            "invalid_field",
            errors: ["nickname too_long"]
        ),
        BodyCase("out of range", #"{"nickname":"a","age":-1}"#, 422, "invalid_field", errors: ["age out_of_range"]),
        BodyCase("64 KiB and a byte", padded(to: 65_537), 413, "body_too_large"),
        BodyCase("a megabyte and more", padded(to: 1_100_000), 413, "body_too_large"),
        BodyCase("no content type", #"{"nickname":"a","age":4}"#, 415, "unsupported_media_type", headers: [:]),
        BodyCase(
            "a form",
            "nickname=a&age=4",
            415,
            "unsupported_media_type",
            headers: [.contentType: "application/x-www-form-urlencoded"]
        ),
        BodyCase(
            "plain text",
            #"{"nickname":"a","age":4}"#,
            415,
            "unsupported_media_type",
            headers: [.contentType: "text/plain"]
        ),
        BodyCase(
            "a type that only begins alike",
            "{}",
            415,
            "unsupported_media_type",
            headers: [.contentType: "application/json-seq"]
        ),
        BodyCase(
            "another charset",
            "{}",
            415,
            "unsupported_media_type",
            headers: [.contentType: "application/json; charset=euc-kr"]
        ),
        BodyCase(
            "gzip",
            "{}",
            415,
            "unsupported_media_type",
            headers: [.contentType: "application/json", .contentEncoding: "gzip"]
        ),
    ]

    private static func nested(_ depth: Int) -> String {
        #"{"tags":"# + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
    }

    private static func padded(to size: Int) -> [UInt8] {
        let body = Array(#"{"nickname":"a","age":4}"#.utf8)
        return body + Array(repeating: UInt8(ascii: " "), count: size - body.count)
    }
}

@Suite struct BadInputTests {
    @Test("a bad body is a problem that says what is wrong, and never a failure of ours", arguments: BodyCase.all)
    func badBody(example: BodyCase) async throws {
        let service = SampleService()
        try await service.application.test(.router) { client in
            for (uri, method) in [("/v1/children", HTTPRequest.Method.post), ("/v1/children/abcd", .patch)] {
                let response = try await client.execute(
                    uri: uri,
                    method: method,
                    headers: example.headers,
                    body: ByteBuffer(bytes: example.bytes)
                )
                #expect(response.status.code == example.status)
                #expect(response.headers[.contentType] == "application/problem+json")
                let problem = try response.problem()
                #expect(problem.code == example.code)
                #expect(problem.status == example.status)
                #expect((problem.errors ?? []).map { "\($0.field) \($0.code)" } == example.errors)
            }
        }
    }

    @Test(
        "a good body is read, however it is written",
        arguments: [
            #"{"nickname":"하나","age":4}"#,
            " \r\n{ \"age\" : 4e0 , \"nickname\" : \"\\ud558\\uB098\" } \t",
            #"{"nickname":"하나","age":4,"bedtime":"2026-03-04T20:30:00+09:00","avatar":"bear","tags":[{"name":"숫자","weight":0.5}]}"#,
            #"{"nickname":"하나","age":4,"bedtime":null,"tags":[]}"#,
        ]
    )
    func goodBody(body: String) async throws {
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(
                uri: "/v1/children",
                method: .post,
                headers: [.contentType: "Application/JSON; charset=UTF-8"],
                body: ByteBuffer(string: body)
            )
            #expect(response.status == .created)
            #expect(response.text == #"{"nickname":"하나"}"#)
        }
    }

    @Test("a body of exactly the limit is read")
    func limit() async throws {
        let body = #"{"nickname":"a","age":4}"#
        let padded = body + String(repeating: " ", count: 65_536 - body.utf8.count)
        try await SampleService().application.test(.router) { client in
            let response = try await client.execute(
                uri: "/v1/children",
                method: .post,
                headers: .json,
                body: ByteBuffer(string: padded)
            )
            #expect(response.status == .created)
        }
    }

    @Test("random changes to a good body never make it a failure of ours")
    func mutations() async throws {
        let good = Array(
            #"{"nickname":"하나","age":4,"bedtime":"2026-03-04T20:30:00Z","tags":[{"name":"a\n","weight":-1.5e2}]}"#.utf8
        )
        let random = SplitMix(state: 20_260_304)
        try await SampleService().application.test(.router) { [random] client in
            var random = random
            for _ in 0..<2000 {
                var bytes = good
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0...2, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert("{}[]\",:\\0e-u".utf8.randomElement(using: &random) ?? 0, at: place)
                    }
                }
                let response = try await client.execute(
                    uri: "/v1/children",
                    method: .post,
                    headers: .json,
                    body: ByteBuffer(bytes: bytes)
                )
                #expect(
                    [201, 400, 422].contains(response.status.code),
                    "\(response.status.code) for \(String(decoding: bytes, as: UTF8.self))"
                )
            }
        }
    }

    @Test("a broken chunk closes the connection with 400, and a body that is too long is answered on a live socket")
    func live() async throws {
        try await SampleService().application.test(.live) { client in
            let response = try await client.execute(
                uri: "/v1/children",
                method: .post,
                headers: .json,
                body: ByteBuffer(repeating: UInt8(ascii: " "), count: 2_000_000)
            )
            #expect(response.status == .contentTooLarge)
            let next = try await client.execute(uri: "/v1/children/abcd", method: .get)
            #expect(next.status == .ok)
            let port = try #require(client.port)
            let answer = try await RawConnection.send(
                "POST /v1/children HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                port: port
            )
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
        }
    }
}

/// Steele, Lea and Flood's SplitMix64: the same sequence on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
