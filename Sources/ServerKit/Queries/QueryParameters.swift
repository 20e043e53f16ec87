package import Contract
import Foundation
package import Hummingbird

/// The query of a request, read strictly: what is asked for must be well formed and there at most once. Parameters
/// nobody asks for are ignored.
package struct QueryParameters: Sendable {
    private let values: [String: [String]]

    /// - Throws: `Problem` 400 for broken percent-encoding or bytes that are not UTF-8.
    package init(of request: Request) throws(Problem) {
        var values: [String: [String]] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0])
            values[name, default: []].append(parts.count > 1 ? try Self.decoded(parts[1]) : "")
        }
        self.values = values
    }

    /// The text of a parameter, `nil` if it is not there or empty.
    ///
    /// - Throws: `Problem` 422 if it is there twice, contains NUL, or is longer than `maximumLength` characters.
    package func text(_ name: String, maximumLength: Int = 100) throws(Problem) -> String? {
        guard let all = values[name] else { return nil }
        guard all.count == 1, let text = all.first else { throw .invalid(name, .duplicate) }
        if text.isEmpty { return nil }
        if text.utf8.contains(0) { throw .invalid(name, .nulCharacter) }
        if text.count > maximumLength || text.utf8.count > 16 * maximumLength { throw .invalid(name, .tooLong) }
        return text
    }

    /// Whatever `parse` makes of the text: an id, a word of an enum, a date. `nil` if the parameter is not there.
    ///
    /// - Throws: `Problem` 422 if `parse` answers `nil`.
    package func value<Value>(_ name: String, _ parse: (String) -> Value?) throws(Problem) -> Value? {
        guard let text = try text(name) else { return nil }
        guard let value = parse(text) else { throw .invalid(name, .malformed) }
        return value
    }

    /// One word of an enum.
    package func word<Word: RawRepresentable<String>>(
        _ name: String,
        as type: Word.Type = Word.self
    ) throws(Problem) -> Word? {
        guard let text = try text(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw .invalid(name, .notOneOf) }
        return word
    }

    /// A decimal number in a range; `fallback` if the parameter is not there.
    package func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(Problem) -> Int {
        guard let text = try text(name) else { return fallback }
        guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else {
            throw .invalid(name, .wrongType)
        }
        guard let number = Int(text), range.contains(number) else { throw .invalid(name, .outOfRange) }
        return number
    }

    /// Values between commas (`exclude=a,b`); empty if the parameter is not there.
    package func list<Value>(
        _ name: String,
        maximumCount: Int,
        _ parse: (String) -> Value?
    ) throws(Problem) -> [Value] {
        guard let text = try text(name, maximumLength: 64 * maximumCount) else { return [] }
        let parts = text.split(separator: ",")
        guard parts.count <= maximumCount else { throw .invalid(name, .tooLong) }
        var values: [Value] = []
        for part in parts {
            guard let value = parse(String(part)) else { throw .invalid(name, .malformed) }
            values.append(value)
        }
        return values
    }

    /// The page asked for: `limit` and `cursor`.
    package func page(limits: ClosedRange<Int> = 1...100, default limit: Int = 20) throws(Problem) -> PageRequest {
        PageRequest(
            limit: try integer("limit", in: limits, default: limit),
            after: try text("cursor", maximumLength: 200).map { (text) throws(Problem) in
                guard let cursor = Cursor(encoded: text) else { throw .invalid("cursor", .malformed) }
                return cursor
            }
        )
    }

    private static func decoded(_ text: Substring) throws(Problem) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }),
                    let low = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue })
                else { throw Problem(.badRequest) }
                bytes.append(UInt8(high << 4 | low))
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem(.notUTF8) }
        return text
    }
}

/// A page to be read: how many items, and after which.
package struct PageRequest: Equatable, Sendable {
    package let limit: Int
    package let after: Cursor?
}

extension RequestContext {
    /// A part of the path, such as an id.
    ///
    /// - Throws: `Problem` 404 if it does not parse: what cannot be an id names nothing.
    package func pathValue<Value>(_ name: String, _ parse: (String) -> Value?) throws(Problem) -> Value {
        guard let text = parameters.get(name), let value = parse(text) else { throw .notFound }
        return value
    }
}
