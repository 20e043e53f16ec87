import Ranking
import Testing

@Suite("Factors by alternating least squares")
struct FactorFitTests {
    @Test("Videos and scores are those of the formulas", arguments: ["liked", "met"])
    func formulas(name: String) throws {
        let example = try #require(try BlendCases.read().blends[name])
        let fit = FactorFit(children: rows(example.entries), settings: example.settings.factors)
        #expect(distance(fit.videos, example.videos.flatMap(\.self)) < 1e-9)
        for (entries, expected) in zip(example.entries, example.factorScores) {
            #expect(distance(fit.scores(of: history(entries)), expected) < 1e-9)
        }
    }

    @Test("An empty history, strange ones and no videos at all give zeros")
    func nothing() throws {
        let example = try #require(try BlendCases.read().blends["liked"])
        let fit = FactorFit(children: rows(example.entries), settings: example.settings.factors)
        let zeros = [Double](repeating: 0, count: 12)
        #expect(fit.scores(of: []) == zeros)
        #expect(fit.scores(of: [(99, 1), (-1, 1), (0, .nan), (1, -1), (2, 0)]) == zeros)
        #expect(FactorFit(children: SparseRows(columnCount: 0)).scores(of: [(0, 1)]).isEmpty)
        let unwatched = FactorFit(children: rows([[], []], width: 3))
        #expect(unwatched.scores(of: [(0, 1)]) == [0, 0, 0])
    }
}
