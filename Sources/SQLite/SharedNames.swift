internal import SQL

// GRDB has a `Database`, a `Row`, a `DatabaseError` and even an `SQL` of its own, so a file that imports both cannot
// name ours. These are the names the files beside this one use.

typealias AnswerRow = Row
typealias SharedError = DatabaseError
typealias SharedTransaction = Transaction
