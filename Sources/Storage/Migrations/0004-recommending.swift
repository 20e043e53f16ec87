import SQL

extension Migration {
    /// Trained models of the recommender, in parts, and what became of its offers.
    static let recommending = Migration(number: 4, name: "recommending") { dialect in
        let (integer, bytes, strict) = (dialect.integer, dialect.bytes, dialect.strict)
        return [
            """
            CREATE TABLE model (
                version \(integer) NOT NULL PRIMARY KEY,
                state TEXT NOT NULL CHECK (state IN ('writing', 'ready')),
                made_at \(integer) NOT NULL,
                parts \(integer) NOT NULL CHECK (parts > 0),
                summary TEXT NOT NULL
            )\(strict)
            """,
            """
            CREATE TABLE model_part (
                version \(integer) NOT NULL REFERENCES model (version) ON DELETE CASCADE,
                part \(integer) NOT NULL CHECK (part >= 0),
                bytes \(bytes) NOT NULL,
                PRIMARY KEY (version, part)
            )\(strict)
            """,
            // Sums over all children: it names none.
            """
            CREATE TABLE offer_hour (
                hour_at \(integer) NOT NULL,
                surface TEXT NOT NULL,
                reason TEXT NOT NULL,
                shown \(integer) NOT NULL CHECK (shown >= 0),
                opened \(integer) NOT NULL CHECK (opened >= 0),
                finished \(integer) NOT NULL CHECK (finished >= 0),
                PRIMARY KEY (hour_at, surface, reason)
            )\(strict)
            """,
        ]
    }
}
