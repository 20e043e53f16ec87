import Ranking
import Testing

@Suite("What a child would rate")
struct PredictedRatingTests {
    private static let now: Int64 = 1_780_000_000_000

    /// Two songs, two cars, and a video without labels.
    private let catalogue = RankingCatalogue(
        [
            RankingCatalogue.Entry(labels: LabelVector([(0, 1)])),
            RankingCatalogue.Entry(labels: LabelVector([(0, 1)])),
            RankingCatalogue.Entry(labels: LabelVector([(1, 1)])),
            RankingCatalogue.Entry(labels: LabelVector([(1, 1)])),
            RankingCatalogue.Entry(labels: .zero),
        ],
        kindWeights: [1, 1]
    )

    private func watched(_ video: Int, ratio: Double, days: Int64 = 0) -> ChildHistory.Watched {
        ChildHistory.Watched(
            video: video,
            ratio: ratio,
            lastWatchedAt: Self.now - days * 86_400_000,
            reach: ratio >= 0.9 ? .finished : .begun
        )
    }

    private func predicted(_ videos: [Int], _ history: ChildHistory) -> [Double?] {
        HomeRanking().predictedRatings(of: videos, for: history, in: catalogue, now: Self.now)
    }

    @Test(
        "is what it made of the videos like it, and below zero for what is like one it left or a parent wants less of"
    )
    func predicts() throws {
        let history = ChildHistory(watched: [watched(0, ratio: 1, days: 30), watched(2, ratio: 0.1)])
        let ratings = predicted([1, 3, 0], history)
        // Half after thirty days.
        #expect(abs(try #require(ratings[0]) - 0.5) < 1e-9)
        #expect(abs(try #require(ratings[1]) - HomeRanking.Settings().leftEarlyRating) < 1e-9)
        #expect(ratings[2] == ratings[0])
        let unwanted = ChildHistory(watched: [watched(0, ratio: 1)], lessOf: [2])
        #expect(predicted([3], unwanted) == [HomeRanking.Settings().lessOfRating])
        #expect(predicted([3], ChildHistory(watched: [], lessOf: [2])) == [nil], "nothing was watched")
    }

    @Test("is never no number, whatever was watched")
    func finite() {
        for ratio in [0, 1, 1e300, .infinity, .nan, -1] {
            let ratings = predicted([0, 1, 2, 3, 4], ChildHistory(watched: [watched(0, ratio: ratio)]))
            #expect(ratings.allSatisfy { $0?.isFinite == true }, "\(ratio)")
        }
    }

    @Test("is nothing without a history, and for what is not in the catalogue")
    func nothing() throws {
        #expect(predicted([0, 1, 9], .empty) == [nil, nil, nil])
        let ratings = predicted(
            [-1, 0, 5, .max],
            ChildHistory(watched: [watched(0, ratio: 1), watched(99, ratio: 1)])
        )
        #expect(ratings == [nil, 1, nil, nil])
        #expect(predicted([], .empty).isEmpty)
    }
}
