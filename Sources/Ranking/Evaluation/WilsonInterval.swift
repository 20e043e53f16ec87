import Foundation

/// Between which shares the true one lies with 95 % confidence, when so many of so many were counted (E. B. Wilson, "Probable
/// inference, the law of succession, and statistical inference", JASA 22, 1927):
///
///     (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n),   z = 1.96
///
/// Unlike p ± z·√(p(1 − p)/n) it stays within 0…1 and says something for few and for none.
package struct WilsonInterval: Sendable, Equatable {
    package let share: Double
    package let low: Double
    package let high: Double

    /// Nil where nothing was counted, or more than there were: that is no share.
    package init?(_ count: Int, of total: Int) {
        guard total > 0, (0...total).contains(count) else { return nil }
        let z = 1.959_963_984_540_054
        let n = Double(total)
        let p = Double(count) / n
        let middle = p + z * z / (2 * n)
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        share = p
        low = count == 0 ? 0 : max(0, (middle - half) / (1 + z * z / n))
        high = count == total ? 1 : min(1, (middle + half) / (1 + z * z / n))
    }
}
