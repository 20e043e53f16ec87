/// Which beat numbers of a play were heard, as ranges: one range for a player that sends in order, a few more while an
/// outbox is on its way.
package struct BeatNumbers: Hashable, Sendable, LosslessStringConvertible {
    /// More gaps than this, and the oldest is taken as heard: a play that loses so much is no play.
    package static let maximumRanges = 64

    /// Ascending, not touching one another.
    private var ranges: [ClosedRange<Int64>] = []

    package init() {}

    /// The highest number; 0 when none was heard.
    package var highest: Int64 { ranges.last?.upperBound ?? 0 }

    /// How many below the highest were not heard.
    package var missing: Int64 {
        highest - ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound + 1 }
    }

    package func contains(_ number: Int64) -> Bool {
        ranges.contains { $0.contains(number) }
    }

    /// False when the number was there.
    package mutating func insert(_ number: Int64) -> Bool {
        // From the end: the newest number is nearly always the next one.
        var place = ranges.count
        while place > 0, ranges[place - 1].lowerBound > number { place -= 1 }
        if place > 0, ranges[place - 1].upperBound >= number { return false }
        let joinsLower = place > 0 && ranges[place - 1].upperBound == number - 1
        let joinsUpper = place < ranges.count && ranges[place].lowerBound == number + 1
        switch (joinsLower, joinsUpper) {
        case (true, true):
            ranges[place - 1] = ranges[place - 1].lowerBound...ranges[place].upperBound
            ranges.remove(at: place)
        case (true, false): ranges[place - 1] = ranges[place - 1].lowerBound...number
        case (false, true): ranges[place] = number...ranges[place].upperBound
        case (false, false): ranges.insert(number...number, at: place)
        }
        if ranges.count > Self.maximumRanges {
            ranges[1] = ranges[0].lowerBound...ranges[1].upperBound
            ranges.removeFirst()
        }
        return true
    }

    /// `1-57,60-60`.
    package var description: String {
        ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    package init?(_ description: String) {
        for part in description.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).compactMap { Int64($0) }
            guard ends.count == 2, part.utf8.filter({ $0 == UInt8(ascii: "-") }).count == 1, ends[0] >= 1,
                ends[0] <= ends[1], ends[0] > highest + (ranges.isEmpty ? 0 : 1)
            else {
                return nil
            }
            ranges.append(ends[0]...ends[1])
        }
        guard ranges.count <= Self.maximumRanges else { return nil }
    }
}
