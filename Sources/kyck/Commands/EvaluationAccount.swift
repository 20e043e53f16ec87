import Foundation
import Jobs
import Ranking

/// The outcome of an evaluation, as a table for people and as JSON for programs.
struct EvaluationAccount {
    private let report: Evaluator.Report
    private let input: EvaluationInput
    private let seeds: [UInt64]
    /// `test`, `random` or `last`.
    private let split: String

    init(_ report: Evaluator.Report, _ input: EvaluationInput, seeds: [UInt64], split: String) {
        (self.report, self.input, self.seeds, self.split) = (report, input, seeds, split)
    }

    private struct Column {
        let name: String
        let heading: String
        let value: KeyPath<RankingMetrics.AtDepth, Double>
        let digits: Int
    }

    private static var columns: [Column] {
        [
            Column(name: "ndcg", heading: "nDCG", value: \.ndcg, digits: 4),
            Column(name: "recall", heading: "Recall", value: \.recall, digits: 4),
            Column(name: "hit_rate", heading: "hit rate", value: \.hitRate, digits: 4),
            Column(name: "coverage", heading: "coverage", value: \.coverage, digits: 4),
            Column(name: "popularity_rank", heading: "popularity rank", value: \.popularityRank, digits: 1),
        ]
    }

    private var depths: [Int] { report.results.first?.depths ?? [] }

    // MARK: - For people

    func print() {
        Swift.print(heading)
        Swift.print("")
        for line in TextTable.aligned(rows) { Swift.print(line) }
        for result in report.results where !result.choices.isEmpty {
            Swift.print("")
            for (seed, choice) in zip(seeds, result.choices) {
                Swift.print("\(result.method.rawValue) chose, seed \(seed): \(choice)")
            }
        }
        if let comparison {
            Swift.print("")
            Swift.print(comparison)
        }
    }

    private var heading: String {
        var parts = [
            "\(ClosingTable.grouped(report.users)) users with something to find among "
                + "\(ClosingTable.grouped(report.candidates)) items",
            "liked from \(input.positiveFrom)",
            input.data.labels.rowCount > 0 ? "\(ClosingTable.grouped(input.data.labels.rowCount)) labels" : "no labels",
            "split \(split), seed" + (seeds.count > 1 ? "s " : " ") + seeds.map(String.init).joined(separator: ", "),
        ]
        if input.leftOut > 0 { parts.append("\(ClosingTable.grouped(input.leftOut)) users left out who like too few") }
        if input.repeated > 0 { parts.append("\(ClosingTable.grouped(input.repeated)) rows replaced by a later one") }
        return parts.joined(separator: "; ")
    }

    /// One block for each length of lists.
    private var rows: [[String]] {
        var rows: [[String]] = []
        for (place, depth) in depths.enumerated() {
            if place > 0 { rows.append([]) }
            rows.append(["at \(depth)"] + Self.columns.map(\.heading) + (place == 0 ? ["seconds"] : []))
            for result in report.results {
                let figures = Self.columns.map { column in
                    text(result.spread(column.value, at: depth), digits: column.digits)
                }
                rows.append([result.method.rawValue] + figures + (place == 0 ? [Self.fixed(result.seconds, 1)] : []))
            }
        }
        return rows
    }

    private func text(_ spread: Evaluator.Spread, digits: Int) -> String {
        let mean = Self.fixed(spread.mean, digits)
        return seeds.count > 1 ? "\(mean) ± \(Self.fixed(spread.deviation, digits))" : mean
    }

    private var comparison: String? {
        report.comparison.map { comparison in
            let (better, difference) = (comparison.test.difference >= 0, abs(comparison.test.difference))
            return "blend against \(comparison.best.rawValue), the best of the others: nDCG@\(depths.first ?? 0) is "
                + "\(Self.fixed(difference, 4)) \(better ? "higher" : "lower") per user, p = "
                + "\(Self.fixed(comparison.test.p, 4)) (paired randomisation test over \(report.users) users)."
        }
    }

    private static func fixed(_ number: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", number)
    }
}

// MARK: - For programs

extension EvaluationAccount: Encodable {
    private enum Value: Encodable {
        case text(String)
        case texts([String])
        case number(Double)
        case spread(Evaluator.Spread)

        private enum Keys: String, CodingKey { case mean, std }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .text(let text): try text.encode(to: encoder)
            case .texts(let texts): try texts.encode(to: encoder)
            case .number(let number): try number.encode(to: encoder)
            case .spread(let spread):
                var container = encoder.container(keyedBy: Keys.self)
                try container.encode(spread.mean, forKey: .mean)
                try container.encode(spread.deviation, forKey: .std)
            }
        }
    }

    private enum Keys: String, CodingKey {
        case methods, users, candidates, items, labels, seeds, split, repeated, comparison
        case positiveFrom = "positive_from"
        case leftOut = "left_out"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(report.results.map(values(of:)), forKey: .methods)
        try container.encode(report.users, forKey: .users)
        try container.encode(report.candidates, forKey: .candidates)
        try container.encode(input.data.itemCount, forKey: .items)
        try container.encode(input.data.labels.rowCount, forKey: .labels)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(split, forKey: .split)
        try container.encode(input.positiveFrom, forKey: .positiveFrom)
        try container.encode(input.leftOut, forKey: .leftOut)
        try container.encode(input.repeated, forKey: .repeated)
        if let comparison = report.comparison {
            let values: [String: Value] = [
                "method": .text("blend"), "against": .text(comparison.best.rawValue),
                "ndcg@\(depths.first ?? 0)": .number(comparison.test.difference), "p": .number(comparison.test.p),
            ]
            try container.encode(values, forKey: .comparison)
        }
    }

    private func values(of result: Evaluator.Result) -> [String: Value] {
        var values: [String: Value] = ["method": .text(result.method.rawValue), "seconds": .number(result.seconds)]
        if !result.choices.isEmpty { values["chosen"] = .texts(result.choices) }
        for depth in result.depths {
            for column in Self.columns {
                values["\(column.name)@\(depth)"] = .spread(result.spread(column.value, at: depth))
            }
        }
        return values
    }
}
