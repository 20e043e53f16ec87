package import Domain
package import Ranking
import Storage

/// How a recommendation came about, or why there is none: what `kyck explain` prints.
package struct Explanation: Sendable {
    /// The child as the rules see it.
    package let viewer: Screening.Viewer
    package let verdict: Screening.Verdict
    /// The list "for you" of the child's home, and the video's score for it. Videos are numbers; see ``video(_:)``.
    package let home: HomeExplanation
    /// How many places that list has, and how many it was asked for.
    package let length: (given: Int, asked: Int)
    /// In "go on watching" of the same home, from 1; nil where it is not there.
    package let continuation: (place: Int, reason: Reason)?
    /// Of the trained model in use; nil before the first training.
    package let modelVersion: Int64?
    package let catalogueCount: Int
    private let snapshot: RankingSnapshot

    package func video(_ number: Int) -> Video { snapshot.source.entries[number].video }

    fileprivate init(
        _ request: RankedRequest,
        _ home: HomeExplanation,
        verdict: Screening.Verdict,
        length: (given: Int, asked: Int),
        continuation: (place: Int, reason: Reason)?
    ) {
        viewer = request.viewer
        self.verdict = verdict
        self.home = home
        self.length = length
        self.continuation = continuation
        snapshot = request.snapshot
        modelVersion = snapshot.modelVersion
        catalogueCount = snapshot.source.entries.count
    }
}

extension RecommendationEngine {
    /// Explains a video in the home that ``home(for:limit:)`` gives. Nothing is written.
    ///
    /// - Returns: nil where the child is unknown, or the video is not published.
    package func explanation(of video: Video.ID, for child: Child.ID, limit: Int) async throws -> Explanation? {
        let snapshot = try await current()
        guard let number = snapshot.source.position(of: video), let asked = try await request(child, snapshot) else {
            return nil
        }
        return await asked.explanation(of: number, limit: limit)
    }
}

extension RankedRequest {
    @concurrent
    fileprivate func explanation(of video: Int, limit: Int) async -> Explanation? {
        let (continuations, recommendations) = shelves(limit: limit)
        let eligible = eligible()
        let home = HomeRanking().explanation(
            of: video,
            for: history,
            in: snapshot.ranking,
            eligible: { eligible[$0] },
            exclude: Set(continuations.map(\.video)),
            now: now.millisecondsSince1970,
            seed: seed,
            limit: limit
        )
        let begun = continuations.firstIndex { $0.video == video }
        return home.map { home in
            Explanation(
                self,
                home,
                verdict: Screening.verdict(snapshot.source.entries[video].subject, for: viewer, at: now),
                length: (recommendations.count, limit),
                continuation: begun.map { ($0 + 1, continuations[$0].reason) }
            )
        }
    }
}
