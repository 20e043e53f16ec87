import Foundation
import Jobs
import Ranking
import Testing

/// The figures of `../shared/data/ml-latest-small-splits/README.md`, seed 42 of its first protocol.
@Suite("An evaluation gives the figures that are known")
struct PublishedFiguresTests {
    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private static func path(_ name: String) throws -> String {
        let path = SharedData.folder.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path) else {
            throw Missing(description: "\(path) is missing: this test needs the data set beside the repository.")
        }
        return path
    }

    /// The 19 genres, and the 307 tags that three films of `films` or more have.
    private static func labels(films: Set<String>) throws -> String {
        var carriers: [String: Set<String>] = [:]
        for line in try lines("ml-latest-small/movies.csv") {
            guard let first = line.firstIndex(of: ","), let last = line.lastIndex(of: ",") else { continue }
            for genre in line[line.index(after: last)...].split(separator: "|") where genre != "(no genres listed)" {
                carriers["genre:\(genre)", default: []].insert(String(line[..<first]))
            }
        }
        for line in try lines("ml-latest-small/tags.csv") {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 4, films.contains(String(fields[1])) else { continue }
            let tag = fields[2..<(fields.count - 1)].joined(separator: ",").trimmingCharacters(in: ["\""])
            carriers["tag:\(tag.trimmingCharacters(in: .whitespaces).lowercased())", default: []].insert(
                String(fields[1])
            )
        }
        let kept = carriers.filter { $0.key.hasPrefix("genre:") || $0.value.count >= 3 }
        #expect(kept.count { $0.key.hasPrefix("genre:") } == 19)
        #expect(kept.count { $0.key.hasPrefix("tag:") } == 307)
        var byFilm: [String: [String]] = [:]
        for (label, films) in kept { for film in films { byFilm[film, default: []].append(label) } }
        return byFilm.map { "\($0),\($1.joined(separator: "|"))\n" }.joined()
    }

    private static func lines(_ name: String) throws -> [Substring] {
        try String(contentsOfFile: path(name), encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst().map {
            $0
        }
    }

    @Test("Popularity, item neighbours, EASE and CEASE on ml-latest-small, to four digits")
    func firstProtocol() throws {
        let (ratings, test) = (
            try Self.path("ml-latest-small/ratings.csv"), try Self.path("ml-latest-small-splits/p1-test-42.csv")
        )
        let plain = try EvaluationFiles(.init(interactions: ratings, test: test), positiveFrom: nil, minimum: 5)
        #expect(plain.positiveFrom == 4)
        #expect((plain.data.userCount, plain.data.itemCount) == (603, 6_298))

        let items = FileManager.default.temporaryDirectory.appending(path: "kyck-items-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: items) }
        try Self.labels(films: Set(plain.data.itemNames)).write(to: items, atomically: true, encoding: .utf8)
        let paths = EvaluationFiles.Paths(interactions: ratings, test: test, items: items.path(percentEncoded: false))
        let files = try EvaluationFiles(paths, positiveFrom: nil, minimum: 5)
        #expect(files.data.labels.rowCount == 326)

        var settings = Evaluator.Settings()
        settings.methods = [.popularity, .itemKNN, .ease, .cease]
        settings.positiveFrom = files.positiveFrom
        let split = EvaluationSplit(known: files.data.interactions, hidden: try #require(files.hidden))
        let report = try Evaluator(data: files.data, settings: settings) { _ in }
            .run([(42, split)], candidates: files.candidates)
        #expect(report.users == 603)
        let figures = report.results.map { result in
            let (ndcg, recall) = (result.spread(\.ndcg, at: 10).mean, result.spread(\.recall, at: 20).mean)
            return result.method.rawValue + String(format: " %.4f %.4f", ndcg, recall)
        }
        #expect(
            figures == [
                "popularity 0.1411 0.1397", "item-knn 0.2446 0.2527", "ease 0.2759 0.2779", "cease 0.2814 0.2835",
            ]
        )
    }
}
