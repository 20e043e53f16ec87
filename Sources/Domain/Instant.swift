package import struct Foundation.Date

/// A point in time: whole milliseconds UTC since 1970, as it is stored and sent.
package struct Instant: Hashable, Comparable, Sendable {
    package let millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    package init(_ date: Date) {
        self.init(millisecondsSince1970: Int64((date.timeIntervalSince1970 * 1_000).rounded(.down)))
    }

    package var date: Date { Date(timeIntervalSince1970: Double(millisecondsSince1970) / 1_000) }

    package static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    package static func + (instant: Self, span: Span) -> Self {
        Self(millisecondsSince1970: instant.millisecondsSince1970 + span.milliseconds)
    }

    package static func - (instant: Self, span: Span) -> Self {
        Self(millisecondsSince1970: instant.millisecondsSince1970 - span.milliseconds)
    }

    package static func - (later: Self, earlier: Self) -> Span {
        Span(milliseconds: later.millisecondsSince1970 - earlier.millisecondsSince1970)
    }

    /// The start of the UTC hour this instant is in.
    package var startOfHour: Self {
        let hour = Span.hours(1).milliseconds
        let remainder = millisecondsSince1970 % hour
        return Self(millisecondsSince1970: millisecondsSince1970 - (remainder < 0 ? remainder + hour : remainder))
    }
}

/// A length of time in milliseconds; may be negative.
package struct Span: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func seconds(_ count: Int64) -> Self { Self(milliseconds: count * 1_000) }
    package static func minutes(_ count: Int64) -> Self { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Self { .minutes(count * 60) }
    package static func days(_ count: Int64) -> Self { .hours(count * 24) }
    package static let zero = Self(milliseconds: 0)

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    package static func + (left: Self, right: Self) -> Self {
        Self(milliseconds: left.milliseconds + right.milliseconds)
    }
    package static func - (left: Self, right: Self) -> Self {
        Self(milliseconds: left.milliseconds - right.milliseconds)
    }
}

/// The wall clock as a value. Time-outs and rate windows use a monotonic clock instead.
package struct Clock: Sendable {
    package let now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    package static let system = Self { Instant(Date()) }
}
