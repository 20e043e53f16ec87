package import Storage

/// The closing table of an import; `--json` prints it as it is encoded here.
package struct ImportSummary: Sendable, Hashable, Codable {
    /// Videos that are in the catalogue for the first time, accepted or refused.
    package var new = 0
    package var updated = 0
    package var unchanged = 0
    /// Videos the safety gate let pass in this import.
    package var accepted = 0
    /// How many videos were refused for each reason; a video with two reasons is under both.
    package var refused: [String: Int] = [:]
    package var refusedVideos = 0
    /// Asked for and gone.
    package var vanished = 0
    /// Items without a readable id.
    package var malformed = 0
    package var duplicates = 0
    /// Ids in saved playlists; their videos come from `videos.list` answers.
    package var listed = 0
    package var channels = 0
    package var labelled = 0
    /// Rows of the label table whose video is not in the catalogue.
    package var labelsWithoutVideo = 0
    /// Units of the YouTube quota.
    package var quotaSpent = 0
    /// Whether an interrupted import was gone on with; its numbers are included.
    package var resumed = false
    package var seconds = 0.0

    enum CodingKeys: String, CodingKey {
        case new, updated, unchanged, accepted, refused, vanished, malformed, duplicates, listed, channels, labelled
        case resumed, seconds
        case refusedVideos = "refused_videos"
        case labelsWithoutVideo = "labels_without_video"
        case quotaSpent = "quota_spent"
    }

    package init() {}

    package mutating func add(_ counts: ImportCounts) {
        new += counts.new
        updated += counts.updated
        unchanged += counts.unchanged
        accepted += counts.accepted
        refused.merge(counts.refusedByReason, uniquingKeysWith: +)
        refusedVideos += counts.refused
        vanished += counts.vanished
        malformed += counts.malformed
        duplicates += counts.duplicates
        listed += counts.listed
        channels += counts.channels
    }

    package mutating func add(_ counts: LabelCounts) {
        labelled += counts.labelled
        labelsWithoutVideo += counts.unknown
    }
}
