package import Domain
package import SQL
package import Storage

/// Guardians with devices, and the outbox that messages reach them through.
package struct OutboxWorld: Sendable {
    package struct Family: Sendable {
        package let id: Guardian.ID
        package let session: Session.ID
        package let devices: [PushDevice.ID]
    }

    /// Noon in Seoul: far from quiet hours.
    package static let noon = Instant(millisecondsSince1970: 1_795_402_800_000)

    package let database: any Database
    package let outbox: OutboxStore
    package let devices: DeviceStore
    package let preferences: MessagePreferenceStore
    package let ids = IdentifierSource(clock: .system)

    package init(_ engine: Engine) async throws {
        database = try await engine.makeDatabase()
        outbox = OutboxStore(database: database)
        devices = DeviceStore(database: database)
        preferences = MessagePreferenceStore(database: database)
    }

    package func guardian(devices count: Int) async throws -> Family {
        let (id, session): (Guardian.ID, Session.ID) = (ids.next(), ids.next())
        let now = Self.noon
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(id), \(Array(id.description.utf8)), \([UInt8]()), 'k', 'ko', 'Asia/Seoul', \(now))
                """
            )
            try transaction.run(
                """
                INSERT INTO session (id, guardian_id, device_name, created_at, last_used_at, expires_at)
                VALUES (\(session), \(id), '엄마 폰', \(now), \(now), \(now + .days(365)))
                """
            )
        }
        var family = Family(id: id, session: session, devices: [])
        for number in 0..<count {
            let device: PushDevice.ID = ids.next()
            // Each a little later than the one before, none after noon.
            let seen = now - .seconds(Int64(count - 1 - number))
            let kept = try await devices.register(
                address(of: device),
                kind: .firebase,
                id: device,
                for: id,
                session: session,
                now: seen
            )
            family = Family(id: id, session: session, devices: family.devices + [kept.id])
        }
        return family
    }

    /// Not sealed: the device's id stands in the clear.
    package func address(of device: PushDevice.ID) -> SealedAddress {
        let bytes = Array(device.description.utf8)
        return SealedAddress(lookup: bytes, cipher: bytes, keyID: "k")
    }

    package func register(_ address: SealedAddress, for family: Family) async throws -> PushDevice {
        try await devices.register(
            address,
            kind: .firebase,
            id: ids.next(),
            for: family.id,
            session: family.session,
            now: Self.noon
        )
    }

    package func signOut(_ family: Family) async throws {
        try await database.write { transaction in
            try transaction.run(
                """
                UPDATE session SET revoked_at = \(Self.noon), revoked_reason = 'signed_out' WHERE id = \(family.session)
                """
            )
        }
    }

    package func message(_ kind: Message.Kind = .weeklyReport) -> Message {
        Message(id: ids.next(), kind: kind, title: "제목", body: "본문", path: "/report")
    }

    package func enqueue(
        to family: Family,
        cause: String = "cause",
        kind: Message.Kind = .weeklyReport,
        now: Instant = OutboxWorld.noon
    ) async throws -> Bool {
        try await outbox.enqueue(message(kind), to: family.id, cause: cause, now: now)
    }

    package func take(
        _ taker: String,
        limit: Int = 100,
        at now: Instant = OutboxWorld.noon
    ) async throws -> OutboxStore.Taken {
        try await outbox.take(limit: limit, lease: .minutes(5), taker: taker, now: now)
    }

    /// Of every delivery there is, in order.
    package func states() async throws -> [String] {
        try await database.read { transaction in
            try transaction.rows("SELECT state FROM delivery ORDER BY state").map { try $0["state"] }
        }
    }
}
