import Ranking
import Testing

@Suite("Co-watch weights worth keeping")
struct CoWatchModelTests {
    private func fit() throws -> (CoWatchFit, [[Double]]) {
        let cases = try BlendCases.read()
        let example = try #require(cases.coWatch["cease"])
        let fit = try CoWatchFit(children: rows(cases.liked), labels: rows(cases.labels), settings: example.settings)
        return (fit, example.weights)
    }

    @Test("Kept whole, they are the fit's in half precision")
    func whole() throws {
        let (fit, weights) = try fit()
        let model = CoWatchModel(fit, plays: [], perVideo: 12)
        for (source, row) in weights.enumerated() {
            for (target, weight) in row.enumerated() {
                let kept = model.weight(from: source, to: target)
                #expect(abs(kept - weight) <= abs(weight) * 0x1p-11 + 0x1p-25, "\(source) to \(target)")
            }
            #expect(model.weight(from: source, to: source) == 0)
        }
        var scores = [Double](repeating: 0, count: 12)
        model.add([(1, 1), (4, 0.5), (99, 1), (2, .nan)], to: &scores)
        let exact = fit.scores(of: [(1, 1), (4, 0.5)])
        #expect(distance(scores, exact) < 1e-3)
    }

    @Test("Cut, the largest by what their video is worth stay")
    func cut() throws {
        let (fit, weights) = try fit()
        let plays = (0..<12).map { Double(12 - $0) }
        let model = CoWatchModel(fit, plays: plays, perVideo: 4)
        let sizes = weights.enumerated().flatMap { source, row in row.map { abs($0) * plays[source].squareRoot() } }
        let threshold = sizes.sorted(by: >)[4 * 12 - 1]
        for (source, row) in weights.enumerated() {
            for (target, weight) in row.enumerated() where target != source {
                let size = abs(weight) * plays[source].squareRoot()
                guard abs(size - threshold) > 1e-9 else { continue }
                #expect((model.weight(from: source, to: target) != 0) == (size > threshold))
            }
        }
    }

    @Test("What is written is read again; damaged bytes are refused, wherever the damage is")
    func coding() throws {
        let (fit, _) = try fit()
        let model = CoWatchModel(fit, plays: [], perVideo: 6)
        let bytes = model.encoded
        #expect(CoWatchModel(encoded: bytes) == model)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(CoWatchModel(encoded: damaged) == nil, "byte \(place)")
        }
        for count in bytes.indices { #expect(CoWatchModel(encoded: Array(bytes.prefix(count))) == nil) }
        #expect(CoWatchModel(encoded: bytes + [0]) == nil)
        #expect(CoWatchModel(encoded: CoWatchModel(videoCount: 0).encoded) == CoWatchModel(videoCount: 0))
    }
}
