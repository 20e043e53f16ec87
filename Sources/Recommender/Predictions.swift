package import Domain
import Ranking
import Storage

extension RecommendationEngine {
    /// What a child would rate videos (``HomeRanking/predictedRatings(of:for:in:now:)``), in the order asked for; nil for
    /// a video that is not in the catalogue, and for all where the child is unknown or has watched nothing. Whether the
    /// child may see them is not asked.
    package func predictedRatings(of videos: [Video.ID], by child: Child.ID) async throws -> [Double?] {
        let snapshot = try await current()
        guard let asked = try await request(child, snapshot) else { return videos.map { _ in nil } }
        return await asked.predictedRatings(of: videos)
    }
}

extension RankedRequest {
    @concurrent
    fileprivate func predictedRatings(of videos: [Video.ID]) async -> [Double?] {
        let numbers = videos.map { snapshot.source.position(of: $0) }
        let known = numbers.compactMap(\.self)
        let ratings = HomeRanking().predictedRatings(
            of: known,
            for: history,
            in: snapshot.ranking,
            now: now.millisecondsSince1970
        )
        var next = ratings.makeIterator()
        return numbers.map { $0 == nil ? nil : next.next() ?? nil }
    }
}
