import Contract
package import SQL
package import ServerKit

/// What a database error is to the outside.
extension DatabaseError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .outcomeUnknown: Problem(.outcomeUnknown, retryAfter: 2)
        case .conflict, .unavailable, .deadlineExceeded: Problem(.unavailable, retryAfter: 1)
        case .full: Problem(.storageFull, retryAfter: 60)
        // A rule of the schema that no check before it caught: the request does not fit what is stored.
        case .constraint: Problem(.conflict)
        case .tooManyBindings, .missingColumn, .unexpectedValue, .statement: Problem(.internal)
        }
    }
}
