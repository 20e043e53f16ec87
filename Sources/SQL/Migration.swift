/// One numbered step of the schema's history. Never edited once released: its checksum is kept in the database.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// The statements for an engine, in order. Text only: a migration must not change when application types do.
    package let statements: @Sendable (Dialect) -> [String]

    package init(number: Int, name: String, statements: @escaping @Sendable (Dialect) -> [String]) {
        self.number = number
        self.name = name
        self.statements = statements
    }
}
