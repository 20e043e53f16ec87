/// Why a table that is built into the program cannot be used.
package struct MalformedTable: Error, Sendable, Hashable, CustomStringConvertible {
    package let table: String
    /// From 1; nil when the table as a whole is at fault.
    package let line: Int?
    package let problem: String

    package init(table: String, line: Int?, problem: String) {
        self.table = table
        self.line = line
        self.problem = problem
    }

    package var description: String { "\(table)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}

/// A table of tab-separated text, as the data files beside this code are written: one row a line, `#` begins a remark,
/// empty lines are nothing. The files are embedded in the program, so that it stays one file to deploy.
struct EmbeddedTable {
    struct Row {
        let table: String
        let line: Int
        let cells: [String]

        func malformed(_ problem: String) -> MalformedTable {
            MalformedTable(table: table, line: line, problem: problem)
        }

        /// Throws where the row has another number of cells, or an empty one.
        func require(cells count: Int) throws(MalformedTable) {
            guard cells.count == count else {
                throw malformed("has \(cells.count) cells where \(count) are wanted")
            }
            guard cells.allSatisfy({ !$0.isEmpty }) else { throw malformed("has an empty cell") }
        }
    }

    let name: String
    let rows: [Row]

    init(_ bytes: [UInt8], name: String) throws(MalformedTable) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MalformedTable(table: name, line: nil, problem: "is not UTF-8")
        }
        self.name = name
        var rows: [Row] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            rows.append(Row(table: name, line: index + 1, cells: cells))
        }
        self.rows = rows
    }
}
