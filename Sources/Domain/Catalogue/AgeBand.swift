/// The ages, in whole years and inclusive at both ends, a video is for.
package struct AgeBand: Hashable, Sendable {
    /// A service for young children: nothing is published for ages beyond 12.
    package static let limits = 0...12

    package let years: ClosedRange<Int>

    package init?(_ years: ClosedRange<Int>) {
        guard Self.limits.contains(years.lowerBound), Self.limits.contains(years.upperBound) else { return nil }
        self.years = years
    }

    package init?(minimum: Int, maximum: Int) {
        guard minimum <= maximum else { return nil }
        self.init(minimum...maximum)
    }

    /// Reads `3-7`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let minimum = Int(parts[0]), let maximum = Int(parts[1]) else { return nil }
        self.init(minimum: minimum, maximum: maximum)
    }

    package var minimum: Int { years.lowerBound }
    package var maximum: Int { years.upperBound }

    package func contains(age: Int) -> Bool { years.contains(age) }
}
