import Ranking
import Testing

@Suite("Nearest neighbours")
struct NearestNeighboursTests {
    private let line = LabelMatrix([3.0, 1, 2, 1].map { LabelVector([(0, $0)]) })

    @Test("Among equals the lower row comes first, also where only one of them fits")
    func ties() {
        let search = NearestNeighbours(line)
        #expect(search.nearest(to: .zero, k: 1).map(\.row) == [1])
        #expect(search.nearest(to: .zero, k: 9).map(\.row) == [1, 3, 2, 0])
        #expect(search.nearest(to: .zero, k: 9).map(\.distance) == [1, 1, 2, 3])
    }

    @Test("A rank decides between equals")
    func ranks() {
        let search = NearestNeighbours(line)
        #expect(search.nearest(to: .zero, k: 2, ties: .rank([0, 3, 2, 1])).map(\.row) == [3, 1])
        #expect(search.nearest(to: .zero, k: 1, ties: .rank([0, 3, 2, 1])).map(\.row) == [3])
    }

    @Test("Rows that are no candidates do not take a place")
    func candidates() {
        let search = NearestNeighbours(line)
        #expect(search.nearest(to: .zero, k: 2, where: { $0 != 1 }).map(\.row) == [3, 2])
        #expect(search.nearest(to: .zero, k: 2, where: { _ in false }).isEmpty)
    }

    @Test("Nothing is nearest to anything in an empty matrix, or for no places", arguments: [-1, 0, 5])
    func empty(k: Int) {
        #expect(NearestNeighbours(LabelMatrix()).nearest(to: LabelVector([(0, 1)]), k: k).isEmpty)
        #expect(NearestNeighbours(line).nearest(to: .zero, k: min(k, 0)).isEmpty)
    }

    @Test("A row inserted now is found now, a removed one is not")
    func insertAndRemove() {
        var rows = line
        rows.remove(1)
        let inserted = rows.append(LabelVector([(0, 0.5)]))
        #expect(NearestNeighbours(rows).nearest(to: .zero, k: 2).map(\.row) == [inserted, 3])
    }

    @Test("The scan is the plain definition over random rows with holes", arguments: UInt64(0)..<20)
    func plainDefinition(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func vector() -> LabelVector {
            let count = Int.random(in: 0...6, using: &random)
            return LabelVector(
                (0..<count).map { _ in
                    (Int.random(in: 0..<12, using: &random), Double.random(in: 0...1, using: &random))
                }
            )
        }
        let vectors = (0..<60).map { _ in vector() }
        var rows = LabelMatrix(vectors)
        let removed = Set((0..<10).map { _ in Int.random(in: 0..<60, using: &random) })
        removed.forEach { rows.remove($0) }
        let query = vector()

        let expected = vectors.indices.filter { !removed.contains($0) }
            .map { (row: $0, distance: vectors[$0].squaredDistance(to: query).squareRoot()) }
            .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
        let found = NearestNeighbours(rows).nearest(to: query, k: 60)
        #expect(Set(found.map(\.row)) == Set(expected.map(\.row)))
        for (neighbour, plain) in zip(found, expected) {
            #expect(abs(neighbour.distance - plain.distance) < 1e-7)
        }
    }

    @Test("A regression finds the neighbours a scan finds, ties and zero vectors included", arguments: UInt64(0)..<40)
    func regressionSearch(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func vector() -> LabelVector {
            LabelVector(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    (Int.random(in: 0..<9, using: &random), Double(Int.random(in: 1...4, using: &random)) / 4)
                }
            )
        }
        var rows = LabelMatrix((0..<Int.random(in: 1...50, using: &random)).map { _ in vector() })
        rows.remove(Int.random(in: 0..<60, using: &random))
        let k = Int.random(in: 1...30, using: &random)
        let targets = (0..<rows.count).map { _ in Double.random(in: 0...1, using: &random) }
        let regression = KNNRegression(points: rows, targets: targets, k: k, weighting: .distance)
        for _ in 0..<10 {
            let query = vector()
            let found = regression.explain(query)?.neighbours.map(\.neighbour) ?? []
            #expect(found == NearestNeighbours(rows).nearest(to: query, k: k))
        }
    }

    @Test("Distances stay numbers whatever the weights")
    func extremes() {
        let wild: [LabelVector] = [
            LabelVector([(0, .infinity), (1, .nan), (2, 1)]),
            LabelVector([(0, 1e300), (1, -1e300)]),
            LabelVector([(-4, 1), (1 << 40, 1)]),
            LabelVector([(3, .leastNonzeroMagnitude)]),
        ]
        let regression = KNNRegression(
            points: LabelMatrix(wild),
            targets: [1, 0.5, 0, 0.2],
            k: 4,
            weighting: .distance
        )
        for vector in wild {
            let found = NearestNeighbours(LabelMatrix(wild)).nearest(to: vector, k: 4)
            #expect(found.count == 4 && found.allSatisfy { $0.distance.isFinite && $0.distance >= 0 })
            #expect(regression.predict(vector)?.isFinite == true)
        }
    }
}

@Suite("KNN regression")
struct KNNRegressionTests {
    @Test("Without a point there is no prediction")
    func noPoints() {
        let regression = KNNRegression(points: LabelMatrix(), targets: [], k: 3, weighting: .distance)
        #expect(regression.predict(.zero) == nil)
    }

    @Test("Points without a usable target are not used")
    func missingTargets() {
        let points = LabelMatrix([LabelVector([(0, 1)]), LabelVector([(0, 2)]), LabelVector([(0, 3)])])
        let regression = KNNRegression(points: points, targets: [.nan, 0.5], k: 3, weighting: .uniform)
        #expect(regression.predict(.zero) == 0.5)
    }

    @Test(
        "The shares of an explanation add up to 1 and give the prediction",
        arguments: KNNRegression.Weighting.allCases
    )
    func explanation(weighting: KNNRegression.Weighting) throws {
        let points = LabelMatrix([LabelVector([(0, 1)]), LabelVector([(0, 2)]), LabelVector([(1, 1)])])
        let regression = KNNRegression(points: points, targets: [1, 0, 0.5], k: 3, weighting: weighting)
        let explained = try #require(regression.explain(LabelVector([(0, 1.5)])))
        #expect(abs(explained.neighbours.reduce(0) { $0 + $1.share } - 1) < 1e-12)
        #expect(explained.prediction == regression.predict(LabelVector([(0, 1.5)])))
    }
}
