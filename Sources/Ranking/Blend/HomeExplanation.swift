/// How the score of one video for one child came about, and where in the child's home it stands: every number from the code
/// that ranks, none from a second account of it.
package struct HomeExplanation: Sendable {
    /// A video that counts for or against, with what the child made of it.
    package struct Known: Sendable, Equatable {
        package let video: Int
        /// Watched time in units of the whole video; nil for what a parent wants less of.
        package let ratio: Double?
        /// Since it was last watched.
        package let days: Double?
        /// 2^(−days / half-life).
        package let decay: Double?
        /// Whether it was left early, which speaks against it.
        package let isLeftEarly: Bool
        package let rating: Double
        /// B[known, video]: how much having watched it speaks for the video; 0 where no such weight was kept.
        package let coWatchWeight: Double
    }

    /// What a trained model says; mean 0 and deviation 1 over the videos it knows.
    package struct Learnt: Sendable, Equatable {
        /// Σ rating · weight.
        package let coWatch: Double
        package let standardisedCoWatch: Double
        package let factors: Double
        package let standardisedFactors: Double
        /// f.
        package let factorShare: Double

        /// z(co-watch) + f·z(factors).
        package var total: Double { standardisedCoWatch + factorShare * standardisedFactors }
    }

    /// What the original core says.
    package struct Labels: Sendable, Equatable {
        package struct Neighbour: Sendable, Equatable {
            package let video: Int
            package let distance: Double
            /// Of the weight; all together 1.
            package let share: Double
            package let rating: Double
        }

        /// ŷ.
        package let prediction: Double
        /// Nearest first.
        package let neighbours: [Neighbour]
        package let distanceToTaste: Double
        /// κ.
        package let weight: Double

        /// ŷ / (1 + distance).
        package var total: Double { prediction / (1 + distanceToTaste) }
    }

    package struct Popularity: Sendable, Equatable {
        /// 0…1.
        package let value: Double
        /// From 1.
        package let rank: Int
        package let weight: Double
        /// Of mean 0 and deviation 1.
        package let standardised: Double
        /// p.
        package let standardisedWeight: Double
    }

    /// Why a video is not in the list.
    package enum Absence: Sendable, Equatable {
        /// A parent wants less of it.
        case unwanted
        /// It is in another list of the same home.
        case elsewhere
        /// An episode that the child has not finished comes before it, and is not in the list.
        case waitsFor(Int)
        /// Neither near to the taste, nor liked by children alike, nor popular: it was not looked at further.
        case noCandidate
        /// It would have been a third in a row of one topic or channel, or a fourth of one area, at this many places that a
        /// lower score got.
        case variety(places: Int)
        case outscored
    }

    package let video: Int
    /// Strongest first, and at last what speaks against.
    package let known: [Known]
    package let watchedCount: Int
    /// n / (n + prior).
    package let share: Double
    package let priorPlays: Double
    package let learnt: Learnt?
    package let labels: Labels?
    package let popularity: Popularity
    /// 0…1, and what it weighs.
    package let freshness: (value: Double, weight: Double)
    package let parts: ScoreParts
    /// What is left of the score because the child has watched it before.
    package let rewatchFactor: Double?
    /// What it gets on top as the next episode of a begun series.
    package let seriesBoost: Double?
    package let score: Double
    /// Among the candidates, from 1; nil where it is none.
    package let rank: Int?
    package let candidateCount: Int
    /// What it would say for itself; of a place in the list see ``place``.
    package let reason: Reason
    /// From 1, with the reason it carries there.
    package let place: (number: Int, reason: Reason)?
    package let absence: Absence?
}

extension HomeRanking {
    /// Explains a video's score and place in the home that ``home(for:in:eligible:exclude:now:seed:limit:)`` gives for the same
    /// arguments. Nil where there is no such video.
    package func explanation(
        of video: Int,
        for history: ChildHistory,
        in catalogue: RankingCatalogue,
        eligible: (Int) -> Bool,
        exclude: Set<Int> = [],
        now: Int64,
        seed: UInt64 = 0,
        limit: Int
    ) -> HomeExplanation? {
        guard (0..<catalogue.count).contains(video) else { return nil }
        let list = home(
            for: history,
            in: catalogue,
            eligible: eligible,
            exclude: exclude,
            now: now,
            seed: seed,
            limit: limit
        )
        let request = RankingRequest(
            history: history,
            catalogue: catalogue,
            eligible: eligible,
            exclude: exclude,
            now: now,
            seed: seed,
            settings: settings
        )
        var scorer = CandidateScorer(request)
        let pool = scorer.pool(limit: min(max(limit, 0), catalogue.count))
        return scorer.explanation(of: video, pool: pool, list: list)
    }
}

extension CandidateScorer {
    /// - Parameters:
    ///   - pool: the candidates of the list, best first.
    ///   - list: as it was arranged from them.
    fileprivate mutating func explanation(
        of video: Int,
        pool: [Candidate],
        list: [Recommendation]
    ) -> HomeExplanation {
        let parts = parts(of: video)
        let candidate = candidate(video)
        let rank = pool.firstIndex { $0.video == video }
        let place = list.firstIndex { $0.video == video }
        let blend = request.catalogue.blend.model.settings
        let published = request.catalogue.publishedAt[video]
        return HomeExplanation(
            video: video,
            known: knownVideos(for: video),
            watchedCount: request.watched.count,
            share: share,
            priorPlays: request.settings.priorPlays,
            learnt: learnt(video),
            labels: labels(video),
            popularity: HomeExplanation.Popularity(
                value: request.popularity.values[video],
                rank: Int(request.popularity.rank[video]) + 1,
                weight: popularityShare,
                standardised: request.popularity.standardised[video],
                standardisedWeight: blend.popularityShare
            ),
            freshness: (request.settings.freshness(publishedAt: published, now: request.now), blend.freshness),
            parts: parts,
            rewatchFactor: rewatchFactor(video, parts),
            seriesBoost: seriesBoost(video),
            score: candidate.score,
            rank: rank.map { $0 + 1 },
            candidateCount: pool.count,
            reason: reason(of: candidate),
            place: place.map { ($0 + 1, list[$0].reason) },
            absence: place == nil ? absence(of: candidate, isPooled: rank != nil, list) : nil
        )
    }

    private func knownVideos(for video: Int) -> [HomeExplanation.Known] {
        let (settings, blend) = (request.settings, request.catalogue.blend)
        let weights = Dictionary(
            blend.evidence(for: video, known.map { (video: $0, rating: 1) }).map { ($0.video, $0.part) }
        ) { first, _ in first }
        let watched = request.watched.enumerated().map { place, item in
            HomeExplanation.Known(
                video: item.video,
                ratio: item.ratio,
                days: days(from: item.lastWatchedAt, to: request.now),
                decay: settings.rating.decay(since: item.lastWatchedAt, now: request.now),
                isLeftEarly: settings.isLeftEarly(item),
                rating: ratings[place],
                coWatchWeight: weights[item.video] ?? 0
            )
        }
        let unwanted = request.lessOf.enumerated().map { place, video in
            HomeExplanation.Known(
                video: video,
                ratio: nil,
                days: nil,
                decay: nil,
                isLeftEarly: false,
                rating: ratings[watched.count + place],
                coWatchWeight: weights[video] ?? 0
            )
        }
        return (watched + unwanted).sorted { ($1.rating, $0.video) < ($0.rating, $1.video) }
    }

    private func learnt(_ video: Int) -> HomeExplanation.Learnt? {
        let blend = request.catalogue.blend
        guard blend.knows(video), let plain = blend.plain(zip(known, ratings).map { (video: $0, rating: $1) }) else {
            return nil
        }
        let number = Int(blend.numbers[video])
        return HomeExplanation.Learnt(
            coWatch: plain.coWatch[number],
            standardisedCoWatch: BlendFit.standardised(plain.coWatch)[number],
            factors: plain.factors?[number] ?? 0,
            standardisedFactors: plain.factors.map { BlendFit.standardised($0)[number] } ?? 0,
            factorShare: plain.factors == nil ? 0 : blend.model.settings.factorShare
        )
    }

    private mutating func labels(_ video: Int) -> HomeExplanation.Labels? {
        guard let (explanation, distance) = regressed(video) else { return nil }
        return HomeExplanation.Labels(
            prediction: explanation.prediction,
            neighbours: explanation.neighbours.map { neighbour, share in
                HomeExplanation.Labels.Neighbour(
                    video: known[neighbour.row],
                    distance: neighbour.distance,
                    share: share,
                    rating: ratings[neighbour.row]
                )
            },
            distanceToTaste: distance,
            weight: neighbourShare(video)
        )
    }

    private func absence(
        of candidate: Candidate,
        isPooled: Bool,
        _ list: [Recommendation]
    ) -> HomeExplanation.Absence? {
        let video = candidate.video
        if request.lessOf.contains(video) { return .unwanted }
        guard request.isEligible[video] else { return nil }
        guard request.isOpen[video] else { return .elsewhere }
        if let place = request.catalogue.seriesPlaces[video] {
            var line = request.line(of: place.series)
            for item in list {
                guard let other = request.catalogue.seriesPlaces[item.video], other.series == place.series else {
                    continue
                }
                line.place(other.position)
            }
            if !line.allows(place.position), let head = line.head {
                return .waitsFor(request.catalogue.series[place.series][head])
            }
        }
        guard isPooled else { return .noCandidate }
        let passedOver = list.indices.count { place in
            list[place].score < candidate.score
                && HomeArrangement.variety(video, behind: list[..<place], request) != .kept
        }
        return passedOver > 0 ? .variety(places: passedOver) : .outscored
    }
}
