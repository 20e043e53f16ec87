import Foundation
package import Ranking

/// The files of one evaluation, brought together: everything known, what is to be found in it, labels, candidates.
package struct EvaluationFiles: Sendable {
    package struct Paths: Sendable {
        package var interactions: String
        package var test: String?
        package var items: String?
        package var candidates: String?

        package init(interactions: String, test: String? = nil, items: String? = nil, candidates: String? = nil) {
            (self.interactions, self.test, self.items, self.candidates) = (interactions, test, items, candidates)
        }
    }

    /// A row that cannot be used, or a file that cannot be read.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let file: String
        /// From 1; nil where the whole file is meant.
        package let line: Int?
        package let problem: String
        /// Whether there is no such file, or nobody may read it.
        package let isUnreadable: Bool

        init(file: String, line: Int?, problem: String) {
            (self.file, self.line, self.problem, isUnreadable) = (file, line, problem, false)
        }

        init(unreadable file: String, _ error: any Error) {
            (self.file, line, problem) = (file, nil, "cannot be read (\(error.localizedDescription))")
            isUnreadable = true
        }

        package var description: String {
            line.map { "\(file), line \($0): \(problem)" } ?? "\(file): \(problem)"
        }
    }

    package let data: EvaluationData
    /// What the test file hides, per user; nil without one.
    package let hidden: [[Int32]]?
    package let candidates: [Int32]
    package let positiveFrom: Float
    /// Rows of interactions whose pair of user and item came again; the last row counted.
    package let repeated: Int
    /// Users left out for having fewer positives than asked for.
    package let leftOut: Int

    /// - Parameters:
    ///   - threshold: a value from which on a row is a positive. Without one it is the smallest value that a row of the
    ///     test has among the interactions, since whoever made the test called those hits; without that, everything is.
    ///   - minimum: users with fewer positives are left out, unless the test asks about them.
    package init(_ paths: Paths, positiveFrom threshold: Float?, minimum: Int) throws(Malformed) {
        var (users, items) = (NameTable(), NameTable())
        let read = try InteractionFile(path: paths.interactions, hasValues: true, users: &users, items: &items).rows
        var asked: UserRows?
        if let path = paths.test {
            let rows = try InteractionFile(path: path, hasValues: false, users: &users, items: &items).rows
            asked = UserRows(rows, userCount: users.names.count)
        }
        var listed: [Int32]?
        if let path = paths.candidates {
            listed = try CandidateFile(path: path).items.map { items.number(of: $0) }
        }
        let labels = try paths.items.map { path throws(Malformed) in try ItemFile(path: path).labels } ?? [:]

        let known = UserRows(read, userCount: users.names.count)
        repeated = read.count - known.rows.count
        let isAsked = known.marking(asked)
        let hits = known.rows.indices.lazy.filter { isAsked[$0] }.map { known.rows[$0].value }
        let from = threshold ?? hits.min() ?? 0
        let keptUsers = Self.keptUsers(known, asked, from: from, minimum: minimum)
        leftOut = keptUsers.indices.count { !keptUsers[$0] && !known.range($0).isEmpty }
        let keptItems = Self.keptItems(known, asked, listed, items.names.count, keptUsers, from: from)
        let (userOrder, _) = users.places(keeping: keptUsers)
        let (itemOrder, itemPlaces) = items.places(keeping: keptItems)

        positiveFrom = from
        hidden = asked.map { asked in
            userOrder.map { user in asked.range(Int(user)).map { itemPlaces[Int(asked.rows[$0].item)] }.sorted() }
        }
        candidates =
            listed.map { $0.map { itemPlaces[Int($0)] }.sorted() } ?? itemOrder.indices.map { Int32(clamping: $0) }
        data = EvaluationData(
            userNames: userOrder.map { users.names[Int($0)].description },
            itemNames: itemOrder.map { items.names[Int($0)].description },
            interactions: Self.interactions(known, isAsked, userOrder, itemPlaces),
            labels: Self.rows(of: labels, items, itemPlaces, itemCount: itemOrder.count)
        )
    }

    private static func keptUsers(_ known: UserRows, _ asked: UserRows?, from: Float, minimum: Int) -> [Bool] {
        (0..<known.userCount).map { user in
            if let asked, !asked.range(user).isEmpty { return true }
            let rows = known.range(user)
            return !rows.isEmpty && rows.count { known.rows[$0].value >= from } >= minimum
        }
    }

    /// An item is one that somebody likes, that is to be found, or that is named as a candidate.
    private static func keptItems(
        _ known: UserRows,
        _ asked: UserRows?,
        _ listed: [Int32]?,
        _ count: Int,
        _ keptUsers: [Bool],
        from: Float
    ) -> [Bool] {
        var kept = [Bool](repeating: false, count: count)
        for row in known.rows where row.value >= from && keptUsers[Int(row.user)] { kept[Int(row.item)] = true }
        for row in asked?.rows ?? [] { kept[Int(row.item)] = true }
        for item in listed ?? [] { kept[Int(item)] = true }
        return kept
    }

    /// What is not asked about, by user and then by item.
    private static func interactions(
        _ known: UserRows,
        _ isAsked: [Bool],
        _ userOrder: [Int32],
        _ itemPlaces: [Int32]
    ) -> [EvaluationData.Interaction] {
        var interactions: [EvaluationData.Interaction] = []
        interactions.reserveCapacity(known.rows.count)
        for (place, user) in userOrder.enumerated() {
            var rows: [EvaluationData.Interaction] = []
            for index in known.range(Int(user)) where !isAsked[index] {
                let row = known.rows[index]
                let item = itemPlaces[Int(row.item)]
                guard item >= 0 else { continue }
                rows.append(.init(user: Int32(clamping: place), item: item, value: row.value, time: row.time))
            }
            interactions += rows.sorted { $0.item < $1.item }
        }
        return interactions
    }

    /// One row per label that is on at least one item, in the order of names.
    private static func rows(
        of labels: [String: Set<NameTable.Name>],
        _ items: NameTable,
        _ places: [Int32],
        itemCount: Int
    ) -> SparseRows {
        var rows = SparseRows(columnCount: itemCount)
        for (_, carriers) in labels.sorted(by: { $0.key < $1.key }) {
            let known = carriers.compactMap { items.number(ofKnown: $0) }.map { places[Int($0)] }.filter { $0 >= 0 }
            if !known.isEmpty { rows.append(known.map { (Int($0), 1) }) }
        }
        return rows
    }
}

/// Rows brought together by user, each pair of user and item once: the last row for it.
private struct UserRows {
    let rows: [InteractionFile.Row]
    /// User u has `starts[u]..<starts[u + 1]`, by item.
    private let starts: [Int]

    /// Counted into their places and sorted user by user: no table of all pairs.
    init(_ read: [InteractionFile.Row], userCount: Int) {
        var ends = [Int](repeating: 0, count: userCount + 1)
        for row in read { ends[Int(row.user) + 1] += 1 }
        for user in 0..<userCount { ends[user + 1] += ends[user] }
        let starts = ends
        var order = [Int32](repeating: 0, count: read.count)
        for (index, row) in read.enumerated() {
            order[ends[Int(row.user)]] = Int32(clamping: index)
            ends[Int(row.user)] += 1
        }
        var (rows, ownStarts): ([InteractionFile.Row], [Int]) = ([], [0])
        rows.reserveCapacity(read.count)
        for user in 0..<userCount {
            let own = order[starts[user]..<starts[user + 1]].sorted {
                (read[Int($0)].item, $0) < (read[Int($1)].item, $1)
            }
            let first = rows.count
            for index in own {
                let row = read[Int(index)]
                if rows.count > first, rows[rows.count - 1].item == row.item {
                    rows[rows.count - 1] = row
                } else {
                    rows.append(row)
                }
            }
            ownStarts.append(rows.count)
        }
        (self.rows, self.starts) = (rows, ownStarts)
    }

    var userCount: Int { starts.count - 1 }

    /// Empty for a user that came later than these rows.
    func range(_ user: Int) -> Range<Int> {
        user < userCount ? starts[user]..<starts[user + 1] : rows.count..<rows.count
    }

    /// Which of these rows `others` have, too. Both are in the order of items, so they are walked side by side.
    func marking(_ others: UserRows?) -> [Bool] {
        var marks = [Bool](repeating: false, count: rows.count)
        guard let others else { return marks }
        for user in 0..<userCount {
            var index = range(user).lowerBound
            for other in others.range(user) {
                let item = others.rows[other].item
                while index < range(user).upperBound, rows[index].item < item { index += 1 }
                if index < range(user).upperBound, rows[index].item == item { marks[index] = true }
            }
        }
        return marks
    }
}
