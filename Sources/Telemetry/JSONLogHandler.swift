package import Foundation
package import Logging
import Synchronization

/// Writes one JSON object per line: `time` (RFC 3339, milliseconds, UTC), `level`, `message`, `service`, `label`,
/// `request_id` where there is one, then the metadata flattened, its nested keys joined by dots. What must not be logged
/// is taken out, see `Redaction`.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let service: String
    private let sink: @Sendable (String) -> Void
    private let now: @Sendable () -> Date

    /// Longer texts are cut: a log line is no place for a document.
    private static let maximumLength = 4096

    private static let reserved: Set<String> = ["time", "level", "message", "service", "label", "request_id"]

    /// - Parameters:
    ///   - service: the role: `api`, `jobs`.
    ///   - sink: gets each line without its end; standard error where not given.
    package init(
        label: String,
        service: String,
        level: Logger.Level,
        sink: @escaping @Sendable (String) -> Void = StandardError.write,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.label = label
        self.service = service
        self.logLevel = level
        self.sink = sink
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONLine()
        line.add("time", .text(LogTime.text(now())))
        line.add("level", .text(event.level.rawValue))
        line.add("message", .text(Self.clean(event.message.description)))
        line.add("service", .text(service))
        line.add("label", .text(label))
        var fields = fields(of: event)
        // Hummingbird keeps the id of the request in its logger's metadata.
        if let place = fields.firstIndex(where: { $0.key == "hb.request.id" }) {
            line.add("request_id", .text(Self.clean("\(fields.remove(at: place).value)")))
        }
        fields.sort { $0.key < $1.key }
        for (key, value) in fields {
            Self.add(value, under: Self.reserved.contains(key) ? "_\(key)" : key, to: &line)
        }
        sink(line.finished)
    }

    private typealias Field = (key: String, value: Logger.MetadataValue)

    /// What the event says goes before what the provider says, and that before what the logger always says. They are few,
    /// and every request is a line: looking for a name among them is cheaper than merging dictionaries.
    private func fields(of event: LogEvent) -> [Field] {
        var fields: [Field] = []
        if let error = event.error { fields.append(("error", .string(String(reflecting: error)))) }
        for layer in [event.metadata, metadataProvider?.get(), metadata] {
            for (key, value) in layer ?? [:] where !fields.contains(where: { $0.key == key }) {
                fields.append((key, value))
            }
        }
        return fields
    }

    private static func add(_ value: Logger.MetadataValue, under key: String, to line: inout JSONLine) {
        if Redaction.isSecret(key) {
            line.add(key, .text(Redaction.replacement))
            return
        }
        switch value {
        case .string(let text): line.add(key, .text(clean(text)))
        case .stringConvertible(let number as Int): line.add(key, .number(String(number)))
        case .stringConvertible(let number as Int64): line.add(key, .number(String(number)))
        case .stringConvertible(let number as Double) where number.isFinite: line.add(key, .number(String(number)))
        case .stringConvertible(let flag as Bool): line.add(key, .number(String(flag)))
        case .stringConvertible(let other): line.add(key, .text(clean(other.description)))
        case .array(let values): line.add(key, .list(values.map { clean($0.description) }))
        case .dictionary(let values):
            for (inner, value) in values.sorted(by: { $0.key < $1.key }) {
                add(value, under: "\(key).\(inner)", to: &line)
            }
        }
    }

    private static func clean(_ text: String) -> String {
        let isLong = text.utf8.count > maximumLength
        return Redaction.withoutPhones(isLong ? "\(text.prefix(maximumLength / 4))…" : text)
    }
}

/// Builds one line of JSON.
private struct JSONLine {
    enum Value {
        case text(String)
        /// A number or a truth value, as JSON writes it.
        case number(String)
        case list([String])
    }

    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(320)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func add(_ key: String, _ value: Value) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        append(key)
        bytes.append(UInt8(ascii: ":"))
        switch value {
        case .text(let value): append(value)
        case .number(let number): bytes.append(contentsOf: number.utf8)
        case .list(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(value)
            }
            bytes.append(UInt8(ascii: "]"))
        }
    }

    var finished: String { String(decoding: bytes + [UInt8(ascii: "}")], as: UTF8.self) }

    private mutating func append(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            if text.allSatisfy(Self.isPlain) { bytes.append(contentsOf: text) } else { appendEscaping(text) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Written as it is, whatever stands beside it. Of all characters beyond ASCII two must be escaped, and both begin
    /// with this byte.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F && byte != 0xE2
    }

    private mutating func appendEscaping(_ text: UnsafeBufferPointer<UInt8>) {
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": bytes.append(contentsOf: #"\""#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case "\r": bytes.append(contentsOf: #"\r"#.utf8)
            case "\t": bytes.append(contentsOf: #"\t"#.utf8)
            // Also those that end a line for some readers of logs.
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                bytes.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: bytes.append(contentsOf: Character(scalar).utf8)
            }
        }
    }
}

/// A moment as RFC 3339 with milliseconds in UTC. The calendar is asked once a second, not once a line.
private enum LogTime {
    private static let last = Mutex<(second: Int64, text: String)>((.min, ""))

    static func text(_ date: Date) -> String {
        let moment = Int64((date.timeIntervalSince1970 * 1_000).rounded())
        let (second, millisecond) = moment.quotientAndRemainderRoundedDown(by: 1_000)
        let upToSecond = last.withLock { last in
            if last.second != second {
                let text = Date(timeIntervalSince1970: Double(second)).formatted(.iso8601)
                last = (second, String(text.dropLast()))
            }
            return last.text
        }
        let digits = String(1_000 + millisecond).dropFirst()
        return "\(upToSecond).\(digits)Z"
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderRoundedDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Whole lines on standard error, also when several tasks write at once.
package enum StandardError {
    private static let lock = Mutex(())

    package static func write(_ line: String) {
        var line = line
        line.append("\n")
        line.withUTF8 { bytes in
            lock.withLock { _ in
                var rest = UnsafeRawBufferPointer(bytes)[...]
                while !rest.isEmpty {
                    let written = Foundation.write(
                        STDERR_FILENO,
                        UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                        rest.count
                    )
                    if written < 0 && errno == EINTR { continue }
                    // Nobody is left to tell if standard error is closed.
                    if written <= 0 { return }
                    rest = rest.dropFirst(written)
                }
            }
        }
    }
}
