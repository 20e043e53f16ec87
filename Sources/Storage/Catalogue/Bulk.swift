import SQL

extension Transaction {
    /// How many values a repeated statement may carry. SQLite compiles a statement anew for each length, so short ones
    /// that stay compiled win; on PostgreSQL the round trip counts.
    private var bindingsPerStatement: Int { dialect == .sqlite ? 60 : 2_000 }

    /// Runs `statement` over `rows`, as many at once as pays; each row must carry `columns` values in the same text, and
    /// the statement none beside them.
    func insert(_ rows: [Query], columns: Int, _ statement: (Query) -> Query) throws {
        try inPieces(rows, columns: columns, statement) { try run($0) }
    }

    /// The same with a statement that answers: the rows of all pieces.
    func insertReturning(_ rows: [Query], columns: Int, _ statement: (Query) -> Query) throws -> [Row] {
        var found: [Row] = []
        try inPieces(rows, columns: columns, statement) { found += try self.rows($0) }
        return found
    }

    private func inPieces(
        _ rows: [Query],
        columns: Int,
        _ statement: (Query) -> Query,
        use: (Query) throws -> Void
    ) rethrows {
        let size = max(1, bindingsPerStatement / columns)
        var full: Query?
        var start = 0
        while start < rows.count {
            let piece = rows[start..<min(rows.count, start + size)]
            if let full, piece.count == size {
                try use(full.with(piece.flatMap(\.bindings)))
            } else {
                let query = statement(Query(Array(piece), joinedBy: ", "))
                full = query.with(query.bindings)
                try use(query)
            }
            start += piece.count
        }
    }

    /// Runs `statement` over `values` in pieces, for `IN (…)`.
    func forPieces<Value>(of values: [Value], _ statement: (ArraySlice<Value>) throws -> Void) rethrows {
        var start = 0
        while start < values.count {
            let end = min(values.count, start + min(250, bindingsPerStatement))
            try statement(values[start..<end])
            start = end
        }
    }
}
