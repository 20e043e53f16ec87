/// The weights of B worth keeping, by the video they speak from: what a request walks with a child's history.
///
/// Small catalogues keep B whole. Larger ones keep what passes one threshold for the whole matrix on
///
///     |B[j,i]| · √(plays of j)
///
/// negative weights too: on ml-latest-small that loses 0.0012 of nDCG@10 at 500 weights per video, where the 500 largest
/// of each video lose 0.0068. Weights are held in single and stored in half precision, which loses nothing measurable.
package struct CoWatchModel: Sendable, Equatable {
    package let videoCount: Int
    /// Row j is `starts[j]..<starts[j + 1]`.
    let starts: [Int]
    /// Ascending within a row.
    let targets: [Int32]
    let weights: [Float]

    init(videoCount: Int, starts: [Int], targets: [Int32], weights: [Float]) {
        (self.videoCount, self.starts, self.targets, self.weights) = (videoCount, starts, targets, weights)
    }

    /// A model in which no video speaks for another.
    package init(videoCount: Int) {
        self.init(videoCount: videoCount, starts: Array(repeating: 0, count: videoCount + 1), targets: [], weights: [])
    }

    /// - Parameters:
    ///   - plays: how many children watched each video, for the threshold.
    ///   - perVideo: how many weights may be kept for a video, on average.
    ///   - progress: called with the part done, 0…1.
    package init(
        _ fit: CoWatchFit,
        plays: [Double],
        perVideo: Int,
        progress: (Double) -> Void = { _ in }
    ) {
        let count = fit.videoCount
        let reach = (0..<count).map { ($0 < plays.count ? max(plays[$0], 1) : 1).squareRoot() }
        let threshold = perVideo >= count ? 0 : Self.threshold(fit, reach: reach, perVideo: perVideo)
        var (starts, targets, weights): ([Int], [Int32], [Float]) = ([0], [], [])
        starts.reserveCapacity(count + 1)
        targets.reserveCapacity(count * min(perVideo, count))
        weights.reserveCapacity(count * min(perVideo, count))
        for source in 0..<count {
            let row = fit.weights(from: source)
            for target in 0..<count where target != source {
                let weight = Float(Float16(row[target]))
                guard weight != 0, weight.isFinite, abs(row[target]) * reach[source] >= threshold else { continue }
                targets.append(Int32(clamping: target))
                weights.append(weight)
            }
            starts.append(targets.count)
            if source % 64 == 63 { progress(Double(source + 1) / Double(count)) }
        }
        self.init(videoCount: count, starts: starts, targets: targets, weights: weights)
    }

    /// The threshold that keeps `perVideo` weights a video on average, from up to 256 rows spread over the catalogue.
    private static func threshold(_ fit: CoWatchFit, reach: [Double], perVideo: Int) -> Double {
        let count = fit.videoCount
        let step = max(1, count / 256)
        var sizes: [Double] = []
        var rows = 0
        for source in stride(from: 0, to: count, by: step) {
            sizes += fit.weights(from: source).map { abs($0) * reach[source] }
            rows += 1
        }
        let kept = min(rows * perVideo, sizes.count)
        guard kept > 0, kept < sizes.count else { return kept == 0 ? .infinity : 0 }
        sizes.sort(by: >)
        return sizes[kept - 1]
    }

    /// scores += rating · row of B, for each video of the history. `scores` has a place for every video of the model.
    package func add(_ history: [(video: Int, rating: Double)], to scores: inout [Double]) {
        precondition(scores.count >= videoCount, "a place for every video")
        let (targets, weights) = (targets.span, weights.span)
        var scores = scores.mutableSpan
        for item in history where (0..<videoCount).contains(item.video) && item.rating.isFinite {
            for entry in starts[item.video]..<starts[item.video + 1] {
                scores[Int(targets[entry])] += item.rating * Double(weights[entry])
            }
        }
    }

    /// B[source, target]; 0 where it was not kept.
    package func weight(from source: Int, to target: Int) -> Double {
        guard (0..<videoCount).contains(source) else { return 0 }
        var (low, high) = (starts[source], starts[source + 1])
        while low < high {
            let middle = (low + high) / 2
            if Int(targets[middle]) < target { low = middle + 1 } else { high = middle }
        }
        guard low < starts[source + 1], Int(targets[low]) == target else { return 0 }
        return Double(weights[low])
    }

    /// The videos that watching `source` speaks for most, strongest first.
    package func strongest(from source: Int, limit: Int) -> [(video: Int, weight: Double)] {
        guard (0..<videoCount).contains(source) else { return [] }
        let row = (starts[source]..<starts[source + 1]).map { (video: Int(targets[$0]), weight: Double(weights[$0])) }
        return Array(row.sorted { ($1.weight, $0.video) < ($0.weight, $1.video) }.prefix(max(limit, 0)))
    }
}
