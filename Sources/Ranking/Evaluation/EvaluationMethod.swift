/// What a method may learn from: everything known, nothing hidden.
package struct TrainingData: Sendable {
    package let userCount: Int
    package let itemCount: Int
    /// Per user the items liked, each 1.
    package let positives: SparseRows
    /// Per user everything known with its value, below the threshold too.
    package let values: SparseRows
    /// The time of each entry of ``values``; 0 where none is known.
    package let times: [Int64]
    /// One row per label.
    package let labels: SparseRows
    /// How many users like each item.
    package let popularity: [Double]
    package let positiveFrom: Float

    package init(
        _ known: [EvaluationData.Interaction],
        userCount: Int,
        itemCount: Int,
        labels: SparseRows,
        positiveFrom threshold: Float
    ) {
        var counts = [Int](repeating: 0, count: userCount)
        for interaction in known { counts[Int(interaction.user)] += 1 }
        var order = [[EvaluationData.Interaction]](repeating: [], count: userCount)
        for user in 0..<userCount { order[user].reserveCapacity(counts[user]) }
        for interaction in known { order[Int(interaction.user)].append(interaction) }
        var (positives, values) = (SparseRows(columnCount: itemCount), SparseRows(columnCount: itemCount))
        var times: [Int64] = []
        times.reserveCapacity(known.count)
        for user in 0..<userCount {
            let rows = order[user].sorted { $0.item < $1.item }
            order[user] = []
            positives.append(rows.filter { $0.value >= threshold }.map { (Int($0.item), 1) })
            values.append(rows.map { (Int($0.item), Double($0.value)) })
            times += rows.map(\.time)
        }
        var popularity = [Double](repeating: 0, count: itemCount)
        for item in positives.columns { popularity[Int(item)] += 1 }
        self.userCount = userCount
        self.itemCount = itemCount
        self.positives = positives
        self.values = values
        self.times = times
        self.labels = labels
        self.popularity = popularity
        positiveFrom = threshold
    }
}

/// A way to rank, once it has learnt.
package protocol Scorer: Sendable {
    /// One finite score per item; higher is better.
    func scores(for user: Int) -> [Double]
}

/// Every item a random place, the same for the same seed.
struct RandomScorer: Scorer {
    let seed: UInt64
    let itemCount: Int

    func scores(for user: Int) -> [Double] {
        var generator = SplitMix64(seed: seed ^ (UInt64(user) &+ 1) &* 0x9e37_79b9_7f4a_7c15)
        return (0..<itemCount).map { _ in Double(generator.next() >> 11) }
    }
}

/// How many like it, the same for everyone.
struct PopularityScorer: Scorer {
    let popularity: [Double]

    func scores(for user: Int) -> [Double] { popularity }
}

/// Item neighbours by the cosine of who likes them, shrunk:
///
///     s(j, i) = |both| / (√(|j|·|i|) + shrink);   score(i) = Σ over liked j of s(j, i)
///
/// Of each i the k largest are kept, and what equals the last of them.
/// B. Sarwar et al., "Item-based collaborative filtering recommendation algorithms", WWW 2001.
struct ItemNeighboursScorer: Scorer {
    private let data: TrainingData
    /// Per item the items it is a neighbour of, with their similarities: a user's few are walked, not all.
    private let neighbourOf: SparseRows

    /// Equals of the k-th are neighbours too: one user of very many items makes all of them neighbours of each other.
    init(_ data: TrainingData, k: Int, shrink: Double, memoryLimit: Int = .max) throws(CoWatchFit.Failure) {
        self.data = data
        let byItem = data.positives.transposed()
        var neighbours = SparseRows(columnCount: data.itemCount)
        var counts = [Double](repeating: 0, count: data.itemCount)
        for item in 0..<data.itemCount {
            var touched: [Int] = []
            for place in byItem.range(item) {
                for entry in data.positives.range(Int(byItem.columns[place])) {
                    let other = Int(data.positives.columns[entry])
                    if counts[other] == 0 { touched.append(other) }
                    counts[other] += 1
                }
            }
            var similar: [(column: Int, value: Double)] = []
            for other in touched where other != item {
                let lengths = (data.popularity[item] * data.popularity[other]).squareRoot()
                similar.append((other, counts[other] / (lengths + shrink)))
            }
            for other in touched { counts[other] = 0 }
            if similar.count > k {
                let threshold = similar.map(\.value).sorted(by: >)[max(k, 1) - 1]
                similar.removeAll { $0.value < threshold }
            }
            neighbours.append(similar)
            let needed = neighbours.entryCount * 2 * SparseRows.bytesPerEntry
            guard needed <= memoryLimit else { throw .tooLarge(needed: needed, limit: memoryLimit) }
        }
        neighbourOf = neighbours.transposed()
    }

    func scores(for user: Int) -> [Double] {
        var scores = [Double](repeating: 0, count: data.itemCount)
        for liked in data.positives.range(user) {
            for entry in neighbourOf.range(Int(data.positives.columns[liked])) {
                scores[Int(neighbourOf.columns[entry])] += neighbourOf.values[entry]
            }
        }
        return scores
    }
}

/// EASE, or CEASE where labels count.
struct CoWatchScorer: Scorer {
    let fit: CoWatchFit

    init(_ data: TrainingData, settings: CoWatchFit.Settings, memoryLimit: Int) throws(CoWatchFit.Failure) {
        fit = try CoWatchFit(
            children: data.positives,
            labels: data.labels.rowCount > 0 ? data.labels : nil,
            settings: settings,
            memoryLimit: memoryLimit
        )
    }

    func scores(for user: Int) -> [Double] { fit.scores(ofChild: user) }
}
