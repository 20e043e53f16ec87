import SQL

extension Transaction {
    /// Lets one writer of the catalogue in at a time: two imports of the same video wait for each other instead of
    /// breaking a unique rule. First statement of every transaction that changes the catalogue.
    func lockCatalogue() throws {
        _ = try rows("SELECT version FROM catalogue_version WHERE id = 1 \(dialect.forUpdate)")
    }
}
