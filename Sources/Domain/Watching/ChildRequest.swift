/// What a child asks its guardian for: a video that is not approved, or more time.
package struct ChildRequest: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<ChildRequest>

    /// The raw value is the name on the wire and in the database.
    package enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        case video, time
    }

    package enum State: String, Sendable, Hashable, CaseIterable, Codable {
        case waiting, granted, refused
    }

    package enum Subject: Sendable, Hashable {
        case video(Video.ID)
        case time

        package var kind: Kind {
            switch self {
            case .video: .video
            case .time: .time
            }
        }

        package var video: Video.ID? {
            if case .video(let id) = self { id } else { nil }
        }

        /// Nil where a video is asked for and none is named, or the other way round.
        package init?(kind: Kind, video: Video.ID?) {
            switch (kind, video) {
            case (.video, let video?): self = .video(video)
            case (.time, nil): self = .time
            default: return nil
            }
        }
    }

    /// How many may wait at once: a child that presses everything must not bury its guardian.
    package static let maximumWaiting = 20

    package let id: ID
    package let child: Child.ID
    package let subject: Subject
    package let createdAt: Instant
    package var state: State
    /// Granted, for time.
    package var minutes: Int?
    package var decidedAt: Instant?

    package init(
        id: ID,
        child: Child.ID,
        subject: Subject,
        createdAt: Instant,
        state: State = .waiting,
        minutes: Int? = nil,
        decidedAt: Instant? = nil
    ) {
        self.id = id
        self.child = child
        self.subject = subject
        self.createdAt = createdAt
        self.state = state
        self.minutes = minutes
        self.decidedAt = decidedAt
    }
}
