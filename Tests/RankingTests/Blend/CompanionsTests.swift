import Testing

@testable import Ranking

@Suite("Videos that the same children watch")
struct CompanionsTests {
    private let now: Int64 = 1_700_000_000_000

    /// Videos 0, 1 and 2 share a label, 3, 4 and 5 another one; children who watch 0 watch 4 and 5, and 4 more so. The
    /// numbers are those of the model in reverse order.
    private func similar(to video: Int, children: [Double], unknown: Set<Int> = [], limit: Int = 3) -> [Recommendation]
    {
        let directions: [[Float]] = [[1, 0], [0, 1], [0, -1], [-1, 0], [0.9, 0.1], [0.9, 0.3]]
        var settings = BlendSettings()
        settings.factors.dimension = 2
        let model = BlendModel(
            settings: settings,
            coWatch: CoWatchModel(videoCount: directions.count),
            factors: directions.reversed().flatMap { $0 },
            quality: []
        )
        let blend = PlacedBlend(
            model,
            numbers: directions.indices.map { unknown.contains($0) ? nil : directions.count - 1 - $0 }
        )
        let entries = children.enumerated().map { number, children in
            let own = 0.1 * Double(number + 1)
            return RankingCatalogue.Entry(
                labels: LabelVector([(number / 3, 1), (number + 2, own)]),
                popularity: [children]
            )
        }
        let catalogue = RankingCatalogue(entries, kindWeights: Array(repeating: 1, count: 8), blend: blend)
        return HomeRanking().similar(to: video, in: catalogue, eligible: { $0 != 2 }, now: now, limit: limit)
    }

    private let many = [Double](repeating: 10, count: 6)

    @Test("are more like this, beside those with the same labels")
    func beside() {
        let found = similar(to: 0, children: many)
        #expect(Set(found.map(\.video)) == [1, 4, 5])
        #expect(found.allSatisfy { $0.reason == .becauseYouWatched(0) && $0.score > 0 })
        #expect(similar(to: 0, children: many, limit: 10).map(\.video).sorted() == [1, 3, 4, 5])
    }

    @Test("are left out where fewer than five children watched: labels alone then speak")
    func tooFew() {
        let byLabels = similar(to: 0, children: [4, 10, 10, 10, 10, 10], limit: 1)
        #expect(byLabels.map(\.video) == [1])
        let companions = Companions(.untrained(count: 6), children: many)
        #expect(companions.nearest(to: 0, count: 5) { _ in true }.isEmpty)
        let found = similar(to: 0, children: [10, 10, 10, 10, 4, 10], limit: 10)
        #expect(found.map(\.video).firstIndex(of: 5) ?? .max < found.map(\.video).firstIndex(of: 4) ?? .max)
    }

    @Test("cannot be told for a video that the model does not know")
    func unknown() {
        #expect(similar(to: 0, children: many, unknown: [0], limit: 1).map(\.video) == [1])
    }

    @Test("What stands in both lists comes first; equals by popularity")
    func merged() {
        let rank: [Int32] = [0, 0, 0, 0, 0, 0, 2, 1, 0, 3]
        // 9 is in both; 7 has the first place of a list; 6 and 8 have second places, and 8 is more popular.
        #expect(Companions.merged([7, 8, 9], [9, 6], rank: rank).map(\.video) == [9, 7, 8, 6])
        #expect(Companions.merged([], [], rank: rank).isEmpty)
    }
}
