import Contract

/// A strict walk over JSON bytes (RFC 8259) before they are decoded, for what Foundation's decoder lets pass: keys that
/// appear twice (of which it silently takes one), NUL characters (which PostgreSQL cannot store), nesting without end.
struct JSONOutline {
    /// The keys of the outermost object, in order, unescaped.
    private(set) var keys: [String] = []
    /// Each number's path and its bytes, in order, if that was asked for.
    private(set) var numbers: [(path: String, place: Range<Int>)] = []

    private let recordsNumbers: Bool
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var place = 0
    private var path: [String] = []

    /// - Parameter bytes: valid UTF-8.
    init(of bytes: [UInt8], maximumDepth: Int, recordingNumbers: Bool = false) throws(Problem) {
        recordsNumbers = recordingNumbers
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        skipSpace()
        guard peek == UInt8(ascii: "{") else { throw Problem(.malformedJSON) }
        try object(depth: 1)
        skipSpace()
        guard place == bytes.count else { throw Problem(.malformedJSON) }
    }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take() throws(Problem) -> UInt8 {
        guard place < bytes.count else { throw Problem(.malformedJSON) }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Problem) {
        guard try take() == UInt8(ascii: character) else { throw Problem(.malformedJSON) }
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func value(depth: Int) throws(Problem) {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        skipSpace()
    }

    private mutating func object(depth: Int) throws(Problem) {
        guard depth <= maximumDepth else { throw Problem(.malformedJSON) }
        try expect("{")
        skipSpace()
        if peek == UInt8(ascii: "}") {
            place += 1
            return
        }
        var seen: Set<String> = []
        while true {
            skipSpace()
            let key = try string()
            guard seen.insert(key).inserted else {
                throw Problem(.unknownField, errors: [InvalidField(Self.dotted(path + [key]), .duplicate)])
            }
            if depth == 1 { keys.append(key) }
            skipSpace()
            try expect(":")
            path.append(key)
            try value(depth: depth)
            path.removeLast()
            let next = try take()
            if next == UInt8(ascii: "}") { return }
            guard next == UInt8(ascii: ",") else { throw Problem(.malformedJSON) }
        }
    }

    private mutating func array(depth: Int) throws(Problem) {
        guard depth <= maximumDepth else { throw Problem(.malformedJSON) }
        try expect("[")
        skipSpace()
        if peek == UInt8(ascii: "]") {
            place += 1
            return
        }
        var index = 0
        while true {
            path.append(String(index))
            try value(depth: depth)
            path.removeLast()
            index += 1
            let next = try take()
            if next == UInt8(ascii: "]") { return }
            guard next == UInt8(ascii: ",") else { throw Problem(.malformedJSON) }
        }
    }

    private mutating func word(_ word: StaticString) throws(Problem) {
        let matches = word.withUTF8Buffer { bytes[place...].starts(with: $0) }
        guard matches else { throw Problem(.malformedJSON) }
        place += word.utf8CodeUnitCount
    }

    private mutating func digits() throws(Problem) {
        let start = place
        while let byte = peek, (48...57).contains(byte) { place += 1 }
        guard place > start else { throw Problem(.malformedJSON) }
    }

    private mutating func number() throws(Problem) {
        let start = place
        if peek == UInt8(ascii: "-") { place += 1 }
        if peek == UInt8(ascii: "0") { place += 1 } else { try digits() }
        if peek == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            place += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        if recordsNumbers { numbers.append((Self.dotted(path), start..<place)) }
    }

    /// The text of a string without its escapes.
    private mutating func string() throws(Problem) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while true {
            let byte = try take()
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw Problem(.malformedJSON)
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(Problem) {
        switch try take() {
        case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape()
            text.append(contentsOf: Character(scalar).utf8)
        default: throw Problem(.malformedJSON)
        }
    }

    private mutating func unicodeEscape() throws(Problem) -> Unicode.Scalar {
        let first = try hexadecimal()
        if first == 0 { throw Problem(.invalidField, errors: [InvalidField(Self.dotted(path), .nulCharacter)]) }
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Half of a surrogate pair, which is text only together with its other half.
        guard (0xD800...0xDBFF).contains(first) else { throw Problem(.malformedJSON) }
        try expect("\\")
        try expect("u")
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw Problem(.malformedJSON) }
        return scalar
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            let byte = try take()
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Problem(.malformedJSON) }
            number = number << 4 + UInt32(digit)
        }
        return number
    }

    /// A path for people and programs; bounded, for the keys are the client's.
    static func dotted(_ path: [String]) -> String {
        String(path.joined(separator: ".").prefix(120))
    }
}
