import Domain
import Ranking
package import Storage

/// Our own plays as an evaluation's data: the users are children, by numbers that say nothing, and the items all published
/// videos with their labels, each a candidate.
///
/// A value is ``WatchRating/strength(ratio:)`` without decay, 0…1.75, and as in training what was watched to a half counts
/// as liked.
package struct OwnPlays: Sendable {
    /// With fewer children the figures say nothing, and could say something of one of them.
    package static let leastChildren = TrainModel.Limits().leastChildren

    private let training: TrainingStore

    package init(training: TrainingStore) {
        self.training = training
    }

    /// - Parameters:
    ///   - threshold: a value from which on a video counts as liked.
    ///   - minimum: children who like fewer videos are left out.
    package func read(
        _ snapshot: CatalogueSnapshot,
        positiveFrom threshold: Float? = nil,
        minimum: Int
    ) async throws -> EvaluationInput {
        let from = threshold ?? Float(BlendData.likedFrom)
        let rating = WatchRating()
        let histories = try await WatchedHistories(training).read(snapshot, atLeast: 1)
        var (interactions, children): ([EvaluationData.Interaction], Int32) = ([], 0)
        for history in histories {
            let rows = history.map { item in
                EvaluationData.Interaction(
                    user: children,
                    item: Int32(clamping: item.video),
                    value: Float(rating.strength(ratio: item.ratio)),
                    time: item.at.millisecondsSince1970
                )
            }
            guard rows.count(where: { $0.value >= from }) >= minimum else { continue }
            interactions += rows.sorted { $0.item < $1.item }
            children += 1
        }
        let videos = Array(snapshot.entries.indices)
        return EvaluationInput(
            data: EvaluationData(
                userNames: (0..<children).map(String.init),
                itemNames: snapshot.entries.map(\.video.id.description),
                interactions: interactions,
                labels: snapshot.labelRows(videos)
            ),
            hidden: nil,
            candidates: videos.map { Int32(clamping: $0) },
            positiveFrom: from,
            repeated: 0,
            leftOut: histories.count - Int(children)
        )
    }
}
