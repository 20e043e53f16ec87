/// A strict pull parser over bytes in memory. It reads the few fields that are wanted and skips the rest without
/// building a tree: an answer of the API is mostly text nobody keeps.
///
/// Running out of bytes is an error of its own, so that a reader of a large file can fetch more and try again.
struct JSONPull {
    enum Failure: Error, Equatable {
        /// The bytes end inside a value.
        case endOfInput
        case unexpected(at: Int, expected: String)
        case tooDeep(at: Int)
    }

    /// A member's name as it stands in the text. Names with escapes equal none that is asked for.
    struct Key {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>

        static func ~= (name: StaticString, key: Key) -> Bool {
            guard key.bytes.count == name.utf8CodeUnitCount else { return false }
            return name.withUTF8Buffer { $0.elementsEqual(key.bytes) }
        }
    }

    private static let deepest = 64

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next byte that is no blank, not consumed.
    mutating func peek() throws(Failure) -> UInt8 {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            case let byte: return byte
            }
        }
        throw .endOfInput
    }

    mutating func take(_ byte: UInt8) throws(Failure) {
        guard try peek() == byte else {
            throw .unexpected(at: position, expected: "'\(Character(Unicode.Scalar(byte)))'")
        }
        position += 1
    }

    mutating func takeIf(_ byte: UInt8) throws(Failure) -> Bool {
        guard try peek() == byte else { return false }
        position += 1
        return true
    }

    /// A member's name and the colon behind it.
    mutating func key() throws(Failure) -> Key {
        guard try peek() == UInt8(ascii: "\"") else { throw .unexpected(at: position, expected: "a member's name") }
        let text = try scanString()
        try take(UInt8(ascii: ":"))
        return Key(bytes: UnsafeBufferPointer(rebasing: bytes[text.range]))
    }

    /// Reads an object; `member` must consume the value of every name it is given, or `skip` it.
    mutating func object(_ member: (inout JSONPull, Key) throws(Failure) -> Void) throws(Failure) {
        try enter(UInt8(ascii: "{"))
        if try !takeIf(UInt8(ascii: "}")) {
            repeat {
                let key = try key()
                try member(&self, key)
            } while try takeIf(UInt8(ascii: ","))
            try take(UInt8(ascii: "}"))
        }
        depth -= 1
    }

    mutating func array(_ element: (inout JSONPull) throws(Failure) -> Void) throws(Failure) {
        try enter(UInt8(ascii: "["))
        if try !takeIf(UInt8(ascii: "]")) {
            repeat { try element(&self) } while try takeIf(UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
        }
        depth -= 1
    }

    /// The object's members when the value is an object; another value is skipped and `false` returned.
    mutating func objectIfPresent(
        _ member: (inout JSONPull, Key) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        guard try peek() == UInt8(ascii: "{") else {
            try skip()
            return false
        }
        try object(member)
        return true
    }

    /// The string, or nil after skipping a value of another type.
    mutating func string() throws(Failure) -> String? {
        guard try peek() == UInt8(ascii: "\"") else {
            try skip()
            return nil
        }
        let text = try scanString()
        let slice = UnsafeBufferPointer(rebasing: bytes[text.range])
        return text.hasEscape ? Self.unescaped(slice) : String(decoding: slice, as: UTF8.self)
    }

    /// The truth value, or nil after skipping a value of another type.
    mutating func bool() throws(Failure) -> Bool? {
        switch try peek() {
        case UInt8(ascii: "t"):
            try literal("true")
            return true
        case UInt8(ascii: "f"):
            try literal("false")
            return false
        default:
            try skip()
            return nil
        }
    }

    /// The whole number, or nil after skipping a value of another type.
    mutating func integer() throws(Failure) -> Int? {
        _ = try peek()
        let start = position
        try skip()
        return Int(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// The strings of an array; nil when it is no array or holds anything else.
    mutating func strings() throws(Failure) -> [String]? {
        guard try peek() == UInt8(ascii: "[") else {
            try skip()
            return nil
        }
        var strings: [String] = []
        var isPure = true
        try array { pull throws(Failure) in
            if let text = try pull.string() { strings.append(text) } else { isPure = false }
        }
        return isPure ? strings : nil
    }

    /// Consumes a value of any type. Says whether it was `null`.
    @discardableResult
    mutating func skip() throws(Failure) -> Bool {
        switch try peek() {
        case UInt8(ascii: "{"): try object { pull, _ throws(Failure) in _ = try pull.skip() }
        case UInt8(ascii: "["): try array { pull throws(Failure) in _ = try pull.skip() }
        case UInt8(ascii: "\""): _ = try scanString()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"):
            try literal("null")
            return true
        default: try number()
        }
        return false
    }

    private mutating func enter(_ bracket: UInt8) throws(Failure) {
        try take(bracket)
        depth += 1
        if depth > Self.deepest { throw .tooDeep(at: position - 1) }
    }

    private mutating func literal(_ word: StaticString) throws(Failure) {
        let length = word.utf8CodeUnitCount
        for index in 0..<length {
            guard position + index < bytes.count else { throw .endOfInput }
            guard bytes[position + index] == word.utf8Start[index] else {
                throw .unexpected(at: position, expected: "a value")
            }
        }
        position += length
    }

    /// RFC 8259 §6, loosely: any run of a number's characters that begins like one.
    private mutating func number() throws(Failure) {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
            default:
                guard position > start, bytes[start] == UInt8(ascii: "-") || bytes[start].isDigit else {
                    throw .unexpected(at: start, expected: "a value")
                }
                return
            }
        }
        // A number that touches the end may go on in the bytes to come.
        throw .endOfInput
    }
}

extension JSONPull {
    /// Consumes a string, the position being at its opening quote; the range is what stands between the quotes.
    private mutating func scanString() throws(Failure) -> (range: Range<Int>, hasEscape: Bool) {
        let start = position + 1
        var index = start
        var hasEscape = false
        while true {
            index = Self.endOfPlainText(in: bytes, from: index)
            guard index < bytes.count else { throw .endOfInput }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                return (start..<index, hasEscape)
            case UInt8(ascii: "\\"):
                hasEscape = true
                index += 2
            default:
                throw .unexpected(at: index, expected: "no control character in a string")
            }
        }
    }

    /// The first quote, backslash or control character from `start` on, eight bytes at a time.
    private static func endOfPlainText(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var index = start
        let raw = UnsafeRawBufferPointer(bytes)
        while index + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word) & tops
            // Borrows can only flag bytes above the first real hit: the lowest flag is always right.
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
        return index
    }

    /// Unknown escapes and lone surrogates become U+FFFD; so does NUL, which PostgreSQL takes in no text.
    private static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                text.append(bytes[index])
                index += 1
                continue
            }
            let letter = bytes[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
            case UInt8(ascii: "u"): text.append(contentsOf: Array(String(scalar(in: bytes, at: &index)).utf8))
            default: text.append(contentsOf: Array("\u{FFFD}".utf8))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The scalar of `\uXXXX`, or of two of them that are a surrogate pair; `index` is behind the `u`.
    private static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Character {
        guard let first = codeUnit(in: bytes, at: index) else { return "\u{FFFD}" }
        index += 4
        if UTF16.isLeadSurrogate(first), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u"), let second = codeUnit(in: bytes, at: index + 2),
            UTF16.isTrailSurrogate(second)
        {
            index += 6
            let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            return Unicode.Scalar(value).map(Character.init) ?? "\u{FFFD}"
        }
        guard first != 0, let scalar = Unicode.Scalar(first) else { return "\u{FFFD}" }
        return Character(scalar)
    }

    private static func codeUnit(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
        guard index + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
