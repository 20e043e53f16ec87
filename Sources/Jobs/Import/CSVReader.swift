/// Reads comma-separated values as RFC 4180 has them: quotes around fields with commas, quotes or line ends, doubled
/// quotes inside; lines end in LF or CRLF. Strict: a stray quote is an error, not text.
struct CSVReader {
    struct Record: Equatable {
        /// Where the record begins, from 1.
        var line: Int
        var fields: [String]
    }

    struct Malformed: Error, Equatable {
        var line: Int
        var problem: String
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// A byte order mark is skipped.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next record, or nil at the end. Empty lines are no records.
    mutating func next() throws(Malformed) -> Record? {
        while position < bytes.count, takeLineEnd() {}
        guard position < bytes.count else { return nil }
        let start = line
        var fields = [try field(recordLine: start)]
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ",") {
                position += 1
                fields.append(try field(recordLine: start))
            } else if takeLineEnd() {
                break
            } else {
                throw Malformed(line: start, problem: "text after a closing quote")
            }
        }
        return Record(line: start, fields: fields)
    }

    private mutating func takeLineEnd() -> Bool {
        var index = position
        if index < bytes.count, bytes[index] == 0x0D { index += 1 }
        guard index < bytes.count, bytes[index] == 0x0A else { return false }
        position = index + 1
        line += 1
        return true
    }

    private mutating func field(recordLine: Int) throws(Malformed) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            return try plainField(recordLine: recordLine)
        }
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x0A { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                text.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                return try decoded(text[...], recordLine: recordLine)
            }
            text.append(byte)
            position += 1
        }
        throw Malformed(line: recordLine, problem: "a quote is never closed")
    }

    private mutating func plainField(recordLine: Int) throws(Malformed) -> String {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), 0x0A: return try decoded(bytes[start..<position], recordLine: recordLine)
            case 0x0D where position + 1 < bytes.count && bytes[position + 1] == 0x0A:
                return try decoded(bytes[start..<position], recordLine: recordLine)
            case UInt8(ascii: "\""): throw Malformed(line: recordLine, problem: "a quote inside an unquoted field")
            default: position += 1
            }
        }
        return try decoded(bytes[start..<position], recordLine: recordLine)
    }

    private func decoded(_ bytes: ArraySlice<UInt8>, recordLine: Int) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(line: recordLine, problem: "not UTF-8")
        }
        return text
    }
}
