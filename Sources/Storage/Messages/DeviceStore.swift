package import Domain
package import SQL

/// The devices messages are pushed to.
package struct DeviceStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Registers an address for a session, or says that it was seen again: an address stands for one device, whoever holds
    /// it now. What still waited for the guardian who held it before is not sent to the new one.
    ///
    /// - Parameter id: of the device, should it be new.
    package func register(
        _ address: SealedAddress,
        kind: PushDevice.Kind,
        id: PushDevice.ID,
        for guardian: Guardian.ID,
        session: Session.ID,
        now: Instant
    ) async throws -> PushDevice {
        try await database.write { transaction in
            let row = try transaction.row(
                """
                INSERT INTO push_device (id, guardian_id, session_id, kind, address_lookup, address_cipher, address_key_id,
                    created_at, seen_at)
                VALUES (\(id), \(guardian), \(session), \(kind), \(address.lookup), \(address.cipher), \(address.keyID),
                    \(now), \(now))
                ON CONFLICT (address_lookup) DO UPDATE SET guardian_id = excluded.guardian_id,
                    session_id = excluded.session_id, kind = excluded.kind, address_cipher = excluded.address_cipher,
                    address_key_id = excluded.address_key_id, seen_at = excluded.seen_at
                RETURNING id
                """
            )
            guard let row else { throw DatabaseError.conflict }
            let kept: PushDevice.ID = try row["id"]
            try transaction.run(
                """
                DELETE FROM delivery WHERE device_id = \(kept) AND NOT EXISTS (
                    SELECT 1 FROM message m WHERE m.id = delivery.message_id AND m.guardian_id = \(guardian)
                )
                """
            )
            let devices = try Self.devices(where: "v.guardian_id = \(guardian)", transaction)
            let surplus = devices.filter { $0.id != kept }.dropFirst(PushDevice.most - 1).map(\.id)
            if !surplus.isEmpty {
                try transaction.run("DELETE FROM push_device WHERE id IN (\(list: surplus))")
            }
            guard let device = devices.first(where: { $0.id == kept }) else { throw DatabaseError.conflict }
            return device
        }
    }

    /// Those that are signed in. Seen last comes first.
    package func devices(of guardian: Guardian.ID, now: Instant) async throws -> [PushDevice] {
        try await database.read { transaction in
            try Self.devices(
                where: "v.guardian_id = \(guardian) AND s.revoked_at IS NULL AND s.expires_at > \(now)",
                transaction
            )
        }
    }

    private static func devices(where condition: Query, _ transaction: any Transaction) throws -> [PushDevice] {
        try transaction.rows(
            """
            SELECT v.id, v.kind, s.device_name, v.created_at, v.seen_at
            FROM push_device v JOIN session s ON s.id = v.session_id
            WHERE \(condition) ORDER BY v.seen_at DESC, v.id DESC
            """
        ).map { row in
            PushDevice(
                id: try row["id"],
                kind: try row["kind"],
                name: try row["device_name"],
                createdAt: try row["created_at"],
                seenAt: try row["seen_at"]
            )
        }
    }

    /// False when the guardian has no such device.
    package func remove(_ id: PushDevice.ID, of guardian: Guardian.ID) async throws -> Bool {
        try await database.write { transaction in
            try transaction.run("DELETE FROM push_device WHERE id = \(id) AND guardian_id = \(guardian)") == 1
        }
    }

    /// Forgets a device that its network no longer knows, unless the app has registered it again meanwhile.
    package func forget(_ id: PushDevice.ID, seenBefore instant: Instant) async throws {
        try await database.write { transaction in
            try transaction.run("DELETE FROM push_device WHERE id = \(id) AND seen_at <= \(instant)")
        }
    }
}
