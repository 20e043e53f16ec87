import ArgumentParser
import Contract
import Domain
import SQL
import Storage

/// Lists posts or events.
struct NoticeListing: ParsableArguments {
    @Option(help: "At most so many, 1 to 1000.")
    var limit = 50

    @Flag(help: "Print them as JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run(
        role: String,
        _ lines: (NoticeStore, _ limit: Int, _ now: Instant) async throws -> [NoticeLine]
    ) async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: role)
            let lines = try await lines(platform.stores.notices, limit, platform.clock.now())
            try await platform.database.close()
            try NoticeLine.print(lines, asJSON: json)
        }
    }
}

/// A table of posts or events, a line each.
struct NoticeLine: Encodable {
    let id: String
    let place: String
    let title: String
    let startsAt: String
    let endsAt: String?
    let state: String

    enum CodingKeys: String, CodingKey {
        case id, place, title, state
        case startsAt = "starts_at"
        case endsAt = "ends_at"
    }

    init(_ post: Post, now: Instant) {
        self.init(post.id.description, post.board, post.title, post.period, post.withdrawnAt, now)
    }

    init(_ event: Event, now: Instant) {
        self.init(event.id.description, event.path ?? "-", event.title, event.period, event.withdrawnAt, now)
    }

    private init(
        _ id: String,
        _ place: String,
        _ title: Wording,
        _ period: NoticePeriod,
        _ withdrawnAt: Instant?,
        _ now: Instant
    ) {
        self.id = id
        self.place = place
        self.title = title.korean
        startsAt = Timestamp(period.start).description
        endsAt = period.end.map { Timestamp($0).description }
        state =
            if withdrawnAt != nil {
                "withdrawn"
            } else if period.contains(now) {
                "shown"
            } else {
                now < period.start ? "to come" : "over"
            }
    }

    static func print(_ lines: [NoticeLine], asJSON: Bool) throws {
        if asJSON { return try printJSON(lines) }
        for line in lines {
            let end = line.endsAt ?? "…"
            Swift.print("\(line.id)  \(line.state)  \(line.place)  \(line.startsAt) – \(end)  \(line.title)")
        }
        if lines.isEmpty { Swift.print("there are none") }
    }
}

@Sendable func noticeID<Subject>(_ text: String) throws -> Identifier<Subject> {
    guard let id = Identifier<Subject>(text) else { throw ValidationError("\(text) is no id") }
    return id
}

/// Ends a post or an event, as `what` names it.
func withdrawNotice(
    _ what: String,
    id: String,
    _ withdraw: (NoticeStore, _ now: Instant) async throws -> NoticeStore.Withdrawal
) async throws {
    try await reportingFailures {
        let platform = try await Platform.open(role: what)
        let ending = try await withdraw(platform.stores.notices, platform.clock.now())
        try await platform.database.close()
        switch ending {
        case .withdrawn: print("withdrawn \(id)")
        case .before: throw ExitFailure(.badData, "the \(what) \(id) was withdrawn before")
        case .unknown: throw ExitFailure(.noInput, "there is no \(what) \(id)")
        }
    }
}
