import SQL

extension DatabaseError: ExplainedFailure {
    var explanation: String {
        switch self {
        case .unavailable(let reason): "the database cannot be reached: \(reason)"
        case .full: "there is no room for the database; nothing was written"
        case .conflict: "others were writing all the while; nothing was written. Try again"
        case .deadlineExceeded: "the database took too long, and what was begun was undone. Try again"
        case .outcomeUnknown:
            "the database was lost while it wrote: look whether it is done before you do it again"
        case .constraint, .tooManyBindings, .missingColumn, .unexpectedValue, .statement:
            "the database did not do it: \(self)"
        }
    }

    var code: ExitFailure.Code {
        switch self {
        case .unavailable, .full: .unavailable
        case .conflict, .deadlineExceeded, .outcomeUnknown: .tryAgain
        case .constraint, .tooManyBindings, .missingColumn, .unexpectedValue, .statement: .internalError
        }
    }
}
