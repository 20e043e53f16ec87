import Foundation

/// Reads an answer of the API item by item, from a file of any size in flat memory: one chunk and one item are held.
///
/// Videos, channels and playlist items are recognised by the answer's `kind`. A malformed item is handed out as such and
/// never ends the page; anything that makes the rest unreadable throws `SavedPageError` with file and byte.
package struct SavedPages {
    /// Where reading can go on in a file later, kept by an interrupted import.
    package struct Place: Sendable, Hashable, Codable {
        package var offset: Int64
        package var kind: YouTubeKind?
    }

    private enum State {
        case beforeObject
        case inObject(isFirst: Bool)
        case inItems(isFirst: Bool)
        case afterObject
    }

    private static let chunk = 256 * 1_024
    /// A description has at most 5,000 characters and tags 500: real items stay below 100 kB.
    private static let largestItem = 4 * 1_024 * 1_024

    private let name: String
    private let file: FileHandle?
    private var buffer: [UInt8]
    private var cursor = 0
    /// The file offset of the buffer's first byte.
    private var base: Int64 = 0
    private var isAtEnd: Bool
    private var state: State
    private var hasItems = false

    package private(set) var kind: YouTubeKind?
    package private(set) var etag: String?
    package private(set) var nextPageToken: String?
    package private(set) var totalResults: Int?

    /// Opens a saved answer, at its start or at a `place` this reader once named.
    package init(file path: String, at place: Place? = nil) throws(SavedPageError) {
        name = path
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SavedPageError(file: path, offset: 0, problem: .missing)
        }
        if isFolder.boolValue { throw SavedPageError(file: path, offset: 0, problem: .unreadable("it is a folder")) }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            if let place { try handle.seek(toOffset: UInt64(max(0, place.offset))) }
            file = handle
        } catch {
            throw SavedPageError(file: path, offset: 0, problem: .unreadable(error.localizedDescription))
        }
        buffer = []
        isAtEnd = false
        if let place {
            base = place.offset
            kind = place.kind
            state = .inItems(isFirst: false)
            hasItems = true
        } else {
            state = .beforeObject
        }
    }

    /// Reads an answer that is in memory already.
    package init(answer: [UInt8], name: String = "answer") {
        self.name = name
        file = nil
        buffer = answer
        isAtEnd = true
        state = .beforeObject
    }

    /// Where the next item will be looked for. Only meaningful after an item was returned.
    package var place: Place { Place(offset: base + Int64(cursor), kind: kind) }

    /// The next item, or nil once the answer has been read to its very end.
    package mutating func next() throws(SavedPageError) -> YouTubeItem? {
        while true {
            switch state {
            case .beforeObject: try begin()
            case .inObject(let isFirst): try readMember(isFirst: isFirst)
            case .inItems(let isFirst):
                if let item = try readItem(isFirst: isFirst) { return item }
            case .afterObject:
                try finish()
                return nil
            }
        }
    }

    private mutating func begin() throws(SavedPageError) {
        while buffer.count - cursor < 3, !isAtEnd { try fill() }
        // A byte order mark is tolerated; one of UTF-16 is not.
        if buffer[cursor...].starts(with: [0xEF, 0xBB, 0xBF]) { cursor += 3 }
        if buffer[cursor...].starts(with: [0xFF, 0xFE]) || buffer[cursor...].starts(with: [0xFE, 0xFF]) {
            throw error(.notUTF8, at: cursor)
        }
        let isEmpty = buffer[cursor...].allSatisfy { [0x20, 0x0A, 0x0D, 0x09].contains($0) } && isAtEnd
        if isEmpty { throw error(.empty, at: cursor) }
        try step { pull throws(JSONPull.Failure) in try pull.take(UInt8(ascii: "{")) }
        state = .inObject(isFirst: true)
    }

    private enum Member {
        case end
        case items
        case other
        case kind(String?)
        case etag(String?)
        case nextPageToken(String?)
        case total(Int?)
        case error(code: Int?, reason: String?)
    }

    private mutating func readMember(isFirst: Bool) throws(SavedPageError) {
        let member = try step { pull throws(JSONPull.Failure) in try Self.member(&pull, isFirst: isFirst) }
        state = .inObject(isFirst: false)
        switch member {
        case .end: state = .afterObject
        case .items:
            state = .inItems(isFirst: true)
            hasItems = true
        case .other: break
        case .kind(let text):
            guard let text else { throw error(.notAPage, at: cursor) }
            guard let kind = YouTubeKind(rawValue: text) else {
                throw error(.wrongKind(String(text.prefix(80))), at: cursor)
            }
            self.kind = kind
        case .etag(let text): etag = text
        case .nextPageToken(let text): nextPageToken = text
        case .total(let count): totalResults = count
        case .error(let code, let reason): throw error(.errorResponse(code: code, reason: reason), at: cursor)
        }
    }

    private static func member(_ pull: inout JSONPull, isFirst: Bool) throws(JSONPull.Failure) -> Member {
        if try pull.takeIf(UInt8(ascii: "}")) { return .end }
        if !isFirst { try pull.take(UInt8(ascii: ",")) }
        switch try pull.key() {
        case "items":
            try pull.take(UInt8(ascii: "["))
            return .items
        case "kind": return .kind(try pull.string())
        case "etag": return .etag(try pull.string())
        case "nextPageToken": return .nextPageToken(try pull.string())
        case "pageInfo":
            var total: Int?
            _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
                if case "totalResults" = key { total = try pull.integer() } else { try pull.skip() }
            }
            return .total(total)
        case "error":
            let error = try YouTubeErrorAnswer.read(&pull)
            return .error(code: error.code, reason: error.reason)
        default:
            try pull.skip()
            return .other
        }
    }

    private mutating func readItem(isFirst: Bool) throws(SavedPageError) -> YouTubeItem? {
        let kind = kind
        let (item, start) = try step { pull throws(JSONPull.Failure) -> (YouTubeItem?, Int) in
            if try pull.takeIf(UInt8(ascii: "]")) { return (nil, pull.position) }
            if !isFirst { try pull.take(UInt8(ascii: ",")) }
            let start = pull.position
            return (try YouTubeItem.read(&pull, kind: kind), start)
        }
        guard let item else {
            state = .inObject(isFirst: false)
            return nil
        }
        state = .inItems(isFirst: false)
        try checkUTF8(from: start, to: cursor)
        return item
    }

    private mutating func finish() throws(SavedPageError) {
        while true {
            if let other = buffer[cursor...].firstIndex(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }) {
                throw error(.trailingData, at: other)
            }
            cursor = buffer.count
            if isAtEnd { break }
            try fill()
        }
        if kind == nil, !hasItems { throw error(.notAPage, at: cursor) }
    }

    /// Runs a piece of parsing on what is in the buffer; when that ends too soon, fetches more and runs it again.
    private mutating func step<T>(
        _ body: (inout JSONPull) throws(JSONPull.Failure) -> T
    ) throws(SavedPageError) -> T {
        while true {
            let start = cursor
            let outcome = buffer.withUnsafeBufferPointer { bytes -> Result<(T, Int), JSONPull.Failure> in
                var pull = JSONPull(bytes, at: start)
                do throws(JSONPull.Failure) {
                    return .success((try body(&pull), pull.position))
                } catch {
                    return .failure(error)
                }
            }
            switch outcome {
            case .success((let value, let position)):
                cursor = position
                return value
            case .failure(.unexpected(let position, let expected)):
                try checkUTF8(from: start, to: min(position + 1, buffer.count))
                throw error(.notJSON(expected: expected), at: position)
            case .failure(.tooDeep(let position)):
                throw error(.notJSON(expected: "less nesting"), at: position)
            case .failure(.endOfInput):
                if isAtEnd {
                    try checkUTF8(from: start, to: buffer.count)
                    throw error(.truncated, at: buffer.count)
                }
                guard buffer.count - cursor <= Self.largestItem else {
                    throw error(.itemTooLarge(limit: Self.largestItem), at: cursor)
                }
                try fill()
            }
        }
    }

    /// Drops what was read and appends at least as much as is still unread, so that a long item costs few repeats.
    private mutating func fill() throws(SavedPageError) {
        guard let file else {
            isAtEnd = true
            return
        }
        base += Int64(cursor)
        buffer.removeFirst(cursor)
        cursor = 0
        do {
            if let data = try file.read(upToCount: max(Self.chunk, buffer.count)), !data.isEmpty {
                buffer.append(contentsOf: data)
            } else {
                isAtEnd = true
            }
        } catch {
            throw self.error(.unreadable(error.localizedDescription), at: buffer.count)
        }
    }

    private func checkUTF8(from start: Int, to end: Int) throws(SavedPageError) {
        guard let fault = Self.firstFault(in: buffer, from: start, to: end) else { return }
        throw error(.notUTF8, at: fault)
    }

    /// The first byte that is no UTF-8 (Unicode 15, table 3-7). Runs of ASCII are passed eight bytes at a time, and
    /// characters of three bytes, as Hangul has, in one step.
    private static func firstFault(in buffer: [UInt8], from start: Int, to end: Int) -> Int? {
        buffer.withUnsafeBytes { raw in
            var index = start
            while index < end {
                if index + 8 <= end {
                    let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    let plain = (word & 0x8080_8080_8080_8080).trailingZeroBitCount / 8
                    index += plain
                    if plain > 0 { continue }
                    if isThreeByteCharacter(UInt32(truncatingIfNeeded: word)) {
                        index += 3
                        continue
                    }
                }
                let length = sequenceLength(raw, at: index, end: end)
                if length == 0 { return index }
                index += length
            }
            return nil
        }
    }

    /// Whether the first three of four bytes, the first one lowest, are one character. Behind E0 a second byte below A0
    /// would make it longer than need be, and behind ED one from A0 on half of a surrogate pair.
    private static func isThreeByteCharacter(_ bytes: UInt32) -> Bool {
        bytes & 0xC0C0F0 == 0x8080E0 && bytes & 0x20FF != 0x00E0 && bytes & 0x20FF != 0x20ED
    }

    /// How many bytes the character at `index` has; 0 when it is none.
    private static func sequenceLength(_ raw: UnsafeRawBufferPointer, at index: Int, end: Int) -> Int {
        let lead = raw[index]
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE, 0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard index + length <= end, second.contains(raw[index + 1]) else { return 0 }
        for offset in 2..<max(2, length) where raw[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }

    private func error(_ problem: SavedPageError.Problem, at position: Int) -> SavedPageError {
        SavedPageError(file: name, offset: base + Int64(position), problem: problem)
    }
}
