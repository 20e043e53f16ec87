/// One row of an answer, read by column name: `let title: String = try row["title"]`.
package struct Row: Sendable {
    /// The names of an answer's columns, made once and shared by its rows.
    package struct Columns: Sendable {
        /// Searched one by one: answers have few columns, and most have one row, for which a dictionary does not pay.
        fileprivate let names: [String]

        package init(_ names: [String]) {
            self.names = names
        }
    }

    private let columns: Columns
    package let values: [SQLValue]

    package init(columns: Columns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    package subscript<T: SQLConvertible>(_ name: String) -> T {
        get throws(DatabaseError) {
            let value = try value(named: name)
            guard let converted = T(sqlValue: value) else {
                throw .unexpectedValue(column: name, expected: "\(T.self)")
            }
            return converted
        }
    }

    package subscript<T: SQLConvertible>(_ name: String) -> T? {
        get throws(DatabaseError) {
            let value = try value(named: name)
            if case .null = value { return nil }
            guard let converted = T(sqlValue: value) else {
                throw .unexpectedValue(column: name, expected: "\(T.self)")
            }
            return converted
        }
    }

    private func value(named name: String) throws(DatabaseError) -> SQLValue {
        guard let position = columns.names.firstIndex(of: name) else { throw .missingColumn(name) }
        return values[position]
    }
}
