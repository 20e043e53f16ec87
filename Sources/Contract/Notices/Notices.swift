package import Domain

/// One of `GET /v1/boards`
package struct BoardResponse: Codable, Sendable {
    package let name: String
    package let title: String

    package init(_ board: Board, in language: Guardian.Language) {
        name = board.name
        title = board.title[language]
    }
}

/// `GET /v1/posts/{post}`, and one of a board's.
package struct PostResponse: Codable, Sendable {
    package let id: Post.ID
    package let board: String
    package let title: String
    package let body: String
    package let startsAt: Timestamp
    /// Left out where it stays.
    package let endsAt: Timestamp?

    package init(_ post: Post, in language: Guardian.Language) {
        id = post.id
        board = post.board
        title = post.title[language]
        body = post.body[language]
        startsAt = Timestamp(post.period.start)
        endsAt = post.period.end.map { Timestamp($0) }
    }

    package enum CodingKeys: String, CodingKey {
        case id, board, title, body
        case startsAt = "starts_at"
        case endsAt = "ends_at"
    }
}

/// One of `GET /v1/events/current`
package struct EventResponse: Codable, Sendable {
    package let id: Event.ID
    package let title: String
    package let body: String
    /// Where in the app its button leads; left out where it has none.
    package let path: String?
    package let startsAt: Timestamp
    package let endsAt: Timestamp?

    package init(_ event: Event, in language: Guardian.Language) {
        id = event.id
        title = event.title[language]
        body = event.body[language]
        path = event.path
        startsAt = Timestamp(event.period.start)
        endsAt = event.period.end.map { Timestamp($0) }
    }

    package enum CodingKeys: String, CodingKey {
        case id, title, body, path
        case startsAt = "starts_at"
        case endsAt = "ends_at"
    }
}

/// `PUT /v1/events/{event}/dismissal`
package struct DismissalBody: JSONBody {
    /// Null: for good.
    package let until: Timestamp?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case until
    }

    /// What is left out is a slip and not a wish to see it never again.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.contains(.until) else { throw InvalidField("until", .required) }
        until = try container.decodeIfPresent(Timestamp.self, forKey: .until)
    }
}

extension ExportResponse {
    /// An event that was put away.
    package struct EventDismissalExport: Codable, Sendable {
        package let eventID: Event.ID
        /// Left out where it is for good.
        package let untilAt: Timestamp?

        package init(event: Event.ID, until: Instant?) {
            eventID = event
            untilAt = until.map { Timestamp($0) }
        }

        package enum CodingKeys: String, CodingKey {
            case eventID = "event_id"
            case untilAt = "until_at"
        }
    }
}
