/// One SQL text for every engine, with its values beside it.
///
/// A literal is SQL, an interpolated value becomes a numbered placeholder and a binding, so that a value cannot slip
/// into the text: `"SELECT title FROM video WHERE id = \(id)"`. Queries compose: an interpolated query is spliced in
/// and its placeholders are numbered anew.
package struct Query: Sendable, ExpressibleByStringInterpolation {
    /// The most values one statement may carry. Engines differ (SQLite 32,766, PostgreSQL 65,535); callers chunk.
    package static let maximumBindings = 8_192

    fileprivate enum Part: Sendable {
        case sql(String)
        case value(SQLValue)
    }

    private var parts: [Part]

    package init(stringLiteral sql: String) {
        parts = [.sql(sql)]
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        parts = interpolation.parts
    }

    /// A statement written by a migration, where table definitions differ by engine and nothing comes from outside.
    package init(definition sql: String) {
        parts = [.sql(sql)]
    }

    /// Joins queries with a separator, for lists of conditions or rows of values.
    package init(_ queries: [Query], joinedBy separator: String) {
        parts = []
        for (index, query) in queries.enumerated() {
            if index > 0 { parts.append(.sql(separator)) }
            parts.append(contentsOf: query.parts)
        }
    }

    /// The text with `$1`, `$2`, … in order of appearance.
    package var sql: String {
        var text = ""
        var number = 0
        for part in parts {
            switch part {
            case .sql(let literal):
                text += literal
            case .value:
                number += 1
                text += "$\(number)"
            }
        }
        return text
    }

    /// The values of `$1`, `$2`, ….
    package var bindings: [SQLValue] {
        parts.compactMap { part in
            if case .value(let value) = part { value } else { nil }
        }
    }

    /// Throws when a statement carries more values than every engine takes, or one that not every engine keeps: text
    /// with a NUL (PostgreSQL refuses it, SQLite cuts it) or a double that is not a number (SQLite makes it NULL).
    package func checked() throws(DatabaseError) -> (sql: String, bindings: [SQLValue]) {
        let bindings = bindings
        guard bindings.count <= Self.maximumBindings else {
            throw .tooManyBindings(count: bindings.count, limit: Self.maximumBindings)
        }
        for value in bindings {
            switch value {
            case .text(let text) where text.utf8.contains(0):
                throw .statement(code: "nul", message: "a text value contains a NUL character")
            case .real(let number) where number.isNaN:
                throw .statement(code: "nan", message: "a double value is not a number")
            default: continue
            }
        }
        return (sql, bindings)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.sql(literal)) }
        }

        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            parts.append(.value(value.sqlValue))
        }

        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            parts.append(.value(value?.sqlValue ?? .null))
        }

        package mutating func appendInterpolation(_ query: Query) {
            parts.append(contentsOf: query.parts)
        }

        package mutating func appendInterpolation(_ word: Dialect.Word) {
            parts.append(.sql(word.text))
        }

        /// `IN (\(list: ids))`. An empty list becomes `NULL`, which no value is in.
        package mutating func appendInterpolation(list values: some Collection<some SQLConvertible>) {
            if values.isEmpty {
                parts.append(.sql("NULL"))
                return
            }
            for (index, value) in values.enumerated() {
                if index > 0 { parts.append(.sql(", ")) }
                parts.append(.value(value.sqlValue))
            }
        }
    }
}
