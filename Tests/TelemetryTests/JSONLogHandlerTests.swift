import Foundation
import Logging
import Synchronization
import Telemetry
import Testing

@Suite struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private let lines = Lines()

    private func logger(level: Logger.Level = .info) -> Logger {
        let lines = lines
        return Logger(label: "kyck.api") { label in
            JSONLogHandler(
                label: label,
                service: "api",
                level: level,
                sink: { lines.add($0) },
                now: { Date(timeIntervalSince1970: 1_772_609_400.125) }
            )
        }
    }

    private func onlyLine() throws -> [String: Any] {
        #expect(lines.all.count == 1)
        let line = try #require(lines.all.first)
        #expect(!line.contains("\n"))
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("a line is one JSON object with the time, the level, who speaks and what is said")
    func line() {
        logger().info(
            "Child signed in",
            metadata: ["child_id": "019c", "count": "\(3)", "ms": .stringConvertible(1.5)]
        )
        #expect(
            lines.all == [
                #"{"time":"2026-03-04T07:30:00.125Z","level":"info","message":"Child signed in","service":"api","#
                    + #""label":"kyck.api","child_id":"019c","count":"3","ms":1.5}"#
            ]
        )
    }

    @Test("nested metadata is flattened, Hummingbird's request id gets a name, reserved names are kept apart")
    func nesting() throws {
        logger().info(
            "Request",
            metadata: [
                "hb.request.id": "abc", "http": ["status": .stringConvertible(200)], "level": "x", "list": ["a", "b"],
            ]
        )
        let line = try onlyLine()
        #expect(line["request_id"] as? String == "abc")
        #expect(line["http.status"] as? Int == 200)
        #expect(line["level"] as? String == "info")
        #expect(line["_level"] as? String == "x")
        #expect(line["list"] as? [String] == ["a", "b"])
    }

    @Test("control characters, quotes and line separators stay inside the string")
    func escaping() throws {
        let text = "a\"b\\c\nd\u{0}e\u{2028}f 한글 👨‍👩‍👧"
        logger().info("\(text)")
        #expect(try onlyLine()["message"] as? String == text)
    }

    @Test("what is below the level is not written")
    func level() {
        logger(level: .warning).info("quiet")
        #expect(lines.all.isEmpty)
    }

    @Test(
        "secrets are redacted by their names",
        arguments: [
            "phone", "code", "access_token", "Authorization", "cookie", "request.body", "nickname", "guardian_phone",
            "set-cookie", "pin", "otp",
        ]
    )
    func secrets(key: String) throws {
        logger().info("x", metadata: [key: "hunter2", "outer": [key: ["deep": "hunter2"]]])
        let line = try #require(lines.all.first)
        #expect(!line.contains("hunter2"))
        #expect(line.contains("[redacted]"))
    }

    @Test(
        "names that only look like secrets are written",
        arguments: ["error_code", "status_code", "spinner", "key_id"]
    )
    func ordinaryNames(key: String) throws {
        logger().info("x", metadata: [key: "value"])
        #expect(try onlyLine()[key] as? String == "value")
    }

    @Test(
        "Korean mobile numbers are masked wherever they stand",
        arguments: [
            "010-1234-5678", "01012345678", "010 1234 5678", "010.1234.5678", "+82 10-1234-5678", "+821012345678",
            "821012345678", "011-123-4567", "+82-010-1234-5678",
        ]
    )
    func phones(number: String) throws {
        logger().error("sms to \(number) failed", metadata: ["reply": "no \(number)!", "list": ["\(number)"]])
        let line = try onlyLine()
        #expect(line["message"] as? String == "sms to [phone] failed")
        #expect(line["reply"] as? String == "no [phone]!")
        #expect(line["list"] as? [String] == ["[phone]"])
    }

    @Test(
        "other numbers are left alone",
        arguments: ["1772609400123", "02-123-4567", "010-1234-567", "99010123456789", "2026-03-04T07:30:00.123Z"]
    )
    func numbers(text: String) {
        #expect(Redaction.withoutPhones("a \(text) b") == "a \(text) b")
    }

    @Test("what is kept of an error names no secret, no query, no password and no phone number, and ends")
    func kept() {
        func kept(_ text: String) -> String { Redaction.withoutSecrets(text, secrets: ["AIzaKey", "AIzaKey2", ""]) }
        #expect(kept("403 for key AIzaKey2\nand AIzaKey") == "403 for key [redacted] and [redacted]")
        #expect(
            kept("GET https://x.example/v3/videos?id=a&key=b failed")
                == "GET https://x.example/v3/videos?[redacted] failed"
        )
        #expect(
            kept("no answer of postgresql://kyck:hunter2@db/kyck") == "no answer of postgresql://[redacted]@db/kyck"
        )
        #expect(kept("sms to 010-1234-5678") == "sms to [phone]")
        #expect(kept(String(repeating: "x", count: 5_000)).count == Redaction.longestKept)
    }

    @Test("an error's description is cleaned like everything else, and long texts are cut")
    func errors() throws {
        struct Failure: Error { let text = "call 010-1234-5678" }
        logger().error("x", metadata: ["error": "\(Failure())", "long": "\(String(repeating: "가", count: 10_000))"])
        let line = try onlyLine()
        #expect((line["error"] as? String)?.contains("[phone]") == true)
        #expect((line["long"] as? String)?.count == 1025)
    }
}
