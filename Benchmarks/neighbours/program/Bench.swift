import Foundation
import Ranking

/// A table, the queries, and the commands they are measured by.
struct Bench {
    private var table = VectorTable<Int>(dimension: 1)
    private var queries: [[Float]] = []

    /// - Returns: seconds, or what is wrong.
    mutating func answer(_ words: [String]) -> String {
        do {
            switch (words.first, words.count) {
            case ("load", 4): return try load(Int(words[1]) ?? 0, Int(words[2]) ?? 0, words[3])
            case ("queries", 2):
                queries = try vectors(words[1], dimension: table.dimension)
                return "\(queries.count)"
            case ("run", 6): return try run(words)
            case ("insert", 2): return try insert(Int(words[1]) ?? 0)
            default: return "unknown"
            }
        } catch {
            return "error \(error)"
        }
    }

    private func vectors(_ file: String, dimension: Int) throws -> [[Float]] {
        let data = try Data(contentsOf: URL(filePath: file))
        return data.withUnsafeBytes { bytes in
            let numbers = bytes.bindMemory(to: Float.self)
            return stride(from: 0, to: numbers.count, by: dimension).map { Array(numbers[$0..<$0 + dimension]) }
        }
    }

    private mutating func load(_ rows: Int, _ dimension: Int, _ file: String) throws -> String {
        table = VectorTable(dimension: dimension)
        let vectors = try vectors(file, dimension: table.dimension)
        let start = ContinuousClock.now
        for (row, vector) in vectors.prefix(rows).enumerated() {
            try table.set(row, to: vector, popularity: 0)
        }
        return seconds(since: start)
    }

    private func run(_ words: [String]) throws -> String {
        let (k, count) = (Int(words[3]) ?? 50, Int(words[4]) ?? 1)
        let pass: SearchPass = words[2] == "codes" ? .codes : .values
        let chosen = Array(queries.prefix(count))
        var found: [[VectorTable<Int>.Neighbour]] = []
        let start = ContinuousClock.now
        if words[1] == "batch" {
            found = try table.nearest(toBatch: chosen, count: k, pass: pass)
        } else {
            for query in chosen {
                found += try table.nearest(toBatch: [query], count: k, pass: pass)
            }
        }
        let answer = seconds(since: start)
        let ids = found.flatMap { $0.map { Int32(clamping: $0.id) } }
        try ids.withUnsafeBytes { try Data($0).write(to: URL(filePath: words[5])) }
        return answer
    }

    /// Inserts while an older table is being held, as the service does when a video is published.
    private mutating func insert(_ count: Int) throws -> String {
        let start = ContinuousClock.now
        for number in 0..<count {
            let held = table
            try table.set(-1 - number, to: queries[number % queries.count], popularity: 0)
            withExtendedLifetime(held) {}
        }
        let answer = seconds(since: start)
        for number in 0..<count {
            table.remove(-1 - number)
        }
        return answer
    }

    private func seconds(since start: ContinuousClock.Instant) -> String {
        "\((ContinuousClock.now - start) / .seconds(1))"
    }
}
