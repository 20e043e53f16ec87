import Foundation
import Ranking

/// The numbers of `Fixtures/blend-cases.json`, which `Fixtures/make_blend_fixtures.py` lets numpy compute from the formulas.
struct BlendCases: Decodable {
    struct CoWatch: Decodable {
        let regularisation, activity, labelShare, dropout: Double
        /// What each child's row is multiplied by while fitting.
        let rowFactors: [Double]
        let weights, scores: [[Double]]
        let history, historyScores: [Double]

        var settings: CoWatchFit.Settings {
            CoWatchFit.Settings(regularisation: regularisation, dropout: dropout, labelShare: labelShare)
        }
    }

    struct Blend: Decodable {
        let met, entries, videos, factorScores, blend: [[Double]]
        let quality: [Double]
        let qualityShare: Double

        var settings: BlendSettings {
            var settings = BlendSettings()
            settings.coWatch = CoWatchFit.Settings(regularisation: 10, labelShare: 1)
            settings.factors.dimension = 4
            settings.factors.regularisation = 3
            settings.popularityShare = 0.25
            settings.qualityShare = qualityShare
            return settings
        }
    }

    struct ItemNeighbours: Decodable {
        let k: Int
        let shrink: Double
        let scores: [[Double]]
    }

    struct Measures: Decodable {
        let train, scores: [[Double]]
        let hidden, lists: [[Int32]]
        /// `ndcg@3` … of the users with something hidden.
        let perUser: [String: [Double]]
    }

    let liked, labels: [[Double]]
    let coWatch: [String: CoWatch]
    let blends: [String: Blend]
    let itemNeighbours: ItemNeighbours
    let measures: Measures

    static func read() throws -> BlendCases {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/blend-cases.json")
        return try JSONDecoder().decode(BlendCases.self, from: Data(contentsOf: file))
    }

    func data(met: [[Double]]) -> BlendData {
        BlendData(liked: rows(liked), met: rows(met), labels: rows(labels))
    }
}

/// The entries of a dense matrix that are not 0, of `width` columns or as many as it has.
func rows(_ dense: [[Double]], width: Int? = nil) -> SparseRows {
    var rows = SparseRows(columnCount: width ?? dense.first?.count ?? 0)
    for row in dense { rows.append(row.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element) }) }
    return rows
}

/// What a row of a dense matrix lists.
func history(_ row: [Double]) -> [(video: Int, rating: Double)] {
    row.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element) }
}

/// The largest difference; infinite where one of the two is longer or not finite.
func distance(_ first: [Double], _ second: [Double]) -> Double {
    guard first.count == second.count, (first + second).allSatisfy(\.isFinite) else { return .infinity }
    return zip(first, second).map { abs($0 - $1) }.max() ?? 0
}
