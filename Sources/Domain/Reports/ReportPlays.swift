extension ReportReading {
    /// Plays of one video together.
    private struct Group {
        let video: Video.ID
        let plays: [PlayFacts]

        var title: Wording? { plays.lazy.compactMap(\.title).first }
        var watched: Span { plays.reduce(.zero) { $0 + $1.watched } }
        var line: Report.VideoLine { Report.VideoLine(video: video, title: title, times: plays.count) }
    }

    /// The videos in the order of their ids.
    private var groups: [Group] {
        Dictionary(grouping: plays, by: \.video).map(Group.init).sorted { $0.video < $1.video }
    }

    var newAndRepeated: Measured<Report.NewAndRepeated> {
        fromPlays { plays in
            let groups = groups
            let new = groups.count { $0.plays.contains(where: \.isFirstTime) }
            let most = groups.max { ($0.plays.count, $0.watched, $1.video) < ($1.plays.count, $1.watched, $0.video) }
            return Report.NewAndRepeated(
                newVideos: new,
                knownVideos: groups.count - new,
                plays: plays.count,
                repeatedPlays: plays.count { !$0.isFirstTime },
                mostPlayed: most.flatMap { $0.plays.count > 1 ? $0.line : nil }
            )
        }
    }

    var choosing: Measured<Report.Choosing> {
        fromPlays { plays in
            let automatic = plays.count(where: \.isAutomatic)
            return Report.Choosing(chosen: plays.count - automatic, automatic: automatic)
        }
    }

    var series: [Report.SeriesLine] {
        guard playsMissing == nil else { return [] }
        var bySeries: [Series.ID: [(place: PlayFacts.SeriesPlace, play: PlayFacts)]] = [:]
        for play in plays {
            if let place = play.series { bySeries[place.id, default: []].append((place, play)) }
        }
        let lines = bySeries.compactMap { id, entries -> Report.SeriesLine? in
            guard let newest = entries.last else { return nil }
            return Report.SeriesLine(
                series: id,
                title: newest.place.title,
                videos: Set(entries.map(\.play.video)).count,
                latestEpisode: entries.compactMap(\.place.episode).max(),
                watched: entries.reduce(.zero) { $0 + $1.play.watched }
            )
        }
        return lines.sorted { ($1.watched, $0.series) < ($0.watched, $1.series) }
    }

    var leftEarly: [Report.VideoLine] {
        guard playsMissing == nil else { return [] }
        return groups.filter { $0.plays.allSatisfy(\.wasLeftEarly) }.map(\.line)
            .sorted { ($1.times, $0.video) < ($0.times, $1.video) }
    }

    /// The labels of a kind by what was watched of them.
    func favourites(_ names: (PlayFacts) -> [String]) -> [Report.FavouriteLine] {
        guard playsMissing == nil else { return [] }
        var watched: [String: Span] = [:]
        var videos: [String: Set<Video.ID>] = [:]
        for play in plays {
            for name in Set(names(play)) {
                watched[name] = (watched[name] ?? .zero) + play.watched
                videos[name, default: []].insert(play.video)
            }
        }
        let lines = watched.map { name, watched in
            Report.FavouriteLine(
                name: name,
                wording: book.topics.name(of: name),
                watched: watched,
                videos: videos[name]?.count ?? 0
            )
        }
        return Array(lines.sorted { ($1.watched, $0.name) < ($0.watched, $1.name) }.prefix(Report.favouriteCount))
    }

    var mainVideos: [Report.MainVideo] {
        guard playsMissing == nil else { return [] }
        let main = groups.sorted { ($1.watched, $0.video) < ($0.watched, $1.video) }.prefix(Report.mainVideoCount)
        return main.compactMap { group in
            guard let play = group.plays.last else { return nil }
            let categories = Set(play.contents.map(\.code.category))
            return Report.MainVideo(
                video: group.video,
                title: group.title,
                watched: group.watched,
                topics: play.topics,
                categories: categories.sorted(),
                areas: ThemeReading.areas(of: play, book.curriculum)
            )
        }
    }
}
