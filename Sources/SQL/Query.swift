/// One SQL text for every engine, with its values beside it.
///
/// A literal is SQL, an interpolated value becomes a numbered placeholder and a binding, so that a value cannot slip
/// into the text: `"SELECT title FROM video WHERE id = \(id)"`. Queries compose: an interpolated query is spliced in
/// and its placeholders are numbered anew.
package struct Query: Sendable, ExpressibleByStringInterpolation {
    /// The most values one statement may carry. Engines differ (SQLite 32,766, PostgreSQL 65,535); callers chunk.
    package static let maximumBindings = 8_192

    /// The text in front of each value. Kept apart from the values, so that a statement is put together by appending.
    private var pieces: [String] = []
    /// The text behind the last value.
    private var tail = ""

    /// The finished text, of a statement that is run many times.
    private var text: String?

    /// The values of `$1`, `$2`, ….
    package private(set) var bindings: [SQLValue] = []

    private init() {}

    package init(stringLiteral sql: String) {
        tail = sql
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        self = interpolation.query
    }

    /// A statement written by a migration, where table definitions differ by engine and nothing comes from outside.
    package init(definition sql: String) {
        tail = sql
    }

    /// Joins queries with a separator, for lists of conditions or rows of values.
    package init(_ queries: [Query], joinedBy separator: String) {
        reserve(queries.reduce(0) { $0 + $1.bindings.count })
        for (index, query) in queries.enumerated() {
            if index > 0 { append(sql: separator) }
            append(query)
        }
    }

    /// The text with `$1`, `$2`, … in order of appearance.
    package var sql: String {
        if let text { return text }
        if pieces.isEmpty { return tail }
        var text = ""
        // "$8192" is the longest placeholder.
        text.reserveCapacity(pieces.reduce(tail.utf8.count) { $0 + $1.utf8.count + 5 })
        for (index, piece) in pieces.enumerated() {
            text += piece
            text += index < Self.placeholders.count ? Self.placeholders[index] : "$\(index + 1)"
        }
        text += tail
        return text
    }

    /// Made once: numbers are written out again with nearly every statement.
    private static let placeholders = (1...256).map { "$\($0)" }

    /// The same statement with other values, which must be as many: putting a long text together costs more than
    /// running the statement.
    package func with(_ values: [SQLValue]) -> Query {
        var query = self
        query.text = sql
        query.bindings = values
        return query
    }

    private mutating func reserve(_ count: Int) {
        pieces.reserveCapacity(count)
        bindings.reserveCapacity(count)
    }

    private mutating func append(sql: String) {
        text = nil
        if tail.isEmpty { tail = sql } else if !sql.isEmpty { tail += sql }
    }

    private mutating func append(_ value: SQLValue) {
        text = nil
        pieces.append(tail)
        bindings.append(value)
        tail = ""
    }

    private mutating func append(_ query: Query) {
        guard let first = query.pieces.first else { return append(sql: query.tail) }
        append(sql: first)
        pieces.append(tail)
        pieces.append(contentsOf: query.pieces.dropFirst())
        bindings.append(contentsOf: query.bindings)
        tail = query.tail
    }

    /// Throws when a statement carries more values than every engine takes, or one that not every engine keeps: text
    /// with a NUL (PostgreSQL refuses it, SQLite cuts it) or a double that is not a number (SQLite makes it NULL).
    package func checked() throws(DatabaseError) -> (sql: String, bindings: [SQLValue]) {
        guard bindings.count <= Self.maximumBindings else {
            throw .tooManyBindings(count: bindings.count, limit: Self.maximumBindings)
        }
        for value in bindings {
            switch value {
            case .text(let text) where Self.hasNUL(text):
                throw .statement(code: "nul", message: "a text value contains a NUL character")
            case .real(let number) where number.isNaN:
                throw .statement(code: "nan", message: "a double value is not a number")
            default: continue
            }
        }
        return (sql, bindings)
    }

    private static func hasNUL(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? text.utf8.contains(0)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var query = Query()

        package init(literalCapacity: Int, interpolationCount: Int) {
            query.reserve(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            query.append(sql: literal)
        }

        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            query.append(value.sqlValue)
        }

        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            query.append(value?.sqlValue ?? .null)
        }

        package mutating func appendInterpolation(_ query: Query) {
            self.query.append(query)
        }

        package mutating func appendInterpolation(_ word: Dialect.Word) {
            query.append(sql: word.text)
        }

        /// `IN (\(list: ids))`. An empty list becomes `NULL`, which no value is in.
        package mutating func appendInterpolation(list values: some Collection<some SQLConvertible>) {
            if values.isEmpty { query.append(sql: "NULL") }
            for (index, value) in values.enumerated() {
                if index > 0 { query.append(sql: ", ") }
                query.append(value.sqlValue)
            }
        }
    }
}
