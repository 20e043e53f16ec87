package import Domain

/// What messages leave behind, as it stands in `POST /v1/me/export`.
extension ExportResponse {
    /// A device that messages are pushed to. Where it is reached is a secret.
    package struct DeviceExport: Codable, Sendable {
        package let id: PushDevice.ID
        package let sessionID: Session.ID
        package let kind: PushDevice.Kind
        package let createdAt: Timestamp
        package let seenAt: Timestamp

        package init(
            id: PushDevice.ID,
            session: Session.ID,
            kind: PushDevice.Kind,
            createdAt: Instant,
            seenAt: Instant
        ) {
            self.id = id
            sessionID = session
            self.kind = kind
            self.createdAt = Timestamp(createdAt)
            self.seenAt = Timestamp(seenAt)
        }

        package enum CodingKeys: String, CodingKey {
            case id, kind
            case sessionID = "session_id"
            case createdAt = "created_at"
            case seenAt = "seen_at"
        }
    }

    package struct MessageExport: Codable, Sendable {
        package let id: Message.ID
        package let kind: Message.Kind
        /// What it was about.
        package let cause: String
        package let title: String
        package let body: String
        /// Where in the app it leads.
        package let path: String?
        package let createdAt: Timestamp
        package let expiresAt: Timestamp

        package init(_ message: Message, cause: String, createdAt: Instant, expiresAt: Instant) {
            id = message.id
            kind = message.kind
            self.cause = cause
            title = message.title
            body = message.body
            path = message.path
            self.createdAt = Timestamp(createdAt)
            self.expiresAt = Timestamp(expiresAt)
        }

        package enum CodingKeys: String, CodingKey {
            case id, kind, cause, title, body, path
            case createdAt = "created_at"
            case expiresAt = "expires_at"
        }
    }

    package struct MessagePreferenceExport: Codable, Sendable {
        package let kind: Message.Kind
        package let enabled: Bool

        package init(kind: Message.Kind, enabled: Bool) {
            self.kind = kind
            self.enabled = enabled
        }
    }

    /// Minutes since midnight; both null where the guardian wants no quiet hours.
    package struct QuietHoursExport: Codable, Sendable {
        package let startMinute: Int?
        package let endMinute: Int?

        package init(_ hours: QuietHours?) {
            startMinute = hours?.start
            endMinute = hours?.end
        }

        package enum CodingKeys: String, CodingKey {
            case startMinute = "start_minute"
            case endMinute = "end_minute"
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(startMinute, forKey: .startMinute)
            try container.encode(endMinute, forKey: .endMinute)
        }
    }
}
