import Testing

@testable import Ranking

@Suite("What is popular with an audience")
struct PopularityTests {
    private let everyone = [400.0, 300, 200, 100, 0]

    @Test("An audience without children has everyone's popularity")
    func nobody() {
        let leaning = Popularity([0, 0, 0, 0, 0], leaningOn: everyone)
        for (left, right) in zip(leaning.values, Popularity(everyone).values) { #expect(abs(left - right) < 1e-12) }
        #expect(leaning.order == [0, 1, 2, 3, 4])
    }

    @Test("One child among few does not turn it, and a thousand of them do")
    func size() {
        #expect(Popularity([0, 0, 0, 1, 1], leaningOn: everyone).order == [0, 1, 2, 3, 4])
        #expect(Popularity([0, 0, 0, 1_000, 600], leaningOn: everyone).order == [3, 4, 0, 1, 2])
    }

    @Test("The mean of its own shares and everyone's, by how much was watched against the prior")
    func formula() {
        let own = [0.0, 0, 0, 30, 10]
        let leaning = Popularity(own, leaningOn: everyone, prior: 60)
        // Shares: (own + 60 · everyone / 1000) / 100, of 1000.
        let expected = Popularity([240, 180, 120, 360, 100])
        for (left, right) in zip(leaning.values, expected.values) { #expect(abs(left - right) < 1e-12) }
    }

    @Test("What is no number, or less than nothing, counts as nothing")
    func strange() {
        let strange = Popularity([.nan, -5, .infinity, 2, 0], leaningOn: [.nan, 1, -1, .infinity, 0])
        #expect(strange.values.allSatisfy { $0.isFinite && (0...1).contains($0) })
        #expect(Popularity([3, 1], leaningOn: [0, 0]).order == [0, 1])
        #expect(Popularity([], leaningOn: []).values.isEmpty)
    }

    @Test("A home goes by the child's audience; one that there is not is everyone")
    func home() {
        let catalogue = RankingCatalogue(
            zip(everyone, [0, 0, 0, 5_000, 9_000]).map {
                RankingCatalogue.Entry(labels: .zero, popularity: [$0, $1])
            },
            kindWeights: []
        )
        func home(_ audience: Int) -> [Int] {
            HomeRanking().home(
                for: ChildHistory(watched: [], audience: audience),
                in: catalogue,
                eligible: { _ in true },
                now: 1_780_000_000_000,
                limit: 5
            ).map(\.video)
        }
        #expect(home(0) == [0, 1, 2, 3, 4])
        #expect(home(1) == [4, 3, 0, 1, 2])
        #expect(home(7) == home(0) && home(-1) == home(0))
    }
}
