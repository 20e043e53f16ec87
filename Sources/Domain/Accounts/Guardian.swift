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
    package var hasPIN: Bool
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
        hasPIN: Bool,
        createdAt: Instant,
        deletionRequestedAt: Instant?
    ) {
        self.id = id
        self.language = language
        self.timeZone = timeZone
        self.hasPIN = hasPIN
        self.createdAt = createdAt
        self.deletionRequestedAt = deletionRequestedAt
    }
}
