package import Domain
package import SQL

/// A family that is added whole: its guardian, and each child with the consent for it.
package struct Family: Sendable {
    package var guardian: Guardian
    package var phone: SealedPhone
    /// Each child's `guardianID` and each consent's is the id of `guardian`.
    package var children: [(child: Child, consent: Consent)]

    package init(guardian: Guardian, phone: SealedPhone, children: [(child: Child, consent: Consent)]) {
        self.guardian = guardian
        self.phone = phone
        self.children = children
    }
}

/// Adds families that nobody signed in for: those of the demo.
package struct FamilyStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// A guardian with children.
    package struct Kept: Sendable {
        package let children: [Child]
        /// False when the number was known and had children: then nothing was changed.
        package let isNew: Bool
    }

    /// Adds a family, all or nothing, unless its number has children already. A guardian who has none gets them.
    package func add(_ family: Family) async throws -> Kept {
        try await database.write { transaction in
            let guardian = family.guardian
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(guardian.id), \(family.phone.lookup), \(family.phone.cipher), \(family.phone.keyID),
                    \(guardian.language), \(guardian.timeZone), \(guardian.createdAt))
                ON CONFLICT (phone_lookup) DO NOTHING
                """
            )
            let row = try transaction.row(
                """
                SELECT id FROM guardian WHERE phone_lookup = \(family.phone.lookup) \(transaction.dialect.forUpdate)
                """
            )
            guard let row else { throw DatabaseError.conflict }
            let id: Guardian.ID = try row["id"]
            let known = try Self.children(of: id, transaction)
            guard known.isEmpty else { return Kept(children: known, isNew: false) }
            for (child, consent) in family.children {
                try Self.insert(child, consent, of: id, transaction)
            }
            return Kept(children: try Self.children(of: id, transaction), isNew: true)
        }
    }

    private static func children(of guardian: Guardian.ID, _ transaction: any Transaction) throws -> [Child] {
        try transaction.rows(
            "SELECT \(ChildStore.columns) FROM child c WHERE c.guardian_id = \(guardian) ORDER BY c.id"
        ).map(ChildStore.child)
    }

    private static func insert(
        _ child: Child,
        _ consent: Consent,
        of guardian: Guardian.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, approved_only, search_enabled,
                autoplay_cap, created_at)
            VALUES (\(child.id), \(guardian), \(child.nickname), \(child.birthMonth), \(child.avatar),
                \(child.rules.approvedOnly), \(child.rules.searchEnabled), \(child.rules.autoplayCap),
                \(consent.givenAt))
            """
        )
        try transaction.run(
            """
            INSERT INTO consent (id, guardian_id, child_id, text_version, given_at, confirmed_at)
            VALUES (\(consent.id), \(guardian), \(child.id), \(consent.textVersion), \(consent.givenAt),
                \(consent.confirmedAt))
            """
        )
    }
}
