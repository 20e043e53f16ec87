extension Screening {
    /// What of a video's screening does not depend on the child's own rules, small enough to go through a whole catalogue
    /// for every request. It only spares asking: a video it lets through is asked about in full wherever the child has
    /// rules of its own, and a test holds it to `verdict`.
    package struct Outline: Sendable, Hashable {
        private let youngest: Int
        private let oldest: Int
        /// From this instant on the data is too old; never for videos of our own.
        private let staleFrom: Int64

        package init(_ subject: Subject) {
            let video = subject.video
            // Asked at the one moment at which no data is too old.
            let fetchedAt = video.fetchedAt ?? Instant(millisecondsSince1970: 0)
            if let ages = video.ages, refusal(of: video, at: fetchedAt) == nil {
                (youngest, oldest) = (ages.minimum, ages.maximum)
            } else {
                // An empty range: nobody is of this age.
                (youngest, oldest) = (.max, .min)
            }
            if case .youtube = video.source {
                staleFrom = (fetchedAt + freshness).millisecondsSince1970
            } else {
                staleFrom = .max
            }
        }

        /// False: `verdict` refuses. True: it allows, unless the viewer's own rules refuse.
        package func admits(age: Int, at now: Instant) -> Bool {
            youngest <= age && age <= oldest && now.millisecondsSince1970 < staleFrom
        }
    }
}

extension Screening.Viewer {
    /// Whether the guardian blocked anything or approves one by one.
    package var hasRulesOfItsOwn: Bool {
        approvedOnly || !blockedVideos.isEmpty || !blockedChannels.isEmpty || !blockedSeries.isEmpty
            || !blockedLabels.isEmpty
    }
}
