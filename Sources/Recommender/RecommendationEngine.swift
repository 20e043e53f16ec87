package import Domain
import Logging
import Ranking
import ServerKit
import ServiceLifecycle
package import Storage

/// The recommender: reads a child's history and taste from the database at request time and keeps nothing but the
/// catalogue and its popularity, so that any number of replicas answer alike.
package actor RecommendationEngine: RecommendationSource {
    private let stores: Stores
    private let catalogue: CatalogueCache
    private let clock: Domain.Clock
    private var popularity: [Video.ID: Double] = [:]
    private var model: (version: Int64, trained: TrainedModel)?
    private var snapshot: RankingSnapshot?

    package init(stores: Stores, catalogue: CatalogueCache, clock: Domain.Clock) {
        self.stores = stores
        self.catalogue = catalogue
        self.clock = clock
    }

    /// Reads anew what our own children watch. Called at the start and every few minutes.
    package func refreshPopularity() async throws {
        popularity = try await stores.popularity.children(now: clock.now())
        snapshot = nil
    }

    /// Loads the newest trained model where there is a newer one than the one in use. The old one serves until the new one is
    /// whole; one that cannot be read is passed over, and told.
    ///
    /// - Returns: the version that is in use; nil before the first training.
    @discardableResult
    package func refreshModel() async throws -> Int64? {
        guard let newest = try await stores.models.newestVersion(), newest != model?.version else {
            return model?.version
        }
        guard let stored = try await stores.models.newest() else { return model?.version }
        guard let trained = await Self.decode(stored.bytes) else { throw UnreadableModel(version: stored.version) }
        model = (stored.version, trained)
        snapshot = nil
        return stored.version
    }

    /// A stored model that this program cannot read: damaged, or of a newer program.
    package struct UnreadableModel: Error {
        package let version: Int64
    }

    @concurrent
    private static func decode(_ bytes: [UInt8]) async -> TrainedModel? { TrainedModel(encoded: bytes) }

    func current() async throws -> RankingSnapshot {
        let source = try await catalogue.current()
        if let snapshot, snapshot.source.version == source.version { return snapshot }
        let made = RankingSnapshot(source, popularity: popularity, model: model?.trained)
        snapshot = made
        return made
    }

    // MARK: RecommendationSource

    package func recommendations(
        for child: Child.ID,
        limit: Int,
        excluding: Set<Video.ID>
    ) async throws -> [Domain.Recommendation] {
        let snapshot = try await current()
        guard let asked = try await request(child, snapshot) else { return [] }
        return await asked.home(excluding: excluding, limit: limit)
    }

    package func home(for child: Child.ID, limit: Int) async throws -> HomeRecommendations {
        let snapshot = try await current()
        guard let asked = try await request(child, snapshot) else {
            return HomeRecommendations(continuations: [], recommendations: [])
        }
        return await asked.whole(limit: limit)
    }

    package func neighbours(of video: Video.ID, limit: Int) async throws -> [Domain.Recommendation] {
        let snapshot = try await current()
        guard let number = snapshot.source.position(of: video) else { return [] }
        return await Self.similar(to: number, snapshot, now: clock.now(), limit: limit)
    }

    @concurrent
    private static func similar(
        to number: Int,
        _ snapshot: RankingSnapshot,
        now: Instant,
        limit: Int
    ) async -> [Domain.Recommendation] {
        HomeRanking().similar(
            to: number,
            in: snapshot.ranking,
            eligible: { _ in true },
            now: now.millisecondsSince1970,
            limit: limit
        ).map(snapshot.recommendation)
    }

    package func learn(from child: Child.ID) async throws {
        let snapshot = try await current()
        let watched = try await stores.history.watched(by: child, limit: SightStore.historyLimit)
        let now = clock.now()
        try await stores.history.saveTaste(snapshot.taste(watched, at: now).encoded, of: child, now: now)
    }

    func request(_ child: Child.ID, _ snapshot: RankingSnapshot) async throws -> RankedRequest? {
        let now = clock.now()
        guard let sight = try await stores.sights.sight(of: child, now: now) else { return nil }
        return RankedRequest(
            snapshot: snapshot,
            viewer: sight.viewer,
            history: snapshot.history(sight.history, taste: sight.taste),
            now: now
        )
    }
}

/// One child's request, ready to be ranked off the actor.
struct RankedRequest: Sendable {
    let snapshot: RankingSnapshot
    let viewer: Screening.Viewer
    let history: ChildHistory
    let now: Instant

    /// Asked before anything is cut, so that a list is full; the API asks again before anything is shown.
    private func eligible() -> [Bool] {
        let age = viewer.age
        let asksMore = viewer.hasRulesOfItsOwn
        return snapshot.outlines.indices.map { number in
            guard snapshot.outlines[number].admits(age: age, at: now) else { return false }
            return !asksMore
                || Screening.verdict(snapshot.source.entries[number].subject, for: viewer, at: now).isAllowed
        }
    }

    @concurrent
    func home(excluding: Set<Video.ID>, limit: Int) async -> [Domain.Recommendation] {
        home(eligible: eligible(), excluding: Set(excluding.compactMap { snapshot.source.position(of: $0) }), limit)
            .map(snapshot.recommendation)
    }

    @concurrent
    func whole(limit: Int) async -> HomeRecommendations {
        let eligible = eligible()
        let begun = continuing(eligible: eligible, limit)
        let rest = home(eligible: eligible, excluding: Set(begun.map(\.video)), limit)
        return HomeRecommendations(
            continuations: begun.map(snapshot.recommendation),
            recommendations: rest.map(snapshot.recommendation)
        )
    }

    private func home(eligible: [Bool], excluding: Set<Int>, _ limit: Int) -> [Ranking.Recommendation] {
        HomeRanking().home(
            for: history,
            in: snapshot.ranking,
            eligible: { eligible[$0] },
            exclude: excluding,
            now: now.millisecondsSince1970,
            limit: limit
        )
    }

    private func continuing(eligible: [Bool], _ limit: Int) -> [Ranking.Recommendation] {
        HomeRanking().continuing(
            history,
            in: snapshot.ranking,
            eligible: { eligible[$0] },
            now: now.millisecondsSince1970,
            limit: limit
        )
    }
}
