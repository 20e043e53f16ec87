/// Columns below each other, for people.
enum TextTable {
    /// The first column to the left, the others to the right. Rows may have fewer columns than others.
    static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let gap = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + gap : "  " + gap + text
            }.joined()
        }
    }
}
