package import Domain
import Foundation
package import Logging
package import Ranking
package import Storage

/// Trains the blend on our own plays: reads what children watched, chooses the settings on the newest fifth of each child's
/// videos, fits on everything, and keeps the model.
package struct TrainModel: Sendable {
    package static let name = "train-model"

    package struct Limits: Sendable {
        /// Bytes that fitting may take.
        package var memory = 2 << 30
        /// A model keeps all co-watch weights up to so many videos, and so many a video on average beyond.
        package var wholeUpTo = 2_000
        package var weightsPerVideo = 500
        /// A child with fewer videos teaches nothing, and fewer children than this teach only themselves.
        package var leastVideos = 3
        package var leastChildren = 20

        package init() {}
    }

    /// What was learnt, for the log and the model's summary.
    package struct Summary: Sendable, Codable, Equatable {
        package var children: Int
        package var videos: Int
        /// Videos of the catalogue that training left to labels, popularity and freshness because they did not fit.
        package var leftOut: Int
        package var settings: BlendSettings
        /// Mean of nDCG@10 and Recall@20 on the newest fifth: the choice, the defaults, popularity alone.
        package var figure: Double
        package var defaults: Double
        package var popularity: Double
        package var seconds: Double
    }

    private let training: TrainingStore
    private let models: ModelStore
    private let catalogue: CatalogueCache
    private let limits: Limits
    private let clock: Domain.Clock
    private let logger: Logger

    package init(
        training: TrainingStore,
        models: ModelStore,
        catalogue: CatalogueCache,
        limits: Limits = Limits(),
        clock: Domain.Clock,
        logger: Logger
    ) {
        self.training = training
        self.models = models
        self.catalogue = catalogue
        self.limits = limits
        self.clock = clock
        self.logger = logger
    }

    /// Trains and keeps a model; nil, and nothing changes, while too few children have watched enough.
    ///
    /// - Parameter progress: what is being done, for whoever waits.
    package func run(progress: @escaping @Sendable (String) -> Void = { _ in }) async throws -> Summary? {
        let start = clock.now()
        let snapshot = try await catalogue.current()
        progress("reading what was watched")
        let histories = try await WatchedHistories(training).read(snapshot, atLeast: limits.leastVideos)
        guard histories.count >= limits.leastChildren else {
            logger.info("Too little was watched to train on", metadata: ["children": "\(histories.count)"])
            return nil
        }
        let trained = try await Trainer(
            snapshot: snapshot,
            histories: histories,
            limits: limits,
            progress: progress
        ).train()
        try Task.checkCancellation()
        let end = clock.now()
        var summary = trained.summary
        summary.seconds = Double((end - start).milliseconds) / 1_000
        progress("keeping the model")
        let bytes = try trained.model.encoded()
        let text = String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
        let version = try await models.save(bytes, summary: text, now: end)
        logger.info(
            "Model trained",
            metadata: [
                "version": "\(version)", "children": "\(summary.children)", "videos": "\(summary.videos)",
                "left_out": "\(summary.leftOut)", "figure": "\(summary.figure)", "popularity": "\(summary.popularity)",
            ]
        )
        return summary
    }
}

/// Training itself, off every actor: minutes of work without suspension for a large catalogue.
struct Trainer: Sendable {
    let snapshot: CatalogueSnapshot
    let histories: [[TrainingItem]]
    let limits: TrainModel.Limits
    let progress: @Sendable (String) -> Void

    struct Trained: Sendable {
        let model: TrainedModel
        let summary: TrainModel.Summary
    }

    @concurrent
    func train() async throws -> Trained {
        let kept = try columns()
        progress("choosing settings on the newest fifth of what \(histories.count) children watched")
        var searchLimits = BlendSearch.Limits()
        searchLimits.memory = limits.memory
        let (rest, hidden) = divided(kept)
        var search = BlendSearch(rest, hidden: hidden, limits: searchLimits, progress: progress)
        let outcome = try search.run()
        try Task.checkCancellation()
        progress("fitting \(kept.count) videos")
        let data = data(histories, kept)
        let fit = try BlendFit(data, settings: outcome.settings, memoryLimit: limits.memory)
        let model = BlendModel(
            fit,
            data: data,
            perVideo: kept.count <= limits.wholeUpTo ? kept.count : limits.weightsPerVideo
        ) { [progress] in progress("keeping the strongest weights: \(Int($0 * 100)) %") }
        return Trained(
            model: TrainedModel(blend: model, videos: kept.map { snapshot.entries[$0].video.id }),
            summary: TrainModel.Summary(
                children: histories.count,
                videos: kept.count,
                leftOut: snapshot.entries.count - kept.count,
                settings: outcome.settings,
                figure: outcome.figure,
                defaults: outcome.defaults,
                popularity: outcome.popularity,
                seconds: 0
            )
        )
    }
}

extension Trainer {
    /// The part of each child's liked videos, the newest, that settings are chosen on.
    static let keptBack = 0.2

    /// The videos that are fitted, by number: all, or the ones most children watch where all would take too much memory.
    private func columns() throws(CoWatchFit.Failure) -> [Int] {
        let labels = snapshot.labelRows(Array(snapshot.entries.indices)).rowCount
        var children = [Int](repeating: 0, count: snapshot.entries.count)
        for item in histories.joined() { children[item.video] += 1 }
        let entries = histories.reduce(0) { $0 + $1.count }
        let asked = min(histories.count, BlendSearch.Limits().children)
        func fits(_ count: Int) -> Bool {
            CoWatchFit.bytes(rows: histories.count + labels, columns: count, entries: entries)
                + BlendSearch.bytes(children: asked, videos: count) <= limits.memory
        }
        guard !fits(children.count) else { return Array(children.indices) }
        var (low, high) = (0, children.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        guard low > 0 else { throw .tooLarge(needed: entries * 24, limit: limits.memory) }
        let byChildren = children.indices.sorted { (children[$1], $0) < (children[$0], $1) }
        return byChildren.prefix(low).sorted()
    }

    private func data(_ histories: [[TrainingItem]], _ kept: [Int], _ ages: BlendData.Ages? = nil) -> BlendData {
        var places = [Int](repeating: -1, count: snapshot.entries.count)
        for (place, video) in kept.enumerated() { places[video] = place }
        var (liked, met) = (SparseRows(columnCount: kept.count), SparseRows(columnCount: kept.count))
        for history in histories {
            let known = history.filter { places[$0.video] >= 0 }
            liked.append(known.filter { $0.ratio >= BlendData.likedFrom }.map { (places[$0.video], 1) })
            met.append(
                known.filter { $0.ratio < BlendData.likedFrom && $0.ratio > 0 }
                    .map { (places[$0.video], $0.ratio / BlendData.likedFrom) }
            )
        }
        return BlendData(liked: liked, met: met, labels: snapshot.labelRows(kept), ages: ages)
    }

    /// The newest part of what each child liked is kept back, and with it everything it met since then.
    private func divided(_ kept: [Int]) -> (rest: BlendData, hidden: [[Int32]]) {
        var places = [Int](repeating: -1, count: snapshot.entries.count)
        for (place, video) in kept.enumerated() { places[video] = place }
        let children = BlendSearch.Limits().children
        let step = max(1, (histories.count + children - 1) / children)
        var (older, hidden): ([[TrainingItem]], [[Int32]]) = ([], [])
        var askedAt: [Int64] = []
        for history in stride(from: 0, to: histories.count, by: step).map({ histories[$0] }) {
            let liked = history.filter { $0.ratio >= BlendData.likedFrom && places[$0.video] >= 0 }
                .sorted { ($0.at, $0.video) < ($1.at, $1.video) }
            let count = liked.count < 2 ? 0 : Int((Double(liked.count) * Self.keptBack).rounded(.up))
            let newest = liked.suffix(count)
            hidden.append(newest.map { Int32(clamping: places[$0.video]) }.sorted())
            let hiddenVideos = Set(newest.map(\.video))
            let since = newest.first?.at
            askedAt.append(newest.last?.at.millisecondsSince1970 ?? 0)
            older.append(
                history.filter { item in
                    !hiddenVideos.contains(item.video) && since.map { item.at <= $0 } ?? true
                }
            )
        }
        let publishedAt = kept.map { snapshot.entries[$0].video.publishedAt?.millisecondsSince1970 ?? 0 }
        return (data(older, kept, BlendData.Ages(publishedAt: publishedAt, askedAt: askedAt)), hidden)
    }
}
