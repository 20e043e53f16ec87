import Domain
import Ranking
import Storage

/// One video a child watched, by its number in the catalogue.
struct TrainingItem: Sendable {
    let video: Int
    let ratio: Double
    let at: Instant
}

/// What each child watched of the published videos, as training and evaluation read it: batch by batch, and nothing that
/// says which child it was.
struct WatchedHistories: Sendable {
    private static let batch = 5_000
    private let training: TrainingStore

    init(_ training: TrainingStore) {
        self.training = training
    }

    /// - Parameter least: children who watched fewer videos are left out.
    func read(_ snapshot: CatalogueSnapshot, atLeast least: Int) async throws -> [[TrainingItem]] {
        var histories: [[TrainingItem]] = []
        var current: (child: Child.ID, items: [TrainingItem])?
        var cursor: (child: Child.ID, video: Video.ID)?
        while true {
            let batch = try await training.watched(after: cursor, limit: Self.batch)
            for row in batch {
                if current?.child != row.child {
                    if let done = current, done.items.count >= least { histories.append(done.items) }
                    current = (row.child, [])
                }
                guard let number = snapshot.position(of: row.video),
                    let duration = snapshot.entries[number].video.durationMilliseconds
                else { continue }
                let ratio = WatchRating.ratio(
                    watchedMilliseconds: row.watched.milliseconds,
                    durationMilliseconds: duration
                )
                current?.items.append(TrainingItem(video: number, ratio: ratio, at: row.lastWatchedAt))
            }
            guard let last = batch.last, batch.count == Self.batch else { break }
            cursor = (last.child, last.video)
            try Task.checkCancellation()
        }
        if let done = current, done.items.count >= least { histories.append(done.items) }
        return histories
    }
}

extension CatalogueSnapshot {
    /// One row per label with the staff's weights times the weight of its kind; the videos of `kept` are the columns.
    func labelRows(_ kept: [Int]) -> SparseRows {
        var rows: [Label.ID: [(column: Int, value: Double)]] = [:]
        for (place, video) in kept.enumerated() {
            for label in entries[video].labels {
                guard let kind = labels[label.label]?.kind else { continue }
                let weight = label.weight * kindWeights.weight(of: kind)
                if weight > 0 { rows[label.label, default: []].append((place, weight)) }
            }
        }
        var matrix = SparseRows(columnCount: kept.count)
        for (_, row) in rows.sorted(by: { $0.key < $1.key }) { matrix.append(row) }
        return matrix
    }
}
