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
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        if let error = event.error { all["error"] = .string(String(reflecting: error)) }
        var line = JSONLine()
        line.add("time", .text(now().formatted(Self.timeStyle)))
        line.add("level", .text(event.level.rawValue))
        line.add("message", .text(Self.clean(event.message.description)))
        line.add("service", .text(service))
        line.add("label", .text(label))
        // Hummingbird keeps the id of the request in its logger's metadata.
        if let id = all.removeValue(forKey: "hb.request.id") { line.add("request_id", .text(Self.clean("\(id)"))) }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            Self.add(value, under: Self.reserved.contains(key) ? "_\(key)" : key, to: &line)
        }
        sink(line.finished)
    }

    private static let timeStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

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

    private var text = "{"

    mutating func add(_ key: String, _ value: Value) {
        if text.utf8.count > 1 { text += "," }
        append(key)
        text += ":"
        switch value {
        case .text(let value): append(value)
        case .number(let number): text += number
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                append(value)
            }
            text += "]"
        }
    }

    var finished: String { text + "}" }

    private mutating func append(_ value: String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // Also those that end a line for some readers of logs.
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// Whole lines on standard error, also when several tasks write at once.
package enum StandardError {
    private static let lock = Mutex(())

    package static func write(_ line: String) {
        let bytes = Data("\(line)\n".utf8)
        // Nobody is left to tell if standard error is closed.
        lock.withLock { _ in try? FileHandle.standardError.write(contentsOf: bytes) }
    }
}
