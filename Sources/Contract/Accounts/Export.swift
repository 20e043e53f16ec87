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
package struct ExportResponse: Codable, Sendable {
    package struct PlayExport: Codable, Sendable {
        package let id: Play.ID
        package let videoID: Video.ID
        package let surface: Surface
        package let startedAt: Timestamp
        package let watchedMS: Int64

        package init(id: Play.ID, videoID: Video.ID, surface: Surface, startedAt: Timestamp, watchedMS: Int64) {
            self.id = id
            self.videoID = videoID
            self.surface = surface
            self.startedAt = startedAt
            self.watchedMS = watchedMS
        }

        package enum CodingKeys: String, CodingKey {
            case id, surface
            case videoID = "video_id"
            case startedAt = "started_at"
            case watchedMS = "watched_ms"
        }
    }

    package struct DayExport: Codable, Sendable {
        package let day: String
        package let watchedMS: Int64

        package init(day: String, watchedMS: Int64) {
            self.day = day
            self.watchedMS = watchedMS
        }

        package enum CodingKeys: String, CodingKey {
            case day
            case watchedMS = "watched_ms"
        }
    }

    package struct ChildExport: Codable, Sendable {
        package let profile: ChildResponse
        package let blocks: [BlockResponse]
        package let approvals: [Video.ID]
        package let favourites: [Video.ID]
        package let plays: [PlayExport]
        package let days: [DayExport]

        package init(
            profile: ChildResponse,
            blocks: [BlockResponse],
            approvals: [Video.ID],
            favourites: [Video.ID],
            plays: [PlayExport],
            days: [DayExport]
        ) {
            self.profile = profile
            self.blocks = blocks
            self.approvals = approvals
            self.favourites = favourites
            self.plays = plays
            self.days = days
        }
    }

    package let exportedAt: Timestamp
    package let guardian: GuardianResponse
    package let phone: String
    package let sessions: [SignedInDevice]
    package let consents: [ConsentResponse]
    package let children: [ChildExport]

    package init(
        exportedAt: Timestamp,
        guardian: GuardianResponse,
        phone: String,
        sessions: [SignedInDevice],
        consents: [ConsentResponse],
        children: [ChildExport]
    ) {
        self.exportedAt = exportedAt
        self.guardian = guardian
        self.phone = phone
        self.sessions = sessions
        self.consents = consents
        self.children = children
    }

    package enum CodingKeys: String, CodingKey {
        case guardian, phone, sessions, consents, children
        case exportedAt = "exported_at"
    }
}
