import Domain
import Ranking
import Storage

/// One version of the catalogue as `Ranking` sees it: videos and labels numbered, and the way back to their ids.
struct RankingSnapshot: Sendable {
    let source: CatalogueSnapshot
    let ranking: RankingCatalogue
    /// Of the trained model; nil before the first training.
    let modelVersion: Int64?
    /// Of every video, in the catalogue's order.
    let outlines: [Screening.Outline]
    private let labelNumbers: [String: Int]

    /// - Parameter model: what was learnt, and its version; nil before the first training.
    init(
        _ source: CatalogueSnapshot,
        popularity: [Video.ID: PopularityStore.Children],
        model: (version: Int64, trained: TrainedModel)?
    ) {
        self.source = source
        modelVersion = model?.version
        let model = model?.trained
        outlines = source.entries.map { Screening.Outline($0.subject) }
        let labels = source.labels.values.sorted { $0.id < $1.id }
        let numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1.id, $0) })
        let seriesNumbers = Self.numbered(source.entries.compactMap(\.video.seriesID))
        let channelNumbers = Self.numbered(source.entries.compactMap(\.video.channelID))
        let topics = Set(labels.filter { $0.kind == .topic }.map(\.id))
        let areaNumbers = Dictionary(
            uniqueKeysWithValues: CurriculumArea.allCases.enumerated().map { ($1, Int32($0)) }
        )
        ranking = RankingCatalogue(
            source.entries.map { entry in
                let video = entry.video
                let topic = entry.labels.filter { topics.contains($0.label) }.max { $0.weight < $1.weight }
                return RankingCatalogue.Entry(
                    labels: LabelVector(
                        entry.labels.compactMap { label in
                            numbers[label.label].map { ($0, label.weight) }
                        }
                    ),
                    series: video.seriesID.flatMap { seriesNumbers[$0] },
                    episode: Int32(clamping: video.episode ?? 0),
                    topic: topic.flatMap { numbers[$0.label] }.map { Int32(clamping: $0) },
                    channel: video.channelID.flatMap { channelNumbers[$0] },
                    area: entry.areas.first.flatMap { areaNumbers[$0] },
                    publishedAt: video.publishedAt?.millisecondsSince1970 ?? 0,
                    popularity: popularity[video.id].map { [$0.everyone] + $0.byGroup } ?? []
                )
            },
            kindWeights: labels.map { source.kindWeights.weight(of: $0.kind) },
            blend: model.map { Self.placed($0, over: source) }
        )
        labelNumbers = Dictionary(uniqueKeysWithValues: numbers.map { ($0.key.description, $0.value) })
    }

    private static func placed(_ model: TrainedModel, over source: CatalogueSnapshot) -> PlacedBlend {
        let numbers = Dictionary(model.videos.enumerated().map { ($1, $0) }) { first, _ in first }
        return PlacedBlend(model.blend, numbers: source.entries.map { numbers[$0.video.id] })
    }

    private static func numbered<ID: Hashable & Comparable>(_ ids: [ID]) -> [ID: Int32] {
        Dictionary(uniqueKeysWithValues: Set(ids).sorted().enumerated().map { ($1, Int32(clamping: $0)) })
    }

    /// A child's watching in the catalogue's numbers; what is not in the catalogue any more does not count.
    func history(of sight: ChildSight, and before: [HistoryStore.Watched]) -> ChildHistory {
        let items = (sight.history + before).compactMap { row -> ChildHistory.Watched? in
            guard let number = source.position(of: row.video),
                let duration = source.entries[number].video.durationMilliseconds
            else { return nil }
            let ratio = WatchRating.ratio(
                watchedMilliseconds: row.watched.milliseconds,
                durationMilliseconds: duration
            )
            return ChildHistory.Watched(
                video: number,
                ratio: ratio,
                lastWatchedAt: row.lastWatchedAt.millisecondsSince1970,
                reach: Self.reach(row.watched, of: Span(milliseconds: duration))
            )
        }
        let vector = sight.taste.flatMap(TasteVector.init(encoded:))?.placed(in: ranking.space) { labelNumbers[$0] }
        return ChildHistory(
            watched: items,
            taste: vector,
            lessOf: Set(sight.lessOf.compactMap { source.position(of: $0) }),
            // Everyone is the first.
            audience: sight.ageGroup.rawValue + 1
        )
    }

    private static func reach(_ watched: Span, of duration: Span) -> ChildHistory.Reach {
        if Play.isFinished(watched, of: duration) { return .finished }
        return Play.isBegun(watched, of: duration) ? .begun : .opened
    }

    /// A child's taste reckoned from what it watched.
    func taste(_ watched: [HistoryStore.Watched], at now: Instant) -> TasteVector {
        let contributions = watched.compactMap { row -> TasteVector.Contribution? in
            guard let entry = source.entry(row.video), let duration = entry.video.durationMilliseconds else {
                return nil
            }
            return TasteVector.Contribution(
                labels: Dictionary(entry.labels.map { ($0.label.description, $0.weight) }) { first, _ in first },
                ratio: WatchRating.ratio(
                    watchedMilliseconds: row.watched.milliseconds,
                    durationMilliseconds: duration
                ),
                lastWatchedAt: row.lastWatchedAt.millisecondsSince1970
            )
        }
        return TasteVector.reckoned(from: contributions, rating: WatchRating(), at: now.millisecondsSince1970)
    }

    /// Numbers back to ids.
    func recommendation(_ ranked: Ranking.Recommendation) -> Domain.Recommendation {
        let video = source.entries[ranked.video].video.id
        let id = { (number: Int) in source.entries[number].video.id }
        return switch ranked.reason {
        case .becauseYouWatched(let number):
            // A video the child goes on with is its own reason and names no other.
            Domain.Recommendation(
                video: video,
                reason: .becauseYouWatched,
                because: number == ranked.video ? nil : id(number)
            )
        case .nextInSeries(let previous):
            Domain.Recommendation(video: video, reason: .nextInSeries, because: id(previous))
        case .popularAtThisAge: Domain.Recommendation(video: video, reason: .popularAtThisAge)
        case .new: Domain.Recommendation(video: video, reason: .new)
        case .balance: Domain.Recommendation(video: video, reason: .balance)
        }
    }
}
