import Foundation
import Ranking
import Testing

@Suite("Label vectors and their space")
struct VectorTests {
    @Test("A vector is in order, without doubles and without zeros")
    func canonical() {
        let vector = LabelVector([(5, 1), (2, 0.5), (5, 0.25), (7, 0), (3, .nan)])
        #expect(vector.labels == [2, 5])
        #expect(vector.weights == [0.5, 1.25])
        #expect(LabelVector([(1, 1), (1, -1)]).isZero)
        #expect(LabelVector(dense: [0, 0.5, 0, 2]) == LabelVector([(3, 2), (1, 0.5)]))
    }

    @Test("Normalising gives length 1 and leaves zero alone")
    func normalising() {
        #expect(abs(LabelVector([(0, 3), (4, 4)]).normalised().squaredLength - 1) < 1e-12)
        #expect(LabelVector.zero.normalised().isZero)
    }

    @Test("A rare label counts more than a common one, and a kind weighs what it is given")
    func inverseFrequency() {
        let videos = [LabelVector([(0, 1), (1, 1)]), LabelVector([(0, 1)]), LabelVector([(0, 1), (2, 1)])]
        let space = VectorSpace.inverseFrequency(of: videos, kindWeights: [1, 1, 0.5], scaling: .none)
        #expect(space.factors[0] == 1)
        #expect(abs(space.factors[1] - (log(4.0 / 2) + 1)) < 1e-12)
        #expect(space.factors[2] == space.factors[1] / 2)
        #expect(space.place(LabelVector([(1, 2), (9, 1)])) == LabelVector([(1, 2 * space.factors[1])]))
    }

    @Test("The raw space changes nothing")
    func raw() {
        let vector = LabelVector([(0, 0.25), (3, 2)])
        #expect(VectorSpace.raw(labelCount: 4).place(vector) == vector)
    }

    @Test("A matrix gives back what was put in, through any order of changes", arguments: UInt64(0)..<10)
    func matrixKeepsRows(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var matrix = LabelMatrix()
        var expected: [LabelVector?] = []
        for _ in 0..<600 {
            let vector = LabelVector(
                (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    (Int.random(in: 0..<30, using: &random), Double.random(in: 0.1...1, using: &random))
                }
            )
            let row = Int.random(in: 0...40, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where expected.count < 40:
                #expect(matrix.append(vector) == expected.count)
                expected.append(vector)
            case 1:
                #expect(matrix.remove(row) == (expected.indices.contains(row) && expected[row] != nil))
                if expected.indices.contains(row) { expected[row] = nil }
            default:
                #expect(matrix.replace(row, with: vector) == expected.indices.contains(row))
                if expected.indices.contains(row) { expected[row] = vector }
            }
        }
        #expect(matrix.count == expected.count)
        for (row, vector) in expected.enumerated() {
            #expect(matrix[row] == vector)
        }
    }
}
