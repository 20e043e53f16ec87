#if canImport(Accelerate)
import Accelerate
#else
import CLAPACK
#endif

/// Matrix factors of implicit feedback by alternating least squares: each child and each video becomes a short vector, and
/// a score is their product (Y. Hu, Y. Koren, C. Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM
/// 2008; iALS).
///
///     p_u = (QᵀQ + c·Σ wᵤᵢ·qᵢqᵢᵀ + λ·I)⁻¹ · (1 + c)·Σ wᵤᵢ·qᵢ         and videos the same way from children
///
/// wᵤᵢ is the child's rating of the video. The start is made from the numbers of the videos, so that the same data gives the
/// same factors. Labels have no part in it: they are ``CoWatchFit``'s.
package struct FactorFit: Sendable {
    package struct Settings: Sendable, Hashable, Codable {
        package var dimension = 64
        /// c: how much more a watched video counts than one that was not.
        package var confidence = 5.0
        /// λ.
        package var regularisation = 30.0
        package var sweeps = 6

        package init() {}
    }

    /// One row of ``dimension`` numbers per video.
    package let videos: [Double]
    package let settings: Settings
    private let gram: [Double]

    /// - Parameter children: per child, the videos it watched with their ratings, above 0.
    package init(children: SparseRows, settings: Settings = Settings(), progress: (Double) -> Void = { _ in }) {
        let dimension = max(settings.dimension, 1)
        let byVideo = children.transposed()
        var videos = Self.start(count: children.columnCount, dimension: dimension)
        for sweep in 0..<max(settings.sweeps, 1) {
            let people = Self.half(children, videos, dimension, settings)
            videos = Self.half(byVideo, people, dimension, settings)
            progress(Double(sweep + 1) / Double(max(settings.sweeps, 1)))
        }
        self.init(videos: videos, settings: settings)
    }

    /// Factors that were learnt before.
    package init(videos: [Double], settings: Settings) {
        self.videos = videos
        self.settings = settings
        gram = Self.gram(videos, max(settings.dimension, 1), settings.regularisation)
    }

    package var videoCount: Int { videos.count / max(settings.dimension, 1) }

    /// The factors of a child from what it watched: what was watched this minute counts. All zero for an empty history.
    package func child(_ history: [(video: Int, rating: Double)]) -> [Double] {
        let known = history.filter { (0..<videoCount).contains($0.video) && $0.rating > 0 && $0.rating.isFinite }
        guard !known.isEmpty else { return Array(repeating: 0, count: settings.dimension) }
        return Self.solve(known.map { ($0.video, $0.rating) }, videos, gram, settings.dimension, settings.confidence)
    }

    /// How much a history speaks for each video.
    package func scores(of history: [(video: Int, rating: Double)]) -> [Double] {
        let child = child(history)
        let (dimension, all) = (child.count, videos.span)
        // Not dgemv: for a few thousand videos OpenBLAS would wake threads that cost a request more than they save.
        return (0..<videoCount).map { video in
            var sums = SIMD4<Double>.zero
            var index = 0
            while index &+ 4 <= dimension {
                let place = video &* dimension &+ index
                let own = SIMD4(child[index], child[index &+ 1], child[index &+ 2], child[index &+ 3])
                sums += own * SIMD4(all[place], all[place &+ 1], all[place &+ 2], all[place &+ 3])
                index &+= 4
            }
            var score = sums.sum()
            while index < dimension {
                score += child[index] * all[video &* dimension &+ index]
                index &+= 1
            }
            return score
        }
    }

    // MARK: - Solving

    /// Uniform in ±1 / (2·dimension), from SplitMix64 of each place.
    private static func start(count: Int, dimension: Int) -> [Double] {
        (0..<(count * dimension)).map { place in
            var generator = SplitMix64(seed: UInt64(place) &* 0x9e37_79b9_7f4a_7c15)
            return (Double(generator.next() >> 11) * 0x1p-53 - 0.5) / Double(dimension)
        }
    }

    /// QᵀQ + λ·I.
    private static func gram(_ factors: [Double], _ dimension: Int, _ regularisation: Double) -> [Double] {
        var gram = [Double](repeating: 0, count: dimension * dimension)
        let count = factors.count / dimension
        if count > 0 {
            cblas_dgemm(
                CblasRowMajor,
                CblasTrans,
                CblasNoTrans,
                Int32(clamping: dimension),
                Int32(clamping: dimension),
                Int32(clamping: count),
                1,
                factors,
                Int32(clamping: dimension),
                factors,
                Int32(clamping: dimension),
                0,
                &gram,
                Int32(clamping: dimension)
            )
        }
        for place in 0..<dimension { gram[place * dimension + place] += regularisation }
        return gram
    }

    /// One side from the other; a row without entries gets zeros.
    private static func half(_ rows: SparseRows, _ others: [Double], _ dimension: Int, _ settings: Settings) -> [Double]
    {
        let gram = gram(others, dimension, settings.regularisation)
        var factors: [Double] = []
        factors.reserveCapacity(rows.rowCount * dimension)
        for row in 0..<rows.rowCount {
            let entries = rows.range(row).map { (Int(rows.columns[$0]), rows.values[$0]) }
            if entries.isEmpty {
                factors.append(contentsOf: repeatElement(0, count: dimension))
            } else {
                factors += solve(entries, others, gram, dimension, settings.confidence)
            }
        }
        return factors
    }

    private static func solve(
        _ entries: [(Int, Double)],
        _ others: [Double],
        _ gram: [Double],
        _ dimension: Int,
        _ confidence: Double
    ) -> [Double] {
        var rows = [Double](repeating: 0, count: entries.count * dimension)
        var answer = [Double](repeating: 0, count: dimension)
        for (place, (other, weight)) in entries.enumerated() {
            let root = (confidence * weight).squareRoot()
            for index in 0..<dimension {
                let value = others[other * dimension + index]
                rows[place * dimension + index] = root * value
                answer[index] += (1 + confidence) * weight * value
            }
        }
        var matrix = gram
        let size = Int32(clamping: dimension)
        cblas_dsyrk(
            CblasRowMajor,
            CblasUpper,
            CblasTrans,
            size,
            Int32(clamping: entries.count),
            1,
            rows,
            size,
            1,
            &matrix,
            size
        )
        // Row by row the upper triangle is, column by column, the lower one. QᵀQ + λ·I is positive definite, so there is an
        // answer; were it not, no preference is the honest one.
        var (n, one, leading, right, info) = (size, Int32(1), size, size, Int32(0))
        var triangle = CChar(bitPattern: UInt8(ascii: "L"))
        dposv_(&triangle, &n, &one, &matrix, &leading, &answer, &right, &info)
        return info == 0 ? answer : Array(repeating: 0, count: dimension)
    }
}
