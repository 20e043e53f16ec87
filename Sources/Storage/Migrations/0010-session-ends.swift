import SQL

extension Migration {
    /// Sessions that are over are found without looking through those that are not.
    static let sessionEnds = Migration(number: 10, name: "session-ends") { _ in
        [
            "CREATE INDEX session_by_expiry ON session (expires_at)",
            "CREATE INDEX session_by_revocation ON session (revoked_at) WHERE revoked_at IS NOT NULL",
        ]
    }
}
