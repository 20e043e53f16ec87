package import Domain
package import Storage

/// Loads the demo: its clips, published, and its families with their week of watching, counted by the rules that count
/// every beat. Doing it again changes nothing, and one that was interrupted goes on.
package struct DemoLoader: Sendable {
    package struct FamilySummary: Sendable {
        package let phone: String
        package let language: Guardian.Language
        package let children: [Child]
        package let isNew: Bool
    }

    package struct Summary: Sendable {
        package var newVideos = 0
        package var knownVideos = 0
        package var newSeries = 0
        package var families: [FamilySummary] = []
        package var newPlays = 0
        /// What the new plays were counted with.
        package var watched = Span.zero
        /// Children of the demo with new plays: their taste is due.
        package var watchers: [Child.ID] = []
    }

    /// Where the clips lie below the API's address, and below the data directory.
    package static let folder = "media/demo"

    private let stores: Stores
    private let hosted: HostedVideoStore
    private let placements: PlacementStore
    private let publishing: PublishStore
    private let families: FamilyStore
    private let ids: IdentifierSource
    private let clock: Clock
    private let seal: @Sendable (PhoneNumber) throws -> SealedPhone

    /// - Parameter seal: seals a phone number as signing in will.
    package init(
        stores: Stores,
        hosted: HostedVideoStore,
        placements: PlacementStore,
        publishing: PublishStore,
        families: FamilyStore,
        ids: IdentifierSource,
        clock: Clock,
        seal: @escaping @Sendable (PhoneNumber) throws -> SealedPhone
    ) {
        self.stores = stores
        self.hosted = hosted
        self.placements = placements
        self.publishing = publishing
        self.families = families
        self.ids = ids
        self.clock = clock
        self.seal = seal
    }

    package func load(_ catalogue: DemoCatalogue) async throws -> Summary {
        var summary = Summary()
        let now = clock.now()
        let oldest = catalogue.families.flatMap(\.watching).map(\.daysAgo).max() ?? 0
        // Everything was there before the first of it was watched.
        let begin = now - .days(Int64(oldest) + 2)
        let videos = try await loadVideos(catalogue, at: begin, into: &summary)
        for family in catalogue.families {
            let kept = try await add(family, now: now, at: begin + .days(1))
            summary.families.append(
                FamilySummary(
                    phone: family.phoneText,
                    language: family.language,
                    children: kept.children,
                    isNew: kept.isNew
                )
            )
            for child in kept.children {
                try await loadWeek(of: child, in: family, videos: videos, now: now, into: &summary)
            }
        }
        return summary
    }

    // MARK: The catalogue

    private struct Loaded: Sendable {
        let id: Video.ID
        let clip: DemoCatalogue.Clip
    }

    private func loadVideos(
        _ catalogue: DemoCatalogue,
        at time: Instant,
        into summary: inout Summary
    ) async throws -> [String: Loaded] {
        summary.newSeries = try await placements.add(
            catalogue.series.map { Series(id: ids.next(), slug: $0.slug, title: $0.title) },
            at: time
        )
        var loaded: [String: Loaded] = [:]
        var placing: [Placement] = []
        for clip in catalogue.clips {
            let (id, outcome) = try await hosted.add(
                HostedVideo(path: Self.path(clip.file), title: clip.title, duration: clip.duration, ages: clip.ages),
                at: time
            )
            if outcome == .new { summary.newVideos += 1 } else { summary.knownVideos += 1 }
            loaded[clip.slug] = Loaded(id: id, clip: clip)
            placing.append(
                Placement(video: id, thumbnail: Self.path(clip.picture), episode: clip.episode, labels: clip.labels)
            )
        }
        _ = try await placements.place(placing, by: "demo", at: time)
        // What staff withdrew is refused here and stays withdrawn.
        _ = try await publishing.publish(placing.map { .own($0.video) }, ages: nil, at: time)
        return loaded
    }

    private static func path(_ file: String) -> String { "/\(folder)/\(file)" }

    // MARK: Families

    private func add(_ family: DemoCatalogue.Family, now: Instant, at time: Instant) async throws -> FamilyStore.Kept {
        let guardian = Guardian(
            id: ids.next(),
            language: family.language,
            timeZone: family.timeZone,
            pinVersion: nil,
            createdAt: time,
            deletionRequestedAt: nil
        )
        let month = FamilyCalendar(zone: family.timeZone)?.month(of: now)
        return try await families.add(
            Family(
                guardian: guardian,
                phone: try seal(family.phone),
                children: family.children.compactMap { entry in
                    guard let born = month?.earlier(byMonths: entry.ageInMonths) else { return nil }
                    let child = Child(
                        id: ids.next(),
                        guardianID: guardian.id,
                        nickname: entry.nickname,
                        birthMonth: born,
                        avatar: entry.avatar,
                        rules: entry.rules
                    )
                    let consent = Consent(
                        id: ids.next(),
                        guardianID: guardian.id,
                        childID: child.id,
                        textVersion: Consent.currentTextVersion,
                        givenAt: time,
                        confirmedAt: time + .seconds(3)
                    )
                    return (child, consent)
                }
            )
        )
    }

    // MARK: Watching

    private func loadWeek(
        of child: Child,
        in family: DemoCatalogue.Family,
        videos: [String: Loaded],
        now: Instant,
        into summary: inout Summary
    ) async throws {
        guard let entry = family.children.first(where: { $0.nickname == child.nickname }),
            let week = DemoWeek(now: now, zone: family.timeZone)
        else { return }
        let plays = family.watching.filter { $0.child == child.nickname }.compactMap { watched in
            week.instant(daysAgo: watched.daysAgo, minute: watched.minute).map { (watched, at: $0) }
        }.sorted { $0.at < $1.at }
        // Plays are made in the order of time, so as many as there are need no making.
        let made = try await stores.history.watched(by: child.id, limit: 10_000).reduce(0) { $0 + $1.plays }
        if made == 0 {
            for (index, slug) in entry.favourites.enumerated() {
                guard let video = videos[slug] else { continue }
                let time = now - .days(1) + .seconds(Int64(index))
                _ = try await stores.choices.addFavourite(video.id, of: child.id, now: time)
            }
        }
        guard made < plays.count else { return }
        for (watched, at) in plays.dropFirst(made) {
            guard let video = videos[watched.video] else { continue }
            summary.watched = summary.watched + (try await play(watched, video, of: child.id, at: at))
            summary.newPlays += 1
        }
        summary.watchers.append(child.id)
    }

    /// Plays a clip as a player would have, and returns what was counted.
    private func play(
        _ watched: DemoCatalogue.Watched,
        _ video: Loaded,
        of child: Child.ID,
        at start: Instant
    ) async throws -> Span {
        let play = WatchingStore.NewPlay(id: ids.next(), child: child, video: video.id, surface: watched.surface)
        _ = try await stores.watching.begin(play, now: start)
        var credited = Span.zero
        let setting = WatchingStore.Setting(
            areas: video.clip.areas,
            duration: video.clip.duration
        )
        for beat in DemoWeek.beats(from: start, duration: video.clip.duration, share: watched.share) {
            let arrival = WatchingStore.Arrival(play: play.id, beats: [beat]) { _ in setting }
            let tally = try await stores.watching.count(arrival, now: beat.at)
            credited = credited + (tally?.credited ?? .zero)
        }
        return credited
    }
}

extension BirthMonth {
    fileprivate func earlier(byMonths months: Int) -> BirthMonth? {
        let number = year * 12 + month - 1 - months
        return BirthMonth(year: number / 12, month: number % 12 + 1)
    }
}
