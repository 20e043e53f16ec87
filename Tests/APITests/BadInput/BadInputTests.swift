import API
import Contract
import Domain
import Foundation
import HTTPTypes
import NIOCore
import TestSupport
import Testing

@Suite("Bad input to every route that takes a body")
struct BadInputTests {
    private static let routes = RouteAccess.all.filter { ["POST", "PUT", "PATCH"].contains($0.method) }

    /// One bad request: what it is, its bytes, its content type, and the codes it may be answered with.
    private struct Case {
        let name: String
        var bytes: [UInt8]
        var contentType: String? = "application/json"
        var codes: Set<ProblemCode> = [.malformedJSON]

        init(_ name: String, _ text: String, _ codes: Set<ProblemCode> = [.malformedJSON]) {
            self.name = name
            bytes = Array(text.utf8)
            self.codes = codes
        }

        init(_ name: String, bytes: [UInt8], contentType: String? = "application/json", _ code: ProblemCode) {
            self.name = name
            self.bytes = bytes
            self.contentType = contentType
            codes = [code]
        }
    }

    private static func general(_ good: JSON) throws -> [Case] {
        let bytes = Array(try good.data)
        var extended = good
        extended["nobody_knows_this"] = "x"
        let text = String(decoding: bytes, as: UTF8.self)
        return [
            Case("empty", ""),
            Case("blank", "   "),
            Case("not JSON", "nickname=%EB%AF%BC%EC%A7%80"),
            Case("cut off", String(text.dropLast())),
            Case("two objects", text + text),
            Case("an array", "[\(text)]"),
            Case("a string", "\"x\""),
            Case("null", "null"),
            Case("a comment", "/* x */" + text),
            Case(
                "deep nesting",
                String(repeating: "{\"a\":", count: 30_000) + "1" + String(repeating: "}", count: 30_000),
                [.malformedJSON, .bodyTooLarge]
            ),
            Case("deep arrays", String(repeating: "[", count: 20_000)),
            Case(
                "nested seventeen deep",
                #"{"x":"# + String(repeating: "[", count: 17) + String(repeating: "]", count: 17) + "}"
            ),
            Case("an unknown field", String(decoding: try extended.data, as: UTF8.self), [.unknownField]),
            Case("a field twice", "{\"a\":1,\"a\":2}", [.unknownField]),
            Case("NUL in a text", #"{"a":"\u0000"}"#, [.invalidField]),
            Case("half a surrogate", #"{"a":"\ud800"}"#),
            Case("not UTF-8", bytes: [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D], .notUTF8),
            Case("UTF-16", bytes: [0xFF, 0xFE] + bytes.flatMap { [$0, 0] }, .notUTF8),
            Case("a megabyte and more", bytes: Array(repeating: 0x20, count: 1_048_577) + bytes, .bodyTooLarge),
            Case(
                "a byte beyond 64 KiB",
                bytes: Array(repeating: 0x20, count: 65_537 - bytes.count) + bytes,
                .bodyTooLarge
            ),
            Case("no content type", bytes: bytes, contentType: nil, .unsupportedMediaType),
            Case("plain text", bytes: bytes, contentType: "text/plain", .unsupportedMediaType),
            Case("a form", bytes: bytes, contentType: "application/x-www-form-urlencoded", .unsupportedMediaType),
            Case(
                "another charset",
                bytes: bytes,
                contentType: "application/json; charset=euc-kr",
                .unsupportedMediaType
            ),
        ]
    }

    /// Every field, and every field of its first element, given something that it cannot be.
    private static func wrongFields(_ good: JSON) -> [(name: String, body: JSON)] {
        var cases: [(String, JSON)] = [("nothing in it", [:])]
        for key in good.keys {
            let long = JSON.string(String(repeating: "가", count: 5_000))
            let wrong: [(String, JSON)] = [
                ("an object", ["a": 1]), ("an array", [1, 2]), ("a fraction", .number(1.5)),
                ("a huge number", .number(1e99)),
                ("a long text", long), ("a control character", "\u{1}\n"), ("a negative number", -1),
            ]
            for (name, value) in wrong where !(key == "errors") {
                var body = good
                body[key] = value
                cases.append(("\(key): \(name)", body))
            }
            if case .array(let items) = good[key], let first = items.first {
                for inner in wrongFields(first) where inner.name != "nothing in it" {
                    var body = good
                    body[key] = [inner.body]
                    cases.append(("\(key).0.\(inner.name)", body))
                }
                var body = good
                body[key] = .array(Array(repeating: first, count: 501))
                cases.append(("\(key): too many", body))
                body[key] = []
                cases.append(("\(key): none", body))
            }
        }
        return cases
    }

    @Test("is refused with a problem, and nothing changes", arguments: Engine.allCases)
    func refused(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await RouteWorld(api)
            await api.settle()
            let before = try await api.contents()
            var count = 0
            for route in Self.routes {
                let body = try world.body(route)
                if body == nil, route.method == "PUT" { continue }
                // A POST that asks for nothing takes an object without fields, or no body.
                let good: JSON = body ?? [:]
                let call = try world.call(route)
                let token = route.who == .anyone ? nil : world.family.guardian.token
                for bad in try Self.general(good) where body != nil || bad.name != "empty" {
                    var headers = HTTPFields()
                    headers[.contentType] = bad.contentType
                    let answer = try await api.send(
                        call.method,
                        call.path,
                        bytes: ByteBuffer(bytes: bad.bytes),
                        as: token,
                        headers: headers
                    )
                    count += 1
                    let isExpected = answer.isProblem && bad.codes.contains { $0.rawValue == answer.code }
                    let place = "\(route.method) \(route.path) with \(bad.name)"
                    #expect(isExpected, "\(place): \(answer.status) \(answer.text.prefix(200))")
                    #expect(bad.codes.contains { $0.status == answer.status }, "\(place): \(answer.status)")
                }
                for bad in Self.wrongFields(good) where body != nil && !Self.isGood(bad.name, route) {
                    let answer = try await api.send(call.method, call.path, bad.body, as: token)
                    count += 1
                    let place = "\(route.method) \(route.path) with \(bad.name)"
                    let isRefusal = answer.isProblem && answer.status == 422
                    #expect(isRefusal, "\(place): \(answer.status) \(answer.text.prefix(200))")
                    #expect(!answer.json["errors"].array.isEmpty, "\(place) names no field: \(answer.text.prefix(200))")
                }
            }
            #expect(count > 400)
            let after = try await api.contents()
            #expect(after == before, "changed: \(Self.changed(before, after))")
            await api.settle()
            #expect(!api.sms.all.contains { $0.phone == PhoneNumber(Person.stranger) })
        }
    }

    private static func changed(_ before: DatabaseContents, _ after: DatabaseContents) -> [String] {
        before.tables.keys.filter { before.tables[$0] != after.tables[$0] }.sorted()
    }

    /// What looks bad and is not.
    private static func isGood(_ name: String, _ route: RouteAccess) -> Bool {
        switch "\(route.method) \(route.path) \(name)" {
        // A change of nothing is a change of nothing.
        case "PATCH /v1/me nothing in it", "PATCH /v1/children/{child} nothing in it": true
        // Opaque: any text may be one, and is then refused as unknown (see SessionTests).
        case "POST /v1/sessions/refresh refresh_token: a long text",
            "POST /v1/sessions/refresh refresh_token: a control character":
            true
        // A device is called what it is called.
        case "POST /v1/sessions device_name: a control character": true
        // No bedtimes are rules, too.
        case "PUT /v1/children/{child}/rules bedtimes: none": true
        default: false
        }
    }

    @Test("a POST that asks for nothing needs no body and takes an object without fields", arguments: Engine.allCases)
    func noFields(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await RouteWorld(api)
            let routes = try Self.routes.filter { try $0.method == "POST" && world.body($0) == nil }
            #expect(routes.map(\.path) == ["/v1/me/export", "/v1/children/{child}/sessions"])
            for route in routes {
                let call = try world.call(route)
                let token = world.family.guardian.token
                for bytes in [nil, ByteBuffer()] {
                    for type in [nil, "text/plain"] {
                        var headers = HTTPFields()
                        headers[.contentType] = type
                        let answer = try await api.send(
                            call.method,
                            call.path,
                            bytes: bytes,
                            as: token,
                            headers: headers
                        )
                        #expect((200..<300).contains(answer.status), "\(route.path): \(answer.text)")
                    }
                }
                let answer = try await api.send(call.method, call.path, [:], as: token)
                #expect((200..<300).contains(answer.status), "\(route.path): \(answer.text)")
            }
        }
    }

    @Test("a PUT that takes no body takes no notice of one", arguments: Engine.allCases)
    func noBody(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await RouteWorld(api)
            for route in Self.routes where try route.method == "PUT" && world.body(route) == nil {
                let call = try world.call(route)
                for bytes in [[], [0xFF], Array("{\"x\":1}".utf8), Array(repeating: 0x20, count: 1_048_577)]
                    as [[UInt8]]
                {
                    let answer = try await api.send(
                        call.method,
                        call.path,
                        bytes: ByteBuffer(bytes: bytes),
                        as: world.family.guardian.token
                    )
                    #expect((200..<300).contains(answer.status), "\(route.method) \(route.path): \(answer.text)")
                }
            }
        }
    }

    @Test(
        "what cannot be an id names nothing, in whatever place of a path",
        arguments: ["nonsense", "1", "%00", "..%2F..%2Fetc", "018f0000-0000-7000-8000-00000000000g", "%FF", "%E2%82"]
    )
    func badIDs(_ bad: String) async throws {
        try await APIFixture.run(.sqlite) { api in
            let world = try await RouteWorld(api)
            let before = try await api.contents()
            for route in RouteAccess.all where route.path.contains("{") {
                let call = try world.call(route)
                let ids = [
                    world.family.child.description, world.video.description, world.series.description,
                    world.play.description, world.otherSession, world.label.description, world.request,
                    world.device, world.post.description, world.event.description,
                ]
                for id in ids where call.path.contains(id) {
                    let path = call.path.replacing(id, with: bad)
                    let answer = try await api.send(call.method, path, call.body, as: world.family.guardian.token)
                    let isProblem = answer.isProblem && (400..<500).contains(answer.status)
                    #expect(isProblem, "\(route.method) \(path): \(answer.status) \(answer.text)")
                }
            }
            #expect(try await api.contents() == before)
        }
    }

    @Test(
        "a bad query is refused",
        arguments: [
            "recommendations?n=0", "recommendations?n=101", "recommendations?n=ten", "recommendations?n=1&n=2",
            "recommendations?exclude=nonsense", "search", "search?q=", "search?q=%20", "search?q=a%00b",
            "search?q=%FF", "search?q=%", "history?limit=0", "history?limit=101", "history?cursor=AAAA",
            "report?period=year", "report?period=day&period=week", "report?of=2026-11-31",
            "report?of=today", "report?of=2026-11-23T00:00:00Z", "report?of=%FF", "report?of=2026-11-24&period=day",
            "report.html?of=20261123", "report/chart.svg?period=decade", "report/chart.png?of=2020-01-01",
            "catalogue?cursor=MS4wLm5vbnNlbnNl", "history?cursor=MS4wLm5vbnNlbnNl", "history?limit=9999999999999999999",
        ]
    )
    func badQueries(_ query: String) async throws {
        try await APIFixture.run(.sqlite) { api in
            let family = try await api.family()
            let answer = try await api.send(.get, family.path + "/" + query, as: family.guardian.token)
            #expect(
                answer.isProblem && [400, 422].contains(answer.status),
                "\(query): \(answer.status) \(answer.text)"
            )
        }
    }
}
