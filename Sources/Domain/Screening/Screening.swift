/// May this child see this video now, and if not, why not? One pure function answers for every surface.
///
/// Its SQL twin is the predicate in `Storage/Catalogue/ScreeningPredicate.swift`; a property test holds the two together.
package enum Screening {
    /// API data older than this must be refreshed or purged (YouTube Developer Policies III.E.4.d: 30 calendar days).
    package static let freshness = Span.days(30)

    package enum Verdict: Hashable, Sendable {
        case allowed
        case refused(Refusal)

        package var isAllowed: Bool { self == .allowed }
    }

    /// The first rule that refused, in the order they are asked.
    package enum Refusal: String, Hashable, Sendable, CaseIterable {
        case notPublished = "not_published"
        case unhealthy
        case notEmbeddable = "not_embeddable"
        case notMadeForKids = "not_made_for_kids"
        case stale
        case incomplete
        case outsideAgeBand = "outside_age_band"
        case blockedVideo = "blocked_video"
        case blockedChannel = "blocked_channel"
        case blockedSeries = "blocked_series"
        case blockedLabel = "blocked_label"
        case notApproved = "not_approved"
    }

    /// What is asked of a video.
    package struct Subject: Sendable, Hashable {
        package var video: Video
        package var labels: Set<Label.ID>

        package init(video: Video, labels: Set<Label.ID>) {
            self.video = video
            self.labels = labels
        }
    }

    /// What is asked of a child: its age and what its guardian decided.
    package struct Viewer: Sendable, Hashable {
        /// Completed years, in the family's time zone.
        package var age: Int
        package var approvedOnly: Bool
        package var approved: Set<Video.ID>
        package var blockedVideos: Set<Video.ID>
        package var blockedChannels: Set<Channel.ID>
        package var blockedSeries: Set<Series.ID>
        package var blockedLabels: Set<Label.ID>

        package init(
            age: Int,
            approvedOnly: Bool = false,
            approved: Set<Video.ID> = [],
            blockedVideos: Set<Video.ID> = [],
            blockedChannels: Set<Channel.ID> = [],
            blockedSeries: Set<Series.ID> = [],
            blockedLabels: Set<Label.ID> = []
        ) {
            self.age = age
            self.approvedOnly = approvedOnly
            self.approved = approved
            self.blockedVideos = blockedVideos
            self.blockedChannels = blockedChannels
            self.blockedSeries = blockedSeries
            self.blockedLabels = blockedLabels
        }
    }

    package static func verdict(_ subject: Subject, for viewer: Viewer, at now: Instant) -> Verdict {
        if let refusal = refusal(of: subject.video, at: now) { return .refused(refusal) }
        return verdict(byRulesOf: viewer, on: subject)
    }

    /// The rules that ask the video alone: they hold for every child.
    package static func refusal(of video: Video, at now: Instant) -> Refusal? {
        guard video.state == .published else { return .notPublished }
        guard video.isHealthy else { return .unhealthy }
        guard video.isEmbeddable else { return .notEmbeddable }
        guard video.isMadeForKids else { return .notMadeForKids }
        if case .youtube = video.source {
            guard let fetchedAt = video.fetchedAt, now - fetchedAt < freshness else { return .stale }
        }
        guard video.durationMilliseconds != nil, video.title != nil || video.ownTitle != nil else { return .incomplete }
        return nil
    }

    private static func verdict(byRulesOf viewer: Viewer, on subject: Subject) -> Verdict {
        let video = subject.video
        guard let ages = video.ages, ages.contains(age: viewer.age) else { return .refused(.outsideAgeBand) }
        if viewer.blockedVideos.contains(video.id) { return .refused(.blockedVideo) }
        if let channel = video.channelID, viewer.blockedChannels.contains(channel) { return .refused(.blockedChannel) }
        if let series = video.seriesID, viewer.blockedSeries.contains(series) { return .refused(.blockedSeries) }
        if !viewer.blockedLabels.isDisjoint(with: subject.labels) { return .refused(.blockedLabel) }
        if viewer.approvedOnly, !viewer.approved.contains(video.id) { return .refused(.notApproved) }
        return .allowed
    }
}
