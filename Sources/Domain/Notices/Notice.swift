/// From when on something is shown, and until when: the start belongs to it, the end does not.
package struct NoticePeriod: Sendable, Hashable {
    package let start: Instant
    /// Nil: for good.
    package let end: Instant?

    /// Nil where the end is not after the start.
    package init?(start: Instant, end: Instant?) {
        if let end, end <= start { return nil }
        self.start = start
        self.end = end
    }

    package func contains(_ instant: Instant) -> Bool {
        start <= instant && end.map { instant < $0 } ?? true
    }
}

/// A board of the app that staff write on.
package struct Board: Sendable, Hashable {
    /// `notices`: 1 to 40 of `a-z0-9-`.
    package let name: String
    package let title: Wording

    package init(name: String, title: Wording) {
        self.name = name
        self.title = title
    }
}

/// Something written on a board.
package struct Post: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Post>

    package let id: ID
    package let board: String
    package let title: Wording
    package let body: Wording
    package let period: NoticePeriod
    package let withdrawnAt: Instant?

    package init(
        id: ID,
        board: String,
        title: Wording,
        body: Wording,
        period: NoticePeriod,
        withdrawnAt: Instant? = nil
    ) {
        self.id = id
        self.board = board
        self.title = title
        self.body = body
        self.period = period
        self.withdrawnAt = withdrawnAt
    }

    package func isShown(at now: Instant) -> Bool { withdrawnAt == nil && period.contains(now) }
}

/// Something the app opens a window for, until the guardian puts it away.
package struct Event: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Event>

    package let id: ID
    package let title: Wording
    package let body: Wording
    /// Where in the app its button leads; nil: it has none.
    package let path: String?
    package let period: NoticePeriod
    package let withdrawnAt: Instant?

    package init(
        id: ID,
        title: Wording,
        body: Wording,
        path: String?,
        period: NoticePeriod,
        withdrawnAt: Instant? = nil
    ) {
        self.id = id
        self.title = title
        self.body = body
        self.path = path
        self.period = period
        self.withdrawnAt = withdrawnAt
    }

    package func isShown(at now: Instant) -> Bool { withdrawnAt == nil && period.contains(now) }
}
