import Foundation

/// What a command did, for people: two columns, the numbers right-aligned.
struct ClosingTable {
    private var rows: [(label: String, value: String)] = []

    mutating func add(_ label: String, _ count: Int) {
        rows.append((label, Self.grouped(count)))
    }

    mutating func add(_ label: String, _ text: String) {
        rows.append((label, text))
    }

    /// The parts of the row above, most frequent first.
    mutating func add(reasons: [String: Int]) {
        let sorted = reasons.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        for (reason, count) in sorted { add("  " + reason, count) }
    }

    func print() {
        let labels = rows.map(\.label.count).max() ?? 0
        let values = rows.map(\.value.count).max() ?? 0
        for row in rows {
            let gap = String(repeating: " ", count: labels - row.label.count + 2 + values - row.value.count)
            Swift.print(row.label + gap + row.value)
        }
    }

    static func grouped(_ count: Int) -> String {
        let digits = String(abs(count))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (count < 0 ? "-" : "") + text
    }
}

/// The table for programs: one JSON object, the only thing on stdout.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
