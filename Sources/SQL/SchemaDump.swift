/// A database's schema as text that is the same whenever the schema is: for golden files and reviews.
///
/// Made from the engine's own catalogue, not from the migrations: it says what the engine understood.
package enum SchemaDump {
    /// Tables by name, each with its columns, rules and indexes, and nothing of the data.
    package static func text(of database: any Database) async throws -> String {
        try await database.read { transaction in
            let tables =
                switch transaction.dialect {
                case .sqlite: try sqliteTables(transaction)
                case .postgresql: try postgresqlTables(transaction)
                }
            return tables.joined(separator: "\n") + "\n"
        }
    }

    /// How many indexes each table has, those behind PRIMARY KEY and UNIQUE included.
    package static func indexCounts(of database: any Database) async throws -> [String: Int] {
        try await database.read { transaction in
            let query: Query =
                switch transaction.dialect {
                case .sqlite:
                    """
                    SELECT m.name AS name, count(i.name) AS indexes
                    FROM sqlite_master m LEFT JOIN pragma_index_list(m.name) i
                    WHERE m.type = 'table' GROUP BY m.name
                    """
                case .postgresql:
                    """
                    SELECT c.relname AS name, count(i.indexrelid) AS indexes
                    FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid
                    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname
                    """
                }
            var counts: [String: Int] = [:]
            for row in try transaction.rows(query) {
                let name: String = try row["name"]
                counts[name] = try row["indexes"]
            }
            return counts
        }
    }

    private static func sqliteTables(_ transaction: any Transaction) throws -> [String] {
        let definitions = try transaction.rows(
            """
            SELECT tbl_name, sql FROM sqlite_master
            WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 ELSE 1 END, name
            """
        )
        return try definitions.map { row in
            let sql: String = try row["sql"]
            return sql + ";"
        }
    }

    private static func postgresqlTables(_ transaction: any Transaction) throws -> [String] {
        let tables = try transaction.rows(
            """
            SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname COLLATE "C"
            """
        )
        return try tables.map { row in
            let table: String = try row["relname"]
            let lines = try columns(of: table, transaction) + constraints(of: table, transaction)
            let indexes = try indexes(of: table, transaction).map { "\n\($0);" }.joined()
            return "CREATE TABLE \(table) (\n    " + lines.joined(separator: ",\n    ") + "\n);" + indexes
        }
    }

    private static func columns(of table: String, _ transaction: any Transaction) throws -> [String] {
        let rows = try transaction.rows(
            """
            SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
                pg_get_expr(d.adbin, d.adrelid) AS value
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = CAST(\(table) AS regclass) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """
        )
        return try rows.map { row in
            let (name, type): (String, String) = (try row["name"], try row["type"])
            let (isRequired, value): (Bool, String?) = (try row["required"], try row["value"])
            return "\(name) \(type)" + (isRequired ? " NOT NULL" : "") + (value.map { " DEFAULT \($0)" } ?? "")
        }
    }

    private static func constraints(of table: String, _ transaction: any Transaction) throws -> [String] {
        let rows = try transaction.rows(
            """
            SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
            WHERE conrelid = CAST(\(table) AS regclass) ORDER BY contype, conname COLLATE "C"
            """
        )
        return try rows.map { row in
            let (name, definition): (String, String) = (try row["name"], try row["definition"])
            return "CONSTRAINT \(name) \(definition)"
        }
    }

    /// The indexes that stand on their own; those behind a constraint are told by it.
    private static func indexes(of table: String, _ transaction: any Transaction) throws -> [String] {
        let rows = try transaction.rows(
            """
            SELECT pg_get_indexdef(i.indexrelid) AS definition
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = CAST(\(table) AS regclass)
                AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
            ORDER BY c.relname COLLATE "C"
            """
        )
        return try rows.map { row in
            // The schema's name is the database's affair, not the table's.
            let definition: String = try row["definition"]
            return definition.replacing(" ON public.", with: " ON ")
        }
    }
}
