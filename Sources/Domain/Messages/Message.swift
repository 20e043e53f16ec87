/// Something the family is told outside the app. Its texts are final: in the guardian's language, without a child's name,
/// because a push network may read them.
package struct Message: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Message>

    /// What a guardian can switch on and off.
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case weeklyReport = "weekly_report"
        case requestWaiting = "request_waiting"
        case boardNotice = "board_notice"
        case event
    }

    package let id: ID
    package let kind: Kind
    package let title: String
    package let body: String
    /// Where in the app it leads, `/report`; nil: to its start.
    package let path: String?

    package init(id: ID, kind: Kind, title: String, body: String, path: String? = nil) {
        self.id = id
        self.kind = kind
        self.title = title
        self.body = body
        self.path = path
    }

    /// How long a push network keeps it for a device that is off. News of a request is stale within the day.
    package var lifetime: Span {
        switch kind {
        case .requestWaiting: .hours(12)
        case .weeklyReport, .boardNotice, .event: .days(2)
        }
    }
}
