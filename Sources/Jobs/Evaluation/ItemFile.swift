import Foundation

/// A file of rows `item,label|label|…`. The item ends at the first comma; a label may hold commas, and either column may
/// stand in quotes.
struct ItemFile {
    /// Per label the items that carry it.
    let labels: [String: Set<NameTable.Name>]

    init(path: String) throws(EvaluationFiles.Malformed) {
        var labels: [String: Set<NameTable.Name>] = [:]
        for (line, text) in try TextLines(path: path) {
            guard let comma = text.firstIndex(of: ",") else {
                throw EvaluationFiles.Malformed(file: path, line: line, problem: "item,label|label|… is wanted")
            }
            let item = text[..<comma].unquoted
            let list = text[text.index(after: comma)...].unquoted
            guard !item.isEmpty else {
                throw EvaluationFiles.Malformed(file: path, line: line, problem: "the item is empty")
            }
            if line == 1, isHeading(item) { continue }
            for label in list.split(separator: "|") {
                let name = label.trimmingCharacters(in: .whitespaces)
                if !name.isEmpty { labels[name, default: []].insert(NameTable.Name(item)) }
            }
        }
        self.labels = labels
    }
}

/// A file with one item a line, or the first column of one.
struct CandidateFile {
    let items: Set<NameTable.Name>

    init(path: String) throws(EvaluationFiles.Malformed) {
        var items: Set<NameTable.Name> = []
        for (line, text) in try TextLines(path: path) {
            let item = text.prefix { $0 != "," }.unquoted
            guard !item.isEmpty else {
                throw EvaluationFiles.Malformed(file: path, line: line, problem: "the item is empty")
            }
            if line == 1, isHeading(item) { continue }
            items.insert(NameTable.Name(item))
        }
        guard !items.isEmpty else {
            throw EvaluationFiles.Malformed(file: path, line: nil, problem: "has no rows")
        }
        self.items = items
    }
}

private func isHeading(_ item: String) -> Bool {
    ["item", "itemid", "item_id", "items", "movie", "movieid", "movie_id", "video", "videoid", "video_id"]
        .contains(item.lowercased())
}

/// The lines of a small text file with their numbers, empty ones left out.
private struct TextLines: Sequence {
    private let lines: [(Int, Substring)]

    init(path: String) throws(EvaluationFiles.Malformed) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw EvaluationFiles.Malformed(unreadable: path, error)
        }
        let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let row = rows.firstIndex { String(validating: $0, as: UTF8.self) == nil }
            throw EvaluationFiles.Malformed(file: path, line: row.map { $0 + 1 }, problem: "is not UTF-8")
        }
        lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .enumerated().map { ($0 + 1, $1) }.filter { !$1.isEmpty }
    }

    func makeIterator() -> some IteratorProtocol<(Int, Substring)> { lines.makeIterator() }
}
