package import Domain

/// One recorded consent.
package struct ConsentResponse: Codable, Sendable {
    package let childID: Child.ID
    package let textVersion: String
    package let givenAt: Timestamp
    package let confirmedAt: Timestamp?
    package let withdrawnAt: Timestamp?

    package init(_ consent: Consent) {
        childID = consent.childID
        textVersion = consent.textVersion
        givenAt = Timestamp(consent.givenAt)
        confirmedAt = consent.confirmedAt.map { Timestamp($0) }
        withdrawnAt = consent.withdrawnAt.map { Timestamp($0) }
    }

    package enum CodingKeys: String, CodingKey {
        case childID = "child_id"
        case textVersion = "text_version"
        case givenAt = "given_at"
        case confirmedAt = "confirmed_at"
        case withdrawnAt = "withdrawn_at"
    }
}

/// `POST /v1/me/export`: everything kept about a family. The only answer that holds the whole phone number.
///
/// A test walks the schema and holds this to it: a column of a family is here, or left out with a reason.
package struct ExportResponse: Codable, Sendable {
    /// A device that is signed in, or was until not long ago.
    package struct SessionExport: Codable, Sendable {
        package let id: Session.ID
        package let deviceName: String
        package let createdAt: Timestamp
        package let lastUsedAt: Timestamp
        package let expiresAt: Timestamp
        package let revokedAt: Timestamp?
        /// `signed_out`, `reuse` or `deleted`
        package let revokedReason: String?

        package init(_ session: Session, revokedAt: Instant?, reason: String?) {
            id = session.id
            deviceName = session.deviceName
            createdAt = Timestamp(session.createdAt)
            lastUsedAt = Timestamp(session.lastUsedAt)
            expiresAt = Timestamp(session.expiresAt)
            self.revokedAt = revokedAt.map { Timestamp($0) }
            revokedReason = reason
        }

        package enum CodingKeys: String, CodingKey {
            case id
            case deviceName = "device_name"
            case createdAt = "created_at"
            case lastUsedAt = "last_used_at"
            case expiresAt = "expires_at"
            case revokedAt = "revoked_at"
            case revokedReason = "revoked_reason"
        }
    }

    /// What a player of the family reported about a video that did not play. Kept by family, not by child.
    package struct HealthReportExport: Codable, Sendable {
        package let videoID: Video.ID
        package let errorCode: Int
        package let reportedAt: Timestamp

        package init(videoID: Video.ID, errorCode: Int, reportedAt: Instant) {
            self.videoID = videoID
            self.errorCode = errorCode
            self.reportedAt = Timestamp(reportedAt)
        }

        package enum CodingKeys: String, CodingKey {
            case videoID = "video_id"
            case errorCode = "error_code"
            case reportedAt = "reported_at"
        }
    }

    package let exportedAt: Timestamp
    package let guardian: GuardianResponse
    package let phone: String
    package let sessions: [SessionExport]
    package let consents: [ConsentResponse]
    package let healthReports: [HealthReportExport]
    package let devices: [DeviceExport]
    package let messages: [MessageExport]
    package let messagePreferences: [MessagePreferenceExport]
    /// Left out where nothing was ever said about them.
    package let quietHours: QuietHoursExport?
    package let eventDismissals: [EventDismissalExport]
    package let children: [ChildExport]

    package init(
        exportedAt: Timestamp,
        guardian: GuardianResponse,
        phone: String,
        sessions: [SessionExport],
        consents: [ConsentResponse],
        healthReports: [HealthReportExport],
        devices: [DeviceExport],
        messages: [MessageExport],
        messagePreferences: [MessagePreferenceExport],
        quietHours: QuietHoursExport?,
        eventDismissals: [EventDismissalExport],
        children: [ChildExport]
    ) {
        self.exportedAt = exportedAt
        self.guardian = guardian
        self.phone = phone
        self.sessions = sessions
        self.consents = consents
        self.healthReports = healthReports
        self.devices = devices
        self.messages = messages
        self.messagePreferences = messagePreferences
        self.quietHours = quietHours
        self.eventDismissals = eventDismissals
        self.children = children
    }

    package enum CodingKeys: String, CodingKey {
        case guardian, phone, sessions, consents, devices, messages, children
        case exportedAt = "exported_at"
        case healthReports = "health_reports"
        case messagePreferences = "message_preferences"
        case quietHours = "quiet_hours"
        case eventDismissals = "event_dismissals"
    }
}
