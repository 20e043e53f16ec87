import Foundation
import Testing

struct EvaluateCommandTests {
    private struct Spread: Decodable {
        let mean, std: Double
    }

    private enum Value: Decodable {
        case text(String), number(Double), spread(Spread), texts([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let texts = try? container.decode([String].self) {
                self = .texts(texts)
            } else {
                self = .spread(try container.decode(Spread.self))
            }
        }
    }

    private struct Account: Decodable {
        let methods: [[String: Value]]
        let users, candidates, items, labels, repeated: Int
        let positive_from: Double
        let seeds: [Int]
        let split: String
        let comparison: [String: Value]?
    }

    private static let methods = ["random", "popularity", "knn", "item-knn", "ease", "cease", "blend"]

    /// Thirty users of two tastes, twenty items in two halves; each rates six items well and three badly.
    private func write(_ program: KyckProgram) throws {
        var (known, test, items) = ("user,item,value,timestamp\n", "user,item\n", "")
        for user in 0..<30 {
            let half = user % 2
            for step in 0..<6 {
                let item = half * 10 + (user * 3 + step * step) % 10
                known += "u\(user),\(item),4.5,\(step)\n"
                if step == 5 { test += "u\(user),\(item)\n" }
            }
            for step in 0..<3 { known += "u\(user),\((1 - half) * 10 + (user + step) % 10),1,9\n" }
        }
        for item in 0..<20 { items += "\(item),half:\(item / 10)|odd:\(item % 2)\n" }
        for (name, text) in [("known", known), ("test", test), ("items", items)] {
            try Data(text.utf8).write(to: URL(filePath: program.path("\(name).csv")))
        }
    }

    private func account(_ ended: KyckProgram.Ended) throws -> Account {
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.errors.isEmpty, "progress is for terminals")
        return try JSONDecoder().decode(Account.self, from: Data(ended.output.utf8))
    }

    @Test("gives each method's mean and spread as JSON, and nothing else")
    func json() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try write(program)
        let account = try account(
            await program.run(
                "evaluate",
                "--interactions",
                "known.csv",
                "--items",
                "items.csv",
                "--k",
                "5,10",
                "--json"
            )
        )
        #expect(account.methods.count == Self.methods.count)
        for (values, name) in zip(account.methods, Self.methods) {
            guard case .text(name) = values["method"] else {
                Issue.record("\(name) is missing")
                continue
            }
            for measure in ["ndcg", "recall", "hit_rate", "coverage", "popularity_rank"] {
                for depth in [5, 10] {
                    guard case .spread(let spread) = values["\(measure)@\(depth)"] else {
                        Issue.record("\(name) has no \(measure)@\(depth)")
                        continue
                    }
                    #expect(spread.mean >= 0 && spread.std >= 0)
                    #expect(measure == "popularity_rank" || spread.mean <= 1)
                }
            }
        }
        #expect(account.users == 30)
        #expect(account.candidates == 20)
        #expect(account.labels == 4)
        #expect(account.seeds == [42, 43, 44])
        #expect(account.split == "random")
        #expect(account.comparison?.keys.sorted() == ["against", "method", "ndcg@5", "p"])
    }

    @Test("finds what the test hides, which it was not shown, and infers what counts as liked")
    func test() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try write(program)
        let account = try account(
            await program.run(
                "evaluate",
                "--interactions",
                "known.csv",
                "--test",
                "test.csv",
                "--methods",
                "ease,popularity",
                "--k",
                "20",
                "--seeds",
                "7,8",
                "--json"
            )
        )
        #expect(account.positive_from == 4.5)
        #expect(account.seeds == [7], "one split, one run")
        #expect(account.split == "test")
        #expect(account.comparison == nil)
        guard case .spread(let recall) = account.methods.first?["recall@20"] else {
            Issue.record("no recall")
            return
        }
        #expect(recall.mean == 1, "all items but the known ones are listed, so everything is found")
    }

    @Test("writes down what each method lists for each user, best first, with its scores, and overwrites nothing")
    func lists() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try write(program)
        let arguments = [
            "evaluate", "--interactions", "known.csv", "--test", "test.csv", "--methods", "popularity,ease", "--k",
            "2,4",
            "--json", "--lists", "lists.csv",
        ]
        _ = try account(await program.run(arguments))
        let text = try String(contentsOf: URL(filePath: program.path("lists.csv")), encoding: .utf8)
        let rows = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(rows.first == ["seed", "method", "user", "place", "item", "score"])
        #expect(rows.count == 1 + 2 * 30 * 4)
        for list in stride(from: 1, to: rows.count, by: 4).map({ rows[$0..<$0 + 4] }) {
            #expect(list.map { $0[3] } == ["1", "2", "3", "4"])
            #expect(Set(list.map { $0[..<3] }).count == 1)
            let scores = list.compactMap { Double($0[5]) }
            #expect(scores.count == 4 && scores == scores.sorted(by: >))
        }
        #expect(Set(rows.dropFirst().map { $0[2] }) == Set((0..<30).map { "u\($0)" }))
        let left = try FileManager.default.contentsOfDirectory(atPath: program.path("."))
        #expect(left.filter { $0.hasPrefix("lists.csv") } == ["lists.csv"])

        let again = try await program.run(arguments)
        #expect(again.status == 64)
        #expect(again.errors == "kyck: lists.csv is there already: name another file\n")
        let nowhere = try await program.run(arguments.dropLast() + ["absent/lists.csv"])
        #expect(nowhere.status == 64)
        #expect(nowhere.errors == "kyck: absent/lists.csv cannot be made: is the folder there and writable?\n")
    }

    @Test("prints a table, what the blend chose, and a sentence on chance")
    func table() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try write(program)
        let ended = try await program.run("evaluate", "--interactions", "known.csv", "--split", "last", "--k", "3")
        #expect(ended.status == 0, "\(ended.errors)")
        let lines = ended.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.contains("30 users with something to find among 20 items") == true)
        for method in Self.methods { #expect(lines.contains { $0.hasPrefix(method + " ") }, "\(method)") }
        let table = lines.filter { line in Self.methods.contains { line.hasPrefix($0 + "  ") } }
        #expect(Set(table.map(\.count)).count == 1, "columns stand below each other")
        #expect(lines.contains { $0.hasPrefix("blend chose, seed 42: ") })
        #expect(
            lines.last?.contains(/^blend against [a-z-]+, the best of the others: nDCG@3 is 0\.\d{4} (higher|lower)/)
                == true
        )
        #expect(!ended.output.contains("nan"))
        #expect(!FileManager.default.fileExists(atPath: program.path("data")), "no database is opened")
    }

    @Test("ends with 65 and the line where a row is wrong, with 66 where a file is not there")
    func badFiles() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try Data("1,2,3\n1,4,-1\n".utf8).write(to: URL(filePath: program.path("negative.csv")))
        try Data("1,2,3\n2,2,3\n".utf8).write(to: URL(filePath: program.path("single.csv")))
        try Data().write(to: URL(filePath: program.path("empty.csv")))
        for (file, status, sentence) in [
            ("negative.csv", 65, "kyck: negative.csv, line 2: the value -1 is negative\n"),
            ("empty.csv", 65, "kyck: empty.csv: has no rows\n"),
            ("single.csv", 65, "kyck: single.csv: nobody likes two items or more, so nothing can be hidden"),
            ("absent.csv", 66, "kyck: absent.csv: cannot be read"),
        ] {
            let ended = try await program.run("evaluate", "--interactions", file, "--minimum", "0", "--json")
            #expect(ended.status == Int32(status), "\(file)")
            #expect(ended.errors.hasPrefix(sentence), "\(ended.errors)")
            #expect(ended.output.isEmpty)
        }
    }

    @Test(
        "refuses lengths, seeds and methods that are none",
        arguments: [
            ["--k", "0"], ["--k", "10,,20"], ["--k", "10001"], ["--seeds", "x"], ["--seeds", "-1"],
            ["--methods", "magic"],
            ["--methods", ""], ["--split", "first"], ["--split", "last", "--test", "known.csv"],
            ["--positive-from", "nan"],
            ["--minimum", "-1"], ["--ease-regularisation", "0"], ["--shrink", "-1"], ["--memory", "0"],
            ["--neighbours", "0"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        try write(program)
        let ended = try await program.run(["evaluate", "--interactions", "known.csv"] + arguments)
        #expect(ended.status == 64, "\(ended.errors)")
        #expect(ended.output.isEmpty)
    }

    @Test("says that a fit would take more memory than it may")
    func memory() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let rows = (0..<400).map { "\($0),\($0 % 399),5\n\($0),\($0 * 7 % 399),5\n" }.joined()
        try Data(rows.utf8).write(to: URL(filePath: program.path("wide.csv")))
        let ended = try await program.run([
            "evaluate", "--interactions", "wide.csv", "--minimum", "0", "--methods", "ease", "--memory", "1",
            "--lists", "lists.csv",
        ])
        #expect(ended.status == 64)
        let left = try FileManager.default.contentsOfDirectory(atPath: program.path("."))
        #expect(!left.contains { $0.hasPrefix("lists.csv") }, "nothing is left of lists that were not finished")
        #expect(ended.errors.contains("allow more by --memory"), "\(ended.errors)")
    }
}
