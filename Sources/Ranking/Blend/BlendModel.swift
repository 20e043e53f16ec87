/// A trained blend as it is served: settings, the co-watch weights worth keeping, and the videos' factors. Videos are
/// numbers 0, 1, 2 …; whoever keeps a model keeps their ids beside it.
package struct BlendModel: Sendable, Equatable {
    package let settings: BlendSettings
    package let coWatch: CoWatchModel
    /// ``BlendSettings/factors``' dimension numbers per video; empty where factors weigh nothing.
    package let factors: [Float]
    /// Per video, of those who met it, the part that liked it.
    package let quality: [Float]

    package init(settings: BlendSettings, coWatch: CoWatchModel, factors: [Float], quality: [Float]) {
        (self.settings, self.coWatch, self.factors, self.quality) = (settings, coWatch, factors, quality)
    }

    /// Before there is data: no video is known, so popularity leads.
    package static let untrained = BlendModel(
        settings: BlendSettings(),
        coWatch: CoWatchModel(videoCount: 0),
        factors: [],
        quality: []
    )

    package var videoCount: Int { coWatch.videoCount }

    /// - Parameter perVideo: how many co-watch weights are kept for a video, on average.
    package init(_ fit: BlendFit, data: BlendData, perVideo: Int, progress: (Double) -> Void = { _ in }) {
        self.init(
            settings: fit.settings,
            coWatch: fit.coWatch.map {
                CoWatchModel($0, plays: data.popularity, perVideo: perVideo, progress: progress)
            }
                ?? CoWatchModel(videoCount: data.videoCount),
            factors: fit.factors?.videos.map { Float($0) } ?? [],
            quality: data.quality().map { Float($0) }
        )
    }
}

/// A blend model over the catalogue of this moment: what a request asks. Videos the model does not know have no co-watch
/// and no factors; labels, popularity and freshness speak for them.
package struct PlacedBlend: Sendable {
    package let model: BlendModel
    /// The model's number of each video of the catalogue; −1: it does not know it.
    let numbers: [Int32]
    private let factorFit: FactorFit?

    /// - Parameter numbers: per video of the catalogue its number in the model; nil where it has none.
    package init(_ model: BlendModel, numbers: [Int?]) {
        self.model = model
        self.numbers = numbers.map { number in
            guard let number, (0..<model.videoCount).contains(number) else { return -1 }
            return Int32(clamping: number)
        }
        factorFit =
            model.factors.isEmpty
            ? nil : FactorFit(videos: model.factors.map { Double($0) }, settings: model.settings.factors)
    }

    /// Nothing is known of any of `count` videos.
    package static func untrained(count: Int) -> PlacedBlend {
        PlacedBlend(.untrained, numbers: Array(repeating: nil, count: count))
    }

    /// Whether training knew the video.
    func knows(_ video: Int) -> Bool { numbers[video] >= 0 }

    /// What the history says of each video of the catalogue: z(co-watch) + f·z(factors). All zero where the model knows
    /// nothing of the history.
    ///
    /// - Parameter history: ratings by video of the catalogue; negative for what was left early or is not wanted.
    func personal(_ history: [(video: Int, rating: Double)]) -> [Double] {
        var scores = [Double](repeating: 0, count: numbers.count)
        guard let plain = plain(history) else { return scores }
        var sums = BlendFit.standardised(plain.coWatch)
        if let factors = plain.factors {
            BlendFit.add(BlendFit.standardised(factors), model.settings.factorShare, to: &sums)
        }
        for (video, number) in numbers.enumerated() where number >= 0 { scores[video] = sums[Int(number)] }
        return scores
    }

    /// Co-watch and factor scores of each video of the model, as they are; nil where it knows nothing of the history. Without
    /// factors where they weigh nothing.
    func plain(_ history: [(video: Int, rating: Double)]) -> (coWatch: [Double], factors: [Double]?)? {
        let known = history.compactMap { item -> (video: Int, rating: Double)? in
            guard numbers.indices.contains(item.video), numbers[item.video] >= 0 else { return nil }
            return (Int(numbers[item.video]), item.rating)
        }
        guard !known.isEmpty, !model.settings.isPopularityOnly else { return nil }
        var own = [Double](repeating: 0, count: model.videoCount)
        model.coWatch.add(known, to: &own)
        let factors = model.settings.factorShare > 0 ? factorFit?.scores(of: known) : nil
        return (own, factors)
    }

    /// How much each video of the history says for one video through co-watching: rating · weight, largest first.
    func evidence(for video: Int, _ history: [(video: Int, rating: Double)]) -> [(video: Int, part: Double)] {
        guard numbers.indices.contains(video), numbers[video] >= 0 else { return [] }
        return history.compactMap { item in
            guard numbers.indices.contains(item.video), numbers[item.video] >= 0 else { return nil }
            let weight = model.coWatch.weight(from: Int(numbers[item.video]), to: Int(numbers[video]))
            return (item.video, item.rating * weight)
        }
        .sorted { ($1.part, $0.video) < ($0.part, $1.video) }
    }

    /// q·z(quality) of each video; zero where it is unknown.
    func shared() -> [Double] {
        guard model.settings.qualityShare > 0, model.quality.count == model.videoCount else {
            return Array(repeating: 0, count: numbers.count)
        }
        let quality = BlendFit.standardised(model.quality.map { Double($0) })
        return numbers.map { $0 >= 0 ? model.settings.qualityShare * quality[Int($0)] : 0 }
    }
}
