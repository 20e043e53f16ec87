/// May this YouTube video enter the catalogue at all? Asked at every import and every refresh.
///
/// Fails closed: a field the API did not send refuses the video. Every reason is named, not only the first, so that
/// staff see the whole picture. The fields: developers.google.com/youtube/v3/docs/videos.
package struct SafetyGate: Sendable, Hashable {
    /// Where the service's families are: an ISO 3166-1 alpha-2 code.
    package var region: String
    /// Below it nothing is a video to watch. Real ones made for kids begin at five seconds.
    package var shortest: Span
    package var longest: Span

    package init(region: String = "KR", shortest: Span = .seconds(5), longest: Span = .hours(4)) {
        self.region = region
        self.shortest = shortest
        self.longest = longest
    }

    package enum Verdict: Sendable, Hashable {
        case accepted(Accepted)
        /// Never empty.
        case refused([GateRefusal])
    }

    /// What is certain of a video the gate let pass.
    package struct Accepted: Sendable, Hashable {
        package var title: String
        package var duration: Span
        /// At most three minutes: perhaps a Short, which the API does not say. A hint for staff, no refusal.
        package var mayBeShort: Bool

        package init(title: String, duration: Span, mayBeShort: Bool) {
            self.title = title
            self.duration = duration
            self.mayBeShort = mayBeShort
        }
    }

    private static let shortHint = Span.seconds(180)

    /// `facts` is nil when the API left the asked-for video out: deleted or private.
    package func judge(_ facts: YouTubeFacts?) -> Verdict {
        guard let facts else { return .refused([.vanished]) }
        var refusals: [GateRefusal] = []
        judgeStatus(of: facts, into: &refusals)
        judgeRatings(of: facts, into: &refusals)
        judgeRegion(of: facts, into: &refusals)
        judgeLive(of: facts, into: &refusals)
        let duration = judgeDuration(of: facts, into: &refusals)
        if facts.channelID == nil { refusals.append(.missing(.channelID)) }
        let title = facts.title.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        if title == nil { refusals.append(.missing(.title)) }
        guard refusals.isEmpty, let title, let duration else { return .refused(refusals) }
        return .accepted(Accepted(title: title, duration: duration, mayBeShort: duration <= Self.shortHint))
    }

    private func judgeStatus(of facts: YouTubeFacts, into refusals: inout [GateRefusal]) {
        switch facts.privacyStatus {
        case "public": break
        case nil: refusals.append(.missing(.privacyStatus))
        case let other?: refusals.append(.notPublic(other))
        }
        switch facts.uploadStatus {
        case "processed": break
        case nil: refusals.append(.missing(.uploadStatus))
        case let other?: refusals.append(.notProcessed(other))
        }
        switch facts.isEmbeddable {
        case true: break
        case nil: refusals.append(.missing(.embeddable))
        case false: refusals.append(.notEmbeddable)
        }
        switch facts.isMadeForKids {
        case true: break
        case nil: refusals.append(.missing(.madeForKids))
        case false: refusals.append(.notMadeForKids)
        }
    }

    private func judgeRatings(of facts: YouTubeFacts, into refusals: inout [GateRefusal]) {
        guard let rating = facts.contentRating else {
            refusals.append(.missing(.contentRating))
            return
        }
        // `ytAgeRestricted` is the only value there is; a new one is not trusted before somebody has read about it.
        if let youtube = rating.youtube { refusals.append(.ageRestricted(youtube)) }
        switch rating.korea {
        case nil, "kmrbAll", "kmrbUnrated": break
        case let other?: refusals.append(.koreaRating(other))
        }
    }

    private func judgeRegion(of facts: YouTubeFacts, into refusals: inout [GateRefusal]) {
        guard let restriction = facts.regionRestriction else { return }
        let blocked = restriction.blocked?.contains(region) ?? false
        let allowed = restriction.allowed?.contains(region) ?? true
        if blocked || !allowed { refusals.append(.regionBlocked(region)) }
    }

    private func judgeLive(of facts: YouTubeFacts, into refusals: inout [GateRefusal]) {
        switch facts.liveBroadcastContent {
        case "none":
            if facts.hasLiveStreamingDetails { refusals.append(.live("ended")) }
        case nil: refusals.append(.missing(.liveBroadcastContent))
        case let other?: refusals.append(.live(other))
        }
    }

    private func judgeDuration(of facts: YouTubeFacts, into refusals: inout [GateRefusal]) -> Span? {
        guard let text = facts.duration else {
            refusals.append(.missing(.duration))
            return nil
        }
        guard let duration = ISO8601Duration.parse(text) else {
            refusals.append(.durationUnreadable(text))
            return nil
        }
        if duration < shortest { refusals.append(.tooShort(text)) }
        if duration > longest { refusals.append(.tooLong(text)) }
        return duration
    }
}

/// One reason why the gate refused a video. `code` is stable: it is stored, counted and shown.
package enum GateRefusal: Sendable, Hashable {
    /// The fields without which nothing is accepted, by their names in the API.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case title = "snippet.title"
        case channelID = "snippet.channelId"
        case liveBroadcastContent = "snippet.liveBroadcastContent"
        case duration = "contentDetails.duration"
        case contentRating = "contentDetails.contentRating"
        case privacyStatus = "status.privacyStatus"
        case uploadStatus = "status.uploadStatus"
        case embeddable = "status.embeddable"
        case madeForKids = "status.madeForKids"
    }

    case vanished
    case missing(Field)
    case notPublic(String)
    case notProcessed(String)
    case notEmbeddable
    case notMadeForKids
    case ageRestricted(String)
    case koreaRating(String)
    case regionBlocked(String)
    case live(String)
    case durationUnreadable(String)
    case tooShort(String)
    case tooLong(String)

    package var code: String {
        switch self {
        case .vanished: Self.vanishedCode
        case .missing(let field): "missing:" + field.rawValue
        case .notPublic: "not_public"
        case .notProcessed: "not_processed"
        case .notEmbeddable: "not_embeddable"
        case .notMadeForKids: "not_made_for_kids"
        case .ageRestricted: "age_restricted"
        case .koreaRating: "korea_rating"
        case .regionBlocked: "region_blocked"
        case .live: "live"
        case .durationUnreadable: "duration_unreadable"
        case .tooShort: "too_short"
        case .tooLong: "too_long"
        }
    }

    /// What the API said, at most 40 characters; empty where the code says it all. API data: purged with the rest.
    package var detail: String {
        switch self {
        case .vanished, .missing, .notEmbeddable, .notMadeForKids: ""
        case .notPublic(let value), .notProcessed(let value), .ageRestricted(let value), .koreaRating(let value),
            .regionBlocked(let value), .live(let value), .durationUnreadable(let value), .tooShort(let value),
            .tooLong(let value):
            String(value.prefix(40))
        }
    }

    /// Reasons the gate never gives itself but a video in quarantine may have.
    package static let vanishedCode = "vanished"
    package static let staleCode = "stale"
}
