import Foundation

@testable import Ranking

/// The definition the search is held to: every distance in double precision, number by number, then sorted.
struct PlainScan {
    struct Row {
        let id: Int
        let vector: [Float]
        let popularity: Double
    }

    var rows: [Row] = []
    /// Adds in the order the search documents (sixteen sums, then halves of them), not from first to last. It matters
    /// only where distances differ by less than their rounding.
    var addsInSixteen = false

    func nearest(to query: [Float], count: Int, where isCandidate: (Int) -> Bool = { _ in true }) -> [Int] {
        let measured = rows.filter { isCandidate($0.id) }.map { (row: $0, distance: distance($0.vector, query)) }
        return measured.sorted { left, right in
            if left.distance != right.distance { return left.distance < right.distance }
            if left.row.popularity != right.row.popularity { return left.row.popularity > right.row.popularity }
            return left.row.id < right.row.id
        }.prefix(count).map(\.row.id)
    }

    func distance(_ left: [Float], _ right: [Float]) -> Double {
        var sums = [Double](repeating: 0, count: addsInSixteen ? 16 : 1)
        for number in left.indices {
            let apart = Double(left[number]) - Double(right[number])
            sums[number % sums.count] += apart * apart
        }
        while sums.count > 1 {
            sums = (0..<sums.count / 2).map { sums[$0] + sums[$0 + sums.count / 2] }
        }
        return sums[0]
    }
}

extension SplitMix64 {
    /// Standard normal, by Box and Muller.
    mutating func normal() -> Float {
        let (radius, angle) = (
            Double.random(in: .leastNonzeroMagnitude..<1, using: &self), Double.random(in: 0..<1, using: &self)
        )
        return Float((-2 * log(radius)).squareRoot() * cos(2 * .pi * angle))
    }

    mutating func vector(_ dimension: Int, around centre: Float = 0, spread: Float = 1) -> [Float] {
        (0..<dimension).map { _ in centre + spread * normal() }
    }
}
