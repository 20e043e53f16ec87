import Ranking
import Testing

@Suite("Co-watch, fitted in closed form")
struct CoWatchFitTests {
    static let names = ["ease", "edlae", "cease", "weighted", "everything"]

    /// A fit of a case; videos nobody watched bring it to more columns than rows, and so into the other form.
    private func fit(_ name: String, width: Int) throws -> (CoWatchFit, BlendCases.CoWatch, BlendCases) {
        let cases = try BlendCases.read()
        let example = try #require(cases.coWatch[name])
        let fit = try CoWatchFit(
            children: rows(cases.liked, width: width).scaled(byRow: example.rowFactors),
            labels: rows(cases.labels, width: width),
            settings: example.settings
        )
        return (fit, example, cases)
    }

    @Test("The weights are those of the formulas, in both forms", arguments: names, [12, 40])
    func weights(name: String, width: Int) throws {
        let (fit, example, _) = try fit(name, width: width)
        for (source, expected) in example.weights.enumerated() {
            let found = fit.weights(from: source)
            #expect(distance(Array(found.prefix(12)), expected) < 1e-9)
            #expect(found.dropFirst(12).allSatisfy { abs($0) < 1e-12 }, "a video nobody watched has no weight")
        }
    }

    @Test("The scores are history times weights, for children that were fitted", arguments: names, [12, 40])
    func fitted(name: String, width: Int) throws {
        let (fit, example, cases) = try fit(name, width: width)
        for (child, expected) in example.scores.enumerated() {
            // Fitted rows are scaled; the scores of a history as it is are its scores divided by the same factor.
            let scores = fit.scores(ofChild: child).prefix(12).map { $0 / example.rowFactors[child] }
            #expect(distance(scores, expected) < 1e-9)
            #expect(distance(Array(fit.scores(of: history(cases.liked[child])).prefix(12)), expected) < 1e-9)
        }
    }

    @Test("A history that was not fitted counts at once", arguments: names, [12, 40])
    func folding(name: String, width: Int) throws {
        let (fit, example, _) = try fit(name, width: width)
        let found = fit.scores(of: history(example.history))
        #expect(distance(Array(found.prefix(12)), example.historyScores) < 1e-9)
    }

    @Test("Videos it does not know and ratings that are no numbers are left out")
    func strangeHistories() throws {
        let (fit, _, _) = try fit("cease", width: 12)
        let strange: [(video: Int, rating: Double)] = [(-1, 1), (12, 1), (.max, 1), (3, .nan), (4, .infinity), (2, 1)]
        #expect(fit.scores(of: strange) == fit.scores(of: [(2, 1)]))
        #expect(fit.scores(of: []) == Array(repeating: 0, count: 12))
        #expect(fit.scores(ofChild: -1) == fit.scores(ofChild: 18))
    }

    @Test("Nothing to learn from is no error, and nothing of it is NaN")
    func nothing() throws {
        for (children, videos) in [(0, 0), (0, 3), (3, 0), (2, 3), (3, 2)] {
            let empty = rows(Array(repeating: [], count: children), width: videos)
            let fit = try CoWatchFit(children: empty)
            #expect(fit.scores(of: [(0, 1)]) == Array(repeating: 0, count: videos))
        }
        // A video all watch, one nobody does, a child with one video.
        let fit = try CoWatchFit(children: rows([[1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 1, 0]]))
        #expect((0..<4).flatMap { fit.scores(ofChild: $0) }.allSatisfy { $0.isFinite })
    }

    @Test("Settings without a solution, and a fit beyond the memory allowed, are refused")
    func refused() throws {
        let children = rows(try BlendCases.read().liked)
        for settings in [
            CoWatchFit.Settings(regularisation: 0), .init(regularisation: -1), .init(regularisation: .nan),
            .init(dropout: 1), .init(dropout: -0.1), .init(labelShare: -1), .init(labelShare: .infinity),
        ] {
            #expect(throws: CoWatchFit.Failure.notSolvable) { try CoWatchFit(children: children, settings: settings) }
        }
        let needed = CoWatchFit.bytes(rows: 18, columns: 12, entries: children.entryCount)
        #expect(throws: CoWatchFit.Failure.tooLarge(needed: needed, limit: needed - 1)) {
            try CoWatchFit(children: children, memoryLimit: needed - 1)
        }
        #expect(CoWatchFit.bytes(rows: .max, columns: .max, entries: 1) == .max)
    }
}
