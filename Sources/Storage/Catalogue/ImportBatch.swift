package import Domain

/// A video's facts with what the gate says to them. A class only because it has two dozen fields and goes through many
/// hands: handing it on costs one count instead of one for each.
package final class JudgedVideo: Sendable {
    package let id: YouTubeVideoID
    package let facts: YouTubeFacts
    package let verdict: SafetyGate.Verdict
    /// Changes when anything that is kept of the video changes, the verdict included.
    let contentHash: String
    let searchText: String

    package init(id: YouTubeVideoID, facts: YouTubeFacts, gate: SafetyGate) {
        self.id = id
        self.facts = facts
        verdict = gate.judge(facts)
        searchText = facts.title.map(SearchText.fold) ?? ""
        contentHash = Self.hash(facts, verdict)
    }

    var refusals: [GateRefusal] {
        if case .refused(let refusals) = verdict { refusals } else { [] }
    }

    var isAccepted: Bool {
        if case .accepted = verdict { true } else { false }
    }

    /// Nil for a length the schema has no place for: unreadable, or none at all.
    var durationMilliseconds: Int64? {
        switch verdict {
        case .accepted(let accepted): accepted.duration.milliseconds
        case .refused: facts.duration.flatMap(ISO8601Duration.parse).flatMap { $0 > .zero ? $0.milliseconds : nil }
        }
    }

    private static func hash(_ facts: YouTubeFacts, _ verdict: SafetyGate.Verdict) -> String {
        var hash = ContentHash()
        for text in [facts.channelID, facts.title, facts.thumbnailURL, facts.duration] { hash.add(text) }
        hash.add(facts.isEmbeddable.map { $0 ? "1" : "0" })
        hash.add(facts.isMadeForKids.map { $0 ? "1" : "0" })
        if case .refused(let refusals) = verdict {
            for refusal in refusals {
                hash.add(refusal.code)
                hash.add(refusal.detail)
            }
        }
        return hash.text
    }
}

/// An answer's ETag and what it held, for `If-None-Match`.
package struct CachedPage: Sendable, Hashable {
    /// What was asked, without the key: `playlistItems/UU…/TOKEN`.
    package var request: String
    package var etag: String
    package var nextPageToken: String?
    package var ids: [YouTubeVideoID]

    package init(request: String, etag: String, nextPageToken: String?, ids: [YouTubeVideoID]) {
        self.request = request
        self.etag = etag
        self.nextPageToken = nextPageToken
        self.ids = ids
    }
}

/// What is written in one transaction of an import.
package struct ImportBatch: Sendable {
    package var videos: [JudgedVideo] = []
    package var channels: [YouTubeChannelFacts] = []
    /// Asked for and not in the answer.
    package var vanished: [YouTubeVideoID] = []
    /// Unchanged by the API's own word (304).
    package var untouched: [YouTubeVideoID] = []
    package var pages: [CachedPage] = []
    package var malformed = 0
    /// Named by a playlist whose videos were not asked for.
    package var listed = 0

    package init() {}

    package var isEmpty: Bool {
        videos.isEmpty && channels.isEmpty && vanished.isEmpty && untouched.isEmpty && pages.isEmpty
            && malformed == 0 && listed == 0
    }
}

/// What an import did, in numbers of videos unless said otherwise.
package struct ImportCounts: Sendable, Hashable, Codable {
    package var new = 0
    package var updated = 0
    package var unchanged = 0
    /// Judged by the gate in this import, and let pass.
    package var accepted = 0
    /// Judged and refused; each counts once here and once per reason in `refusedByReason`.
    package var refused = 0
    package var refusedByReason: [String: Int] = [:]
    package var vanished = 0
    /// Items without a readable id: nothing to keep of them.
    package var malformed = 0
    package var duplicates = 0
    package var listed = 0
    package var channels = 0

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.new += right.new
        left.updated += right.updated
        left.unchanged += right.unchanged
        left.accepted += right.accepted
        left.refused += right.refused
        left.refusedByReason.merge(right.refusedByReason, uniquingKeysWith: +)
        left.vanished += right.vanished
        left.malformed += right.malformed
        left.duplicates += right.duplicates
        left.listed += right.listed
        left.channels += right.channels
    }
}
