/// The grown-up an account belongs to. The phone number is not here: only the vault opens it.
package struct Guardian: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Guardian>

    package enum Language: String, Sendable, CaseIterable, Codable {
        case korean = "ko"
        case english = "en"
    }

    package var id: ID
    package var language: Language
    /// An IANA name, `Asia/Seoul`. Days and bedtimes are the family's.
    package var timeZone: String
    /// Grows with every new PIN, so that what the old one opened closes; nil where no PIN is set.
    package var pinVersion: Int?
    package var hasPIN: Bool { pinVersion != nil }
    package var createdAt: Instant
    /// Set when the guardian asked for deletion; everything is gone within `deletionDelay`.
    package var deletionRequestedAt: Instant?

    /// YouTube Developer Policies III.E.4.g: user data is deleted within 7 days of the request. We promise 6 and keep one
    /// for a job that failed.
    package static let deletionDelay = Span.days(6)

    package init(
        id: ID,
        language: Language,
        timeZone: String,
        pinVersion: Int?,
        createdAt: Instant,
        deletionRequestedAt: Instant?
    ) {
        self.id = id
        self.language = language
        self.timeZone = timeZone
        self.pinVersion = pinVersion
        self.createdAt = createdAt
        self.deletionRequestedAt = deletionRequestedAt
    }
}
