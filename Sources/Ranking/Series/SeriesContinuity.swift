import Domain

/// Which episode of a series comes next for a child, and what may not be shown before it.
///
/// The rule: the next episode is the *lowest-numbered episode that is not finished*; it is resumed when it has been
/// begun. A child that jumped ahead is led back to the gap; a later episode never comes before it. The caller passes
/// only episodes the child may see, so a blocked or vanished episode does not hold a series up.
package struct SeriesContinuity: Sendable, Equatable {
    package struct Episode<Video: Hashable & Sendable>: Sendable, Hashable {
        package let video: Video
        /// Position in the series; need not be gapless. Equal numbers keep the order they are given in.
        package let number: Int

        package init(video: Video, number: Int) {
            self.video = video
            self.number = number
        }
    }

    /// How far a child got with one episode.
    package struct Progress: Sendable, Equatable {
        /// The part that was watched, 0…1.
        package let fraction: Double
        /// Milliseconds UTC.
        package let lastWatchedAt: Int64

        package init(fraction: Double, lastWatchedAt: Int64) {
            self.fraction = fraction
            self.lastWatchedAt = lastWatchedAt
        }
    }

    package enum Next<Video: Hashable & Sendable>: Sendable, Hashable {
        /// Begun and not finished.
        case resume(Video)
        /// Not begun.
        case start(Video)

        package var video: Video {
            switch self {
            case .resume(let video), .start(let video): video
            }
        }
    }

    /// From this fraction on an episode counts as finished: closing songs and credits are often skipped.
    package let finishedFrom: Double
    /// Below this fraction an episode counts as not begun: a wrong tap is not a beginning.
    package let begunFrom: Double

    package init(finishedFrom: Double = Play.finishedShare, begunFrom: Double = 0.05) {
        self.finishedFrom = finishedFrom
        self.begunFrom = begunFrom
    }

    /// The next episode of one series; nil when all are finished, or there are none.
    package func next<Video>(
        in episodes: [Episode<Video>],
        progress: (Video) -> Progress?
    ) -> Next<Video>? {
        let unfinished = ordered(episodes).first { !isFinished(progress($0.video)) }
        return unfinished.map { episode in
            let fraction = progress(episode.video)?.fraction ?? 0
            return fraction >= begunFrom ? .resume(episode.video) : .start(episode.video)
        }
    }

    /// The next episodes of the series a child has begun, the series watched last first; equals keep their order.
    package func next<Video>(
        inEach series: [[Episode<Video>]],
        progress: (Video) -> Progress?
    ) -> [Next<Video>] {
        let begun = series.compactMap { episodes -> (next: Next<Video>, at: Int64)? in
            let touched = episodes.compactMap { progress($0.video) }.filter { $0.fraction >= begunFrom }
            guard let latest = touched.map(\.lastWatchedAt).max() else { return nil }
            return next(in: episodes, progress: progress).map { ($0, latest) }
        }
        return begun.sorted { $0.at > $1.at }.map(\.next)
    }

    /// `candidates` in their order, without those that would jump ahead: an episode stays only if every unfinished
    /// episode before it stands earlier in the list. Videos of no series stay.
    package func withoutLeaps<Video>(
        _ candidates: [Video],
        series: [[Episode<Video>]],
        progress: (Video) -> Progress?
    ) -> [Video] {
        var lines: [SeriesLine] = []
        var places: [Video: (line: Int, position: Int)] = [:]
        for episodes in series.map(ordered) {
            let positions = episodes.indices.filter { !isFinished(progress(episodes[$0].video)) }
            for (position, episode) in episodes.enumerated() {
                places[episode.video] = (lines.count, position)
            }
            lines.append(SeriesLine(unfinished: positions))
        }
        return candidates.filter { video in
            guard let place = places[video] else { return true }
            guard lines[place.line].allows(place.position) else { return false }
            lines[place.line].place(place.position)
            return true
        }
    }

    private func isFinished(_ progress: Progress?) -> Bool {
        (progress?.fraction ?? 0) >= finishedFrom
    }

    private func ordered<Video>(_ episodes: [Episode<Video>]) -> [Episode<Video>] {
        episodes.sorted { $0.number < $1.number }
    }
}
