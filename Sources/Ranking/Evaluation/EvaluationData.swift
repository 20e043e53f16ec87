/// Who watched what, numbered: what an evaluation starts from.
///
/// Users and items are numbered in the order of their names (as numbers where all names are whole numbers), so that a tie
/// broken by the lower number is broken by the lower name.
package struct EvaluationData: Sendable {
    package struct Interaction: Sendable, Hashable {
        package var user: Int32
        package var item: Int32
        /// Finite, not negative: a rating, a watch ratio, a count.
        package var value: Float
        /// Any unit, larger is later; 0 where nothing is known.
        package var time: Int64

        package init(user: Int32, item: Int32, value: Float, time: Int64) {
            (self.user, self.item, self.value, self.time) = (user, item, value, time)
        }
    }

    package let userNames: [String]
    package let itemNames: [String]
    /// Each pair of user and item once.
    package let interactions: [Interaction]
    /// One row per label, the items that carry it; empty where no labels are given.
    package let labels: SparseRows

    package init(userNames: [String], itemNames: [String], interactions: [Interaction], labels: SparseRows) {
        self.userNames = userNames
        self.itemNames = itemNames
        self.interactions = interactions
        self.labels = labels
    }

    package var userCount: Int { userNames.count }
    package var itemCount: Int { itemNames.count }
}

/// One division of the data into what is known and what is to be found.
package struct EvaluationSplit: Sendable {
    /// Everything known, values of any size.
    package let known: [EvaluationData.Interaction]
    /// Per user, the items to be found, ascending; empty for users that are not asked about.
    package let hidden: [[Int32]]

    package init(known: [EvaluationData.Interaction], hidden: [[Int32]]) {
        self.known = known
        self.hidden = hidden
    }

    /// A fifth of each user's positives, rounded up, chosen at random; a user with a single one keeps it and is not asked
    /// about.
    package static func random(
        _ interactions: [EvaluationData.Interaction],
        userCount: Int,
        positiveFrom threshold: Float,
        share: Double = 0.2,
        seed: UInt64
    ) -> EvaluationSplit {
        var generator = SplitMix64(seed: seed)
        return split(interactions, userCount: userCount, positiveFrom: threshold) { positives in
            let count = Int((Double(positives.count) * share).rounded(.up))
            var places = Array(positives.indices)
            for index in 0..<min(count, places.count) {
                let other = Int.random(in: index..<places.count, using: &generator)
                places.swapAt(index, other)
            }
            return Set(places.prefix(count).map { positives[$0].item })
        }
    }

    /// Each user's last positive, by time and then by item.
    package static func last(
        _ interactions: [EvaluationData.Interaction],
        userCount: Int,
        positiveFrom threshold: Float
    ) -> EvaluationSplit {
        split(interactions, userCount: userCount, positiveFrom: threshold) { positives in
            let last = positives.max { ($0.time, $0.item) < ($1.time, $1.item) }
            return Set(last.map { [$0.item] } ?? [])
        }
    }

    private static func split(
        _ interactions: [EvaluationData.Interaction],
        userCount: Int,
        positiveFrom threshold: Float,
        _ choose: ([EvaluationData.Interaction]) -> Set<Int32>
    ) -> EvaluationSplit {
        var byUser = [[EvaluationData.Interaction]](repeating: [], count: userCount)
        for interaction in interactions {
            byUser[Int(interaction.user)].append(interaction)
        }
        var known: [EvaluationData.Interaction] = []
        known.reserveCapacity(interactions.count)
        var hidden = [[Int32]](repeating: [], count: userCount)
        for (user, rows) in byUser.enumerated() {
            let positives = rows.filter { $0.value >= threshold }.sorted { $0.item < $1.item }
            let chosen = positives.count > 1 ? choose(positives) : []
            hidden[user] = chosen.sorted()
            known += chosen.isEmpty ? rows : rows.filter { !chosen.contains($0.item) }
        }
        return EvaluationSplit(known: known, hidden: hidden)
    }
}
