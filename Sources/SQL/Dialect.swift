/// The few words in which the engines differ. Everything else is one text.
package enum Dialect: String, Sendable, CaseIterable {
    case sqlite
    case postgresql

    /// A piece of SQL chosen by engine. Only this file makes them.
    package struct Word: Sendable {
        let text: String
    }

    /// A 64-bit integer column.
    package var integer: String { self == .sqlite ? "INTEGER" : "BIGINT" }
    /// A double column.
    package var real: String { self == .sqlite ? "REAL" : "DOUBLE PRECISION" }
    /// A byte string column.
    package var bytes: String { self == .sqlite ? "BLOB" : "BYTEA" }
    /// What follows a table definition: SQLite checks column types only in STRICT tables.
    package var strict: String { self == .sqlite ? " STRICT" : "" }

    /// Locks the selected rows until the transaction ends. SQLite has one writer and needs no word.
    package var forUpdate: Word { Word(text: self == .sqlite ? "" : "FOR UPDATE") }
    /// Locks the rows of one table of a join, which is named by its alias here.
    package func forUpdate(of alias: StaticString) -> Word {
        Word(text: self == .sqlite ? "" : "FOR UPDATE OF \(alias)")
    }
    /// Locks the selected rows as `forUpdate` does, and lets rows that refer to them be inserted meanwhile: to do things for
    /// an owner one after the other without holding up what is counted for it.
    package var forNoKeyUpdate: Word { Word(text: self == .sqlite ? "" : "FOR NO KEY UPDATE") }
    /// The same for the rows of one table of a join.
    package func forNoKeyUpdate(of alias: StaticString) -> Word {
        Word(text: self == .sqlite ? "" : "FOR NO KEY UPDATE OF \(alias)")
    }
    /// Holds the selected rows of one table of a join against deletion until the transaction ends, and against nothing else.
    package func forKeyShare(of alias: StaticString) -> Word {
        Word(text: self == .sqlite ? "" : "FOR KEY SHARE OF \(alias)")
    }
    /// The same, passing over rows that somebody else has locked: two who look for work at once find different work.
    package func forUpdateSkippingLocked(of alias: StaticString) -> Word {
        Word(text: self == .sqlite ? "" : "FOR UPDATE OF \(alias) SKIP LOCKED")
    }
    /// The larger and the smaller of several values in one row.
    package var greatest: Word { Word(text: self == .sqlite ? "max" : "greatest") }
    package var least: Word { Word(text: self == .sqlite ? "min" : "least") }
}
