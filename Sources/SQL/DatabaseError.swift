/// What can go wrong, in words both engines share. Messages name tables and columns, never values.
package enum DatabaseError: Error, Equatable, Sendable {
    package enum Constraint: String, Sendable {
        case unique
        case foreignKey = "foreign_key"
        case notNull = "not_null"
        case check
    }

    /// A rule of the schema was broken. `name` is the constraint or `table.column` as the engine reports it.
    case constraint(Constraint, name: String)
    /// A concurrent transaction won more often than the bounded retry tries again.
    case conflict
    /// The commit may or may not have happened.
    case outcomeUnknown
    /// No connection, or none within the waiting time. Nothing was written.
    case unavailable(String)
    /// The transaction passed its deadline and was undone.
    case deadlineExceeded
    /// The disk (or the database's quota) is full. Nothing was written.
    case full
    case tooManyBindings(count: Int, limit: Int)
    case missingColumn(String)
    case unexpectedValue(column: String, expected: String)
    /// A statement the engine refuses: a mistake in our SQL, with the engine's code.
    case statement(code: String, message: String)
}
