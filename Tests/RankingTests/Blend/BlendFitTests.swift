import Ranking
import Testing

@Suite("The blend, fitted")
struct BlendFitTests {
    @Test("The scores are those of the formulas, with likes alone and with what was met", arguments: ["liked", "met"])
    func formulas(name: String) throws {
        let cases = try BlendCases.read()
        let example = try #require(cases.blends[name])
        let fit = try BlendFit(cases.data(met: example.met), settings: example.settings)
        for (child, expected) in example.blend.enumerated() {
            #expect(distance(fit.scores(ofChild: child), expected) < 1e-6)
        }
    }

    @Test("Popularity alone is how many like it")
    func popularityOnly() throws {
        let cases = try BlendCases.read()
        var settings = BlendSettings()
        settings.isPopularityOnly = true
        let fit = try BlendFit(cases.data(met: cases.liked.map { $0.map { _ in 0 } }), settings: settings)
        let counts = (0..<12).map { video in cases.liked.reduce(0) { $0 + $1[video] } }
        #expect(fit.scores(ofChild: 0) == counts)
    }

    @Test("No children, no videos, a child without any: scores are finite")
    func nothing() throws {
        let cases: [([[Double]], Int)] = [
            ([], 0), ([[]], 0), ([], 3), ([[0, 0, 0]], 3), ([[1, 1, 1], [0, 0, 0]], 3),
        ]
        for (liked, width) in cases {
            let none = rows(liked.map { _ in [] }, width: width)
            let data = BlendData(liked: rows(liked, width: width), met: none, labels: SparseRows(columnCount: width))
            let fit = try BlendFit(data, settings: BlendSettings())
            for child in liked.indices {
                let scores = fit.scores(ofChild: child)
                #expect(scores.count == width && scores.allSatisfy { $0.isFinite })
            }
            var search = BlendSearch(data, seed: 1, limits: BlendSearch.Limits())
            #expect(try search.run().figure.isFinite)
        }
    }

    @Test("The search is the same again, and never keeps what does worse than popularity")
    func search() throws {
        let cases = try BlendCases.read()
        let data = cases.data(met: try #require(cases.blends["met"]).met)
        var start = BlendSettings()
        start.factors.dimension = 4
        var (first, second) = (
            BlendSearch(data, seed: 7, limits: BlendSearch.Limits()),
            BlendSearch(data, seed: 7, limits: BlendSearch.Limits())
        )
        let (one, other) = (try first.run(from: start), try second.run(from: start))
        #expect(one.settings == other.settings)
        #expect(one.figure == other.figure)
        #expect(one.figure >= one.popularity)
        #expect(one.children > 0)
    }
}
