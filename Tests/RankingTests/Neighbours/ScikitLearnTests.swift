import Foundation
import Ranking
import Testing

/// The numbers of `Fixtures/knn-cases.json`, which `Fixtures/make_knn_fixtures.py` lets scikit-learn compute.
@Suite("The neighbours and predictions are scikit-learn's")
struct ScikitLearnTests {
    struct File: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let k: Int
        let weights: String
        let tiesAtCut: Int
        let points: [[Double]]
        let targets: [Double]
        let queries: [[Double]]
        let indices: [[Int]]
        let distances: [[Double]]
        let predictions: [Double]

        var testDescription: String { "\(name), \(weights)" }

        var matrix: LabelMatrix { LabelMatrix(points.map(LabelVector.init(dense:))) }
        var weighting: KNNRegression.Weighting { weights == "uniform" ? .uniform : .distance }
    }

    /// Empty when the file is missing or damaged: the first test then fails, and says so.
    static let cases: [Case] = {
        let file = URL(filePath: #filePath).appending(path: "../../Fixtures/knn-cases.json").standardized
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? decoder.decode(File.self, from: data).cases) ?? []
    }()

    @Test("There are enough cases, and each kind that matters is among them")
    func coverage() {
        #expect(Self.cases.count >= 60, "Fixtures/knn-cases.json cannot be read or is too short")
        #expect(Self.cases.contains { $0.k > $0.points.count })
        #expect(Self.cases.contains { $0.points.count == 1 })
        #expect(Self.cases.contains { $0.points.count > 1 && Set($0.points).count == 1 })
        #expect(Self.cases.count { $0.tiesAtCut > 0 } >= 10)
        #expect(Self.cases.contains { $0.distances.joined().contains(0) })
        #expect(Set(Self.cases.map(\.weights)) == ["uniform", "distance"])
    }

    @Test("The nearest and their distances", arguments: cases)
    func neighbours(of example: Case) {
        let search = NearestNeighbours(example.matrix)
        for (query, (rows, distances)) in zip(example.queries, zip(example.indices, example.distances)) {
            let found = search.nearest(to: LabelVector(dense: query), k: example.k)
            #expect(found.map(\.row) == rows)
            #expect(found.count == distances.count)
            for (neighbour, expected) in zip(found, distances) {
                #expect(abs(neighbour.distance - expected) <= 1e-6)
            }
        }
    }

    @Test("The predictions, one by one and many at once", arguments: cases)
    func predictions(of example: Case) throws {
        let regression = KNNRegression(
            points: example.matrix,
            targets: example.targets,
            k: example.k,
            weighting: example.weighting
        )
        let queries = example.queries.map(LabelVector.init(dense:))
        let together = regression.predict(queries)
        #expect(together.count == example.predictions.count)
        for ((query, many), expected) in zip(zip(queries, together), example.predictions) {
            let one = try #require(regression.predict(query))
            #expect(abs(one - expected) <= 1e-6)
            #expect(one == many)
        }
    }
}
