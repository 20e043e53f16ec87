import Domain

/// A moment on the wire: RFC 3339 with milliseconds in UTC (`2026-05-04T09:30:00.000Z`); with any offset when read.
package struct Timestamp: Codable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    /// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what RFC 3339 can write.
    private static let writable: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    private static let dayLength = Span.days(1).milliseconds

    /// The RFC 3339 text. Moments beyond the years 1–9999 are written as the nearest one that can be.
    package var description: String {
        let moment = min(max(millisecondsSince1970, Self.writable.lowerBound), Self.writable.upperBound)
        let date = Day(of: Instant(millisecondsSince1970: moment))
        let rest = Int(moment - date.number * Self.dayLength)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func append(_ number: Int, digits: Int, then separator: Character) {
            var divisor = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                text.append(UInt8(truncatingIfNeeded: 48 + number / divisor % 10))
                divisor /= 10
            }
            if let byte = separator.asciiValue { text.append(byte) }
        }
        append(date.year, digits: 4, then: "-")
        append(date.month, digits: 2, then: "-")
        append(date.day, digits: 2, then: "T")
        append(rest / 3_600_000, digits: 2, then: ":")
        append(rest / 60_000 % 60, digits: 2, then: ":")
        append(rest / 1000 % 60, digits: 2, then: ".")
        append(rest % 1000, digits: 3, then: "Z")
        return String(decoding: text, as: UTF8.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        self = timestamp
    }

    /// Reads RFC 3339: upper or lower case `T` and `Z`, any number of fraction digits (those beyond milliseconds are
    /// dropped), offsets up to 23:59, and the leap second 23:59:60, which counts as the second after it.
    package init?(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8.prefix(64)))
        guard text.utf8.count <= 64,
            let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2), scanner.skip("T") || scanner.skip("t"),
            let hour = scanner.number(digits: 2), scanner.skip(":"),
            let minute = scanner.number(digits: 2), scanner.skip(":"),
            let second = scanner.number(digits: 2),
            let milliseconds = scanner.fraction(),
            let offsetMinutes = scanner.offset(), scanner.isAtEnd,
            let date = Day(year: Int(year), month: Int(month), day: Int(day)),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let time = ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + milliseconds
        millisecondsSince1970 = date.number * Self.dayLength + time
    }
}

extension Timestamp {
    private struct Scanner {
        let bytes: [UInt8]
        var place = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { place == bytes.count }

        mutating func digit() -> Int64? {
            guard place < bytes.count, (48...57).contains(bytes[place]) else { return nil }
            defer { place += 1 }
            return Int64(bytes[place] - 48)
        }

        mutating func number(digits: Int) -> Int64? {
            var number: Int64 = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        mutating func skip(_ character: Character) -> Bool {
            guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
            place += 1
            return true
        }

        /// Milliseconds of the fraction, 0 where there is none; `nil` for a point without digits.
        mutating func fraction() -> Int64? {
            guard skip(".") else { return 0 }
            guard var milliseconds = digit().map({ $0 * 100 }) else { return nil }
            var weight: Int64 = 10
            while let digit = digit() {
                milliseconds += digit * weight
                weight /= 10
            }
            return milliseconds
        }

        /// Minutes east of UTC.
        mutating func offset() -> Int64? {
            if skip("Z") || skip("z") { return 0 }
            let sign: Int64
            if skip("+") {
                sign = 1
            } else if skip("-") {
                sign = -1
            } else {
                return nil
            }
            guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours <= 23, minutes <= 59
            else { return nil }
            return sign * (hours * 60 + minutes)
        }
    }
}
