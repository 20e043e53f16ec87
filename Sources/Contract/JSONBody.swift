/// One field of a request that cannot be accepted, and why.
package struct InvalidField: Error, Equatable, Sendable, Encodable {
    /// The words for why a value is refused. Stable: apps may choose their own sentence by them.
    package enum Reason: String, Sendable, Encodable, CaseIterable {
        case required
        case wrongType = "wrong_type"
        case malformed
        case tooShort = "too_short"
        case tooLong = "too_long"
        case outOfRange = "out_of_range"
        case notOneOf = "not_one_of"
        case nulCharacter = "nul_character"
        case unknown
        case notReady = "not_ready"
        case inProgress = "in_progress"
        case duplicate
        /// A time that has not come.
        case inTheFuture = "in_the_future"
        /// A time before the child's profile was made.
        case beforeTheChild = "before_the_child"
        /// A stretch of time that ends when it begins.
        case endIsStart = "end_is_start"
        /// It has time in common with another of its list.
        case overlaps
    }

    /// The path of the field, its parts joined by dots, array places as numbers: `beats.3.played_ms`.
    package let field: String
    package let code: Reason

    package init(_ field: String, _ code: Reason) {
        self.field = field
        self.code = code
    }
}

/// What a request may carry in its body. Conforming types say their `CodingKeys` aloud
/// (`package enum CodingKeys: String, CodingKey, CaseIterable`), for those are the only fields accepted.
///
/// Not called `RequestBody`, which is Hummingbird's name for the bytes.
package protocol JSONBody: Decodable, Sendable {
    associatedtype CodingKeys: CodingKey & CaseIterable

    /// Checks what types cannot say: lengths, ranges, what belongs together. Called once, after decoding.
    func validate() throws(InvalidField)
}

extension JSONBody {
    package func validate() throws(InvalidField) {}
}

extension InvalidField {
    /// Throws unless the text has a number of characters, as people count them, within the range. Its bytes are bounded,
    /// too (16 for each character, which the longest family emoji stay near): one "character" of a thousand combining
    /// marks is too long.
    package static func check(
        _ field: String,
        length range: ClosedRange<Int>,
        of text: String
    ) throws(InvalidField) {
        if text.utf8.count > 16 + range.upperBound * 16 { throw InvalidField(field, .tooLong) }
        let count = text.count
        if count < range.lowerBound { throw InvalidField(field, .tooShort) }
        if count > range.upperBound { throw InvalidField(field, .tooLong) }
    }

    /// Throws unless the number is within the range.
    package static func check<Number: Comparable>(
        _ field: String,
        _ number: Number,
        in range: ClosedRange<Number>
    ) throws(InvalidField) {
        guard range.contains(number) else { throw InvalidField(field, .outOfRange) }
    }
}
