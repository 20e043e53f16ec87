package import SQL

/// The schema's history, oldest first. Released migrations are never edited; a change is a new number.
package enum Schema {
    package static let migrations: [Migration] = [
        .catalogue, .accounts, .watching, .recommending, .aggregates, .timeRules, .messages,
        .notices, .report, .sessionEnds,
    ]
}
