/// Reads a length of time as YouTube writes it (ISO 8601 §4.4.3.2): `PT15M51S`, `P1DT2H`, `P2W`, `P0D`.
///
/// Years and months have no fixed length and are not read. Fractions are read down to the millisecond.
package enum ISO8601Duration {
    /// Nil when the text is not such a length or is longer than a century.
    package static func parse(_ text: String) -> Span? {
        var parser = Parser(bytes: Array(text.utf8))
        return parser.span()
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0
        var total: Int64 = 0
        /// The last designator's rank: each may come once, largest first.
        var rank = Int.max

        private static let longest = Span.days(36_525).milliseconds

        mutating func span() -> Span? {
            guard take(UInt8(ascii: "P")) else { return nil }
            var count = 0
            while position < bytes.count, bytes[position] != UInt8(ascii: "T") {
                guard component(Self.dateUnit) else { return nil }
                count += 1
            }
            if take(UInt8(ascii: "T")) {
                // "PT" alone says nothing.
                guard position < bytes.count else { return nil }
                while position < bytes.count {
                    guard component(Self.timeUnit) else { return nil }
                    count += 1
                }
            }
            guard count > 0, total <= Self.longest else { return nil }
            return Span(milliseconds: total)
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        private mutating func component(_ unit: (UInt8) -> (rank: Int, milliseconds: Int64)?) -> Bool {
            guard let whole = digits() else { return false }
            var thousandths: Int64 = 0
            if take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) {
                guard let fraction = fraction() else { return false }
                thousandths = fraction
            }
            guard position < bytes.count, let (rank, milliseconds) = unit(bytes[position]), rank < self.rank else {
                return false
            }
            // Only the smallest unit may carry a fraction, and YouTube's smallest is the second.
            guard thousandths == 0 || milliseconds == 1_000 else { return false }
            position += 1
            self.rank = rank
            total += whole * milliseconds + thousandths
            return true
        }

        /// At most nine digits, so that no sum can overflow.
        private mutating func digits() -> Int64? {
            let start = position
            var number: Int64 = 0
            while position < bytes.count, let digit = digit(bytes[position]) {
                guard position - start < 9 else { return nil }
                number = number * 10 + digit
                position += 1
            }
            return position > start ? number : nil
        }

        private mutating func fraction() -> Int64? {
            let start = position
            var number: Int64 = 0
            var scale: Int64 = 100
            while position < bytes.count, let digit = digit(bytes[position]) {
                number += digit * scale
                scale /= 10
                position += 1
            }
            return position > start ? number : nil
        }

        private func digit(_ byte: UInt8) -> Int64? {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
        }

        private static func dateUnit(_ byte: UInt8) -> (rank: Int, milliseconds: Int64)? {
            switch byte {
            case UInt8(ascii: "W"): (5, Span.days(7).milliseconds)
            case UInt8(ascii: "D"): (4, Span.days(1).milliseconds)
            default: nil
            }
        }

        private static func timeUnit(_ byte: UInt8) -> (rank: Int, milliseconds: Int64)? {
            switch byte {
            case UInt8(ascii: "H"): (3, Span.hours(1).milliseconds)
            case UInt8(ascii: "M"): (2, Span.minutes(1).milliseconds)
            case UInt8(ascii: "S"): (1, Span.seconds(1).milliseconds)
            default: nil
            }
        }
    }
}
