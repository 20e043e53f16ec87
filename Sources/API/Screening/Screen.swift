import Contract
import Domain
import Storage

/// A video that `Screening.verdict` has let through for one child. Only `Screen` makes one, and only from one can an
/// answer about a video be made: no surface can forget to ask.
struct ScreenedVideo: Sendable {
    let entry: CatalogueSnapshot.Entry

    fileprivate init(entry: CatalogueSnapshot.Entry) {
        self.entry = entry
    }

    var id: Video.ID { entry.video.id }
}

/// One child's sight of the catalogue, at one moment.
struct Screen: Sendable {
    let snapshot: CatalogueSnapshot
    private let viewer: Screening.Viewer
    /// May be seen, and is not offered.
    private let lessOf: Set<Video.ID>
    private let allowance: Allowance
    /// What the child has watched; a video is there from its first opening on.
    private let watched: [Video.ID: HistoryStore.Watched]
    private let now: Instant

    init(
        snapshot: CatalogueSnapshot,
        viewer: Screening.Viewer,
        lessOf: Set<Video.ID>,
        allowance: Allowance,
        watched: [Video.ID: HistoryStore.Watched],
        now: Instant
    ) {
        self.snapshot = snapshot
        self.viewer = viewer
        self.lessOf = lessOf
        self.allowance = allowance
        self.watched = watched
        self.now = now
    }

    enum Sight {
        case seen(ScreenedVideo)
        case refused(Screening.Refusal)
        /// Not in the catalogue.
        case absent
    }

    func look(at id: Video.ID) -> Sight {
        guard let entry = snapshot.entry(id) else { return .absent }
        return switch Screening.verdict(entry.subject, for: viewer, at: now) {
        case .allowed: .seen(ScreenedVideo(entry: entry))
        case .refused(let refusal): .refused(refusal)
        }
    }

    /// What may be seen of a list, in its order, each once.
    func through(_ ids: some Sequence<Video.ID>) -> [ScreenedVideo] {
        var met: Set<Video.ID> = []
        return ids.compactMap { id in
            guard met.insert(id).inserted, case .seen(let video) = look(at: id) else { return nil }
            return video
        }
    }

    /// What may be offered of a list, in its order, each once: what may be seen, without what a parent wants less of, what
    /// there is no time for, and episodes whose turn has not come.
    func offers(_ ids: some Sequence<Video.ID>, excluding excluded: Set<Video.ID> = []) -> [ScreenedVideo] {
        var turns = SeriesTurns(self, shown: excluded)
        return offers(ids, in: &turns)
    }

    /// - Parameter turns: goes on over lists that are shown beside each other.
    func offers(_ ids: some Sequence<Video.ID>, in turns: inout SeriesTurns) -> [ScreenedVideo] {
        through(ids.lazy.filter { !lessOf.contains($0) }).filter { hasTime(for: $0) && turns.take($0) }
    }

    /// What a guardian may be told of, of the whole catalogue: what may be seen and is not wanted less of, whether there is
    /// time now or not. Of each area at most `count`, no video twice: first those of `order`, then the others, newest first.
    func suggestions(
        of areas: [CurriculumArea],
        count: Int,
        first order: [Video.ID]
    ) -> [CurriculumArea: [ScreenedVideo]] {
        var found: [CurriculumArea: [ScreenedVideo]] = [:]
        var open = areas
        var taken: Set<Video.ID> = []
        func consider(_ entry: CatalogueSnapshot.Entry) {
            guard let area = open.first(where: entry.areas.contains), !taken.contains(entry.video.id),
                !lessOf.contains(entry.video.id), case .seen(let video) = look(at: entry.video.id)
            else { return }
            taken.insert(video.id)
            found[area, default: []].append(video)
            if found[area]?.count == count { open.removeAll { $0 == area } }
        }
        for id in order {
            if let entry = snapshot.entry(id) { consider(entry) }
        }
        for entry in snapshot.entries.reversed() {
            if open.isEmpty { break }
            consider(entry)
        }
        return found
    }

    /// Whether there is time to begin a video that may be seen.
    func hasTime(for video: ScreenedVideo) -> Bool {
        allowance.admits(
            duration: max(.zero, video.entry.length - (watched[video.id]?.position ?? .zero)),
            category: Allowance.Category(areas: video.entry.areas)
        )
    }

    /// What may be seen of a series, episode by episode.
    func episodes(of series: Series.ID) -> [ScreenedVideo] {
        through(snapshot.episodes(of: series).map(\.video.id))
    }

    /// Nothing of any kind has time now.
    var isOver: Bool { Allowance.Category.allCases.allSatisfy { allowance.over(for: $0) != nil } }

    /// What may be offered, newest first: the answer when there is no recommender. A series is there once, in the place of
    /// its newest episode, with the one whose turn it is.
    func newest(limit: Int, excluding excluded: Set<Video.ID> = []) -> [ScreenedVideo] {
        // The catalogue need not be asked video by video.
        if isOver { return [] }
        var turns = SeriesTurns(self, shown: excluded)
        var met: Set<Series.ID> = []
        var found: [ScreenedVideo] = []
        for entry in snapshot.entries.reversed() where !excluded.contains(entry.video.id) {
            if found.count == limit { break }
            if let series = entry.video.seriesID, met.contains(series) { continue }
            guard let newest = wanted(entry) else { continue }
            var video = newest
            if let series = entry.video.seriesID {
                met.insert(series)
                video = turns.next(of: series) ?? newest
            }
            if hasTime(for: video) { found.append(video) }
        }
        return found
    }

    /// What a child can go on with of videos it has opened, in their order: the video itself where it was left in the middle,
    /// or of its series the episode whose turn it is. A short look is nothing to go on with.
    func goingOn(with opened: [Video.ID]) -> [(begun: Video.ID, video: ScreenedVideo)] {
        var turns = SeriesTurns(self, shown: [])
        var met: Set<Video.ID> = []
        return opened.compactMap { id in
            guard let entry = snapshot.entry(id), let watched = watched[id],
                Play.isBegun(watched.watched, of: entry.length)
            else { return nil }
            let next =
                if let series = entry.video.seriesID {
                    turns.next(of: series)
                } else {
                    watched.position > .zero ? wanted(entry) : nil
                }
            guard let next, met.insert(next.id).inserted, hasTime(for: next) else { return nil }
            return (id, next)
        }
    }

    /// A series as the child stands in it.
    func line(of series: Series.ID) -> (places: [Video.ID: Int], unfinished: [ScreenedVideo]) {
        let episodes = snapshot.episodes(of: series)
        let places = Dictionary(uniqueKeysWithValues: episodes.enumerated().map { ($1.video.id, $0) })
        let unfinished = episodes.filter { entry in
            !Play.isFinished(watched[entry.video.id]?.watched ?? .zero, of: entry.length)
        }
        return (places, unfinished.compactMap(wanted))
    }

    /// May be seen, and a parent does not want less of it.
    private func wanted(_ entry: CatalogueSnapshot.Entry) -> ScreenedVideo? {
        guard !lessOf.contains(entry.video.id) else { return nil }
        return Screening.verdict(entry.subject, for: viewer, at: now).isAllowed ? ScreenedVideo(entry: entry) : nil
    }
}

extension CatalogueSnapshot.Entry {
    /// Of a video whose length is not known, so long that it does not fit into any time.
    var length: Span { Span(milliseconds: video.durationMilliseconds ?? .max / 2) }
}

/// What is said about a screened video beside itself.
struct VideoAnswers: Sendable {
    let screen: Screen
    let language: Guardian.Language
    /// The child's totals by video.
    var watched: [Video.ID: HistoryStore.Watched]
    /// What is given out for a path of ours, a film's or a picture's. Asked here alone, past the verdict.
    let address: @Sendable (String) -> String

    func response(
        _ screened: ScreenedVideo,
        reason: Recommendation? = nil
    ) -> VideoResponse {
        let video = screened.entry.video
        let series = video.seriesID.flatMap { screen.snapshot.series[$0] }
        return VideoResponse(
            id: video.id,
            title: title(of: video),
            thumbnail: video.thumbnailURL.map(address),
            durationMS: video.durationMilliseconds ?? 0,
            source: .init(video.source, address: address),
            areas: screened.entry.areas,
            series: series.map { series in
                .init(id: series.id, title: series.title[language], episode: video.episode)
            },
            reason: reason.map(self.reason),
            progress: watched[video.id].map(Self.progress)
        )
    }

    /// The video behind a reason is named only where the child may still see it.
    private func reason(_ recommendation: Recommendation) -> VideoResponse.Reason {
        let because = recommendation.because.flatMap { screen.through([$0]).first }
        return VideoResponse.Reason(
            code: recommendation.reason,
            videoID: because?.id,
            videoTitle: because.map { title(of: $0.entry.video) }
        )
    }

    private func title(of video: Video) -> String {
        video.ownTitle?[language] ?? video.title ?? ""
    }

    private static func progress(_ watched: HistoryStore.Watched) -> VideoResponse.Progress {
        VideoResponse.Progress(
            positionMS: watched.position.milliseconds,
            watchedMS: watched.watched.milliseconds,
            plays: watched.plays,
            lastWatchedAt: Timestamp(watched.lastWatchedAt)
        )
    }
}
