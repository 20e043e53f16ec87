import Testing

@testable import Ranking

/// Every way through the kernels that this processor has.
private let plans: [NearestSearch.Plan] = (0...NearestSearch.Plan(rows: 0, queries: 0).level).flatMap { level in
    SearchPass.allCases.flatMap { pass in
        [false, true].map { isPanelled in
            var plan = NearestSearch.Plan(rows: 0, queries: 0)
            (plan.level, plan.pass, plan.isPanelled) = (level, pass, isPanelled)
            return plan
        }
    }
}

/// A table and the plain scan over the same rows.
private struct Pair {
    var table: VectorTable<Int>
    var plain = PlainScan()

    init(_ vectors: [[Float]], popularity: (Int) -> Double = { _ in 0 }) throws {
        table = VectorTable(dimension: vectors.first?.count ?? 1)
        for (number, vector) in vectors.enumerated() {
            let row = PlainScan.Row(id: number, vector: vector, popularity: popularity(number))
            plain.rows.append(row)
            try table.set(row.id, to: vector, popularity: row.popularity)
        }
    }

    /// Both answers to every query, in every way.
    func check(_ queries: [[Float]], count: Int = 50) throws {
        let expected = queries.map { plain.nearest(to: $0, count: count) }
        for plan in plans {
            let found = try table.nearest(toBatch: queries, count: count, plan: plan)
            for (number, found) in found.enumerated() {
                let difference = zip(found.map(\.id), expected[number]).enumerated().first { $1.0 != $1.1 }?.offset
                #expect(difference == nil, "query \(number), \(plan)")
                #expect(found.count == expected[number].count)
            }
        }
    }
}

@Suite("Exact nearest neighbours")
struct VectorTableTests {
    @Test("find what a plain scan in double precision finds", arguments: [1, 3, 16, 24, 64, 65, 200])
    func plainScan(dimension: Int) throws {
        var random = SplitMix64(seed: UInt64(dimension))
        let vectors = (0..<500).map { _ in random.vector(dimension) }
        try Pair(vectors).check((0..<4).map { _ in random.vector(dimension) } + [vectors[7]], count: 20)
    }

    /// Of one neighbour as many queries as take several panels.
    @Test("in clusters, over several chunks", arguments: [(1, 40), (50, 4), (300, 2)])
    func clusters(count: Int, queries: Int) throws {
        var random = SplitMix64(seed: 2)
        let centres = (0..<20).map { _ in random.vector(64) }
        let vectors = (0..<2200).map { number in
            zip(centres[number % 20], random.vector(64, spread: 0.3)).map { $0 + $1 }
        }
        try Pair(vectors).check(Array(vectors[0..<queries]), count: count)
    }

    @Test("far from the origin, where differences drown in products of float32")
    func faraway() throws {
        var random = SplitMix64(seed: 3)
        let vectors = (0..<600).map { _ in random.vector(32, around: 1e6, spread: 1) }
        try Pair(vectors).check([vectors[3], random.vector(32, around: 1e6), random.vector(32)])
    }

    @Test("with lengths from the smallest to the largest float that is taken")
    func lengths() throws {
        var random = SplitMix64(seed: 4)
        let vectors = (0..<600).map { number -> [Float] in
            let size: [Float] = [0x1p-146, 1e-30, 1e-20, 1e-6, 1, 1e6, 1e14, 0]
            return random.vector(48).map { $0 * size[number % size.count] }
        }
        var pair = try Pair(vectors)
        // Seen from a vector of length 1, those of 10⁻²⁰ and 10⁻³⁰ are equally far but for the rounding of sums.
        pair.plain.addsInSixteen = true
        try pair.check(Array(vectors[0..<8]), count: 150)
    }

    @Test("with one huge number among small ones, where 8 bits say nothing about the others")
    func spikes() throws {
        var random = SplitMix64(seed: 5)
        let vectors = (0..<700).map { number -> [Float] in
            var vector = random.vector(64)
            vector[number % 64] = 1e5
            return vector
        }
        try Pair(vectors).check([vectors[0], vectors[64], random.vector(64)])
    }

    @Test("order equal distances by popularity, then id, also where only some of them fit")
    func ties() throws {
        let vectors = (0..<1800).map { number in
            (0..<20).map { Float((number % 7) >> ($0 % 3) & 1) }
        }
        try Pair(vectors, popularity: { Double($0 * 7919 % 11) }).check(Array(vectors[0..<4]), count: 60)
    }

    @Test("find rows that differ by the last bit apart")
    func lastBit() throws {
        var random = SplitMix64(seed: 6)
        let centre = random.vector(64)
        let vectors = (0..<500).map { number -> [Float] in
            var vector = centre
            for _ in 0..<number % 40 {
                vector[number % 64] = vector[number % 64].nextUp
            }
            return vector
        }
        try Pair(vectors).check([centre, random.vector(64)], count: 100)
    }

    @Test("need no rows, and no count")
    func nothing() throws {
        let table = VectorTable<Int>(dimension: 4)
        #expect(try table.nearest(to: [1, 2, 3, 4], count: 5).isEmpty)
        #expect(try Pair([[1]]).table.nearest(to: [1], count: 0).isEmpty)
        #expect(try Pair([[1]]).table.nearest(to: [1], count: -1).isEmpty)
        #expect(try Pair([[1]]).table.nearest(toBatch: [], count: 1).isEmpty)
        try Pair([[0], [0], [0]]).check([[0], [1]])
    }

    @Test("pass over what is no candidate before the cut")
    func exclusion() throws {
        var random = SplitMix64(seed: 7)
        let vectors = (0..<1200).map { _ in random.vector(64) }
        let pair = try Pair(vectors)
        let allowed = Set((0..<1200).filter { $0 % 29 == 0 })
        let queries = Array(vectors[0..<4])
        for plan in plans {
            let found = try pair.table.nearest(toBatch: queries, count: 20, plan: plan) { query, id in
                allowed.contains(id) && id != query
            }
            for (number, query) in queries.enumerated() {
                let expected = pair.plain.nearest(to: query, count: 20) {
                    allowed.contains($0) && $0 != number
                }
                #expect(found[number].map(\.id) == expected)
            }
        }
    }

    @Test("of more queries than go through the kernels at once, each with its own number")
    func manyQueries() throws {
        var random = SplitMix64(seed: 11)
        let vectors = (0..<40).map { _ in random.vector(3) }
        let pair = try Pair(vectors)
        let queries = (0..<300).map { _ in random.vector(3) }
        for pass in [nil] + SearchPass.allCases.map(Optional.some) {
            let found = try pair.table.nearest(toBatch: queries, count: 2, pass: pass) { $0 % 40 != $1 }
            for (number, query) in queries.enumerated() {
                let expected = pair.plain.nearest(to: query, count: 2) { number % 40 != $0 }
                #expect(found[number].map(\.id) == expected)
            }
        }
    }

    @Test("find a vector from the moment it is set, and not from the moment it is removed")
    func changes() throws {
        var random = SplitMix64(seed: 8)
        var pair = try Pair((0..<1100).map { _ in random.vector(64) })
        for step in 0..<60 {
            let vector = random.vector(64)
            let id = step % 3 == 0 ? step : 5000 + step
            try pair.table.set(id, to: vector, popularity: 1)
            pair.plain.rows.removeAll { $0.id == id }
            pair.plain.rows.append(.init(id: id, vector: vector, popularity: 1))
            #expect(try pair.table.nearest(to: vector, count: 1).map(\.id) == [id])
            let gone = pair.plain.rows.remove(at: Int.random(in: 0..<1000, using: &random))
            let removals = [pair.table.remove(gone.id), pair.table.remove(gone.id)]
            #expect(removals == [true, false])
            #expect(try pair.table.nearest(to: gone.vector, count: 1).map(\.id) != [gone.id])
        }
        #expect(pair.table.count == pair.plain.rows.count)
        try pair.check((0..<4).map { _ in random.vector(64) })
    }

    @Test("leave a copy that is held as it was")
    func copies() throws {
        var random = SplitMix64(seed: 9)
        var pair = try Pair((0..<100).map { _ in random.vector(8) })
        let held = pair
        try pair.table.set(1, to: [0, 0, 0, 0, 0, 0, 0, 0], popularity: 0)
        try pair.table.set(200, to: random.vector(8), popularity: 0)
        pair.table.remove(2)
        try held.check([random.vector(8)])
        #expect(held.table.count == 100)
        #expect(pair.table.count == 100)
    }

    @Test("follow a popularity that changes")
    func popularity() throws {
        var table = try Pair([[1, 1], [1, 1], [1, 1]]).table
        #expect(try table.nearest(to: [0, 0], count: 1).map(\.id) == [0])
        try table.setPopularity(of: 2, to: 5)
        #expect(try table.nearest(to: [0, 0], count: 2).map(\.id) == [2, 0])
        let isKnown = try table.setPopularity(of: 9, to: 5)
        #expect(!isKnown)
    }

    @Test("by cosine are those of the vectors of length 1")
    func cosine() throws {
        var table = VectorTable<Int>(dimension: 2, metric: .cosine)
        try table.set(1, to: [1000, 1], popularity: 0)
        try table.set(2, to: [1, 1], popularity: 0)
        try table.set(3, to: [0, 0], popularity: 0)
        let found = try table.nearest(to: [0, 7], count: 3)
        #expect(found.map(\.id) == [2, 3, 1])
        #expect(abs(found[0].distance * found[0].distance - (2 - 2 * 0.5.squareRoot())) < 1e-6)
    }

    @Test("refuse what cannot be compared")
    func refusals() throws {
        var table = VectorTable<Int>(dimension: 2)
        for value in [Float.nan, .infinity, -.infinity, 1.1e15] {
            #expect(throws: VectorRefusal.value(at: 1)) { try table.set(1, to: [0, value], popularity: 0) }
            #expect(throws: VectorRefusal.value(at: 0)) { try table.nearest(to: [value, 0], count: 1) }
        }
        #expect(throws: VectorRefusal.dimension(1)) { try table.set(1, to: [0], popularity: 0) }
        #expect(throws: VectorRefusal.popularity) { try table.set(1, to: [0, 0], popularity: .nan) }
        #expect(table.count == 0)
    }
}
