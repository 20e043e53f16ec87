package import Domain
import Logging
import Ranking
import ServerKit
import ServiceLifecycle
package import Storage

/// The recommender: reads a child's history and taste from the database at request time and keeps nothing but the
/// catalogue, its popularity and the newest trained model, so that any number of replicas answer alike.
package actor RecommendationEngine: RecommendationSource {
    private let stores: Stores
    private let catalogue: CatalogueCache
    private let clock: Domain.Clock
    private var learnt = Learnt()
    private var snapshot: RankingSnapshot?
    private var making: (number: Int, version: Int64, task: Task<RankingSnapshot, Never>)?
    /// Stored models that this program cannot read: told once, and not read again.
    private var unreadable: Set<Int64> = []

    /// What is read every few minutes, apart from the catalogue.
    private struct Learnt: Sendable {
        /// Grows with each change.
        var number = 0
        var popularity: [Video.ID: PopularityStore.Children] = [:]
        var model: (version: Int64, trained: TrainedModel)?
    }

    package init(stores: Stores, catalogue: CatalogueCache, clock: Domain.Clock) {
        self.stores = stores
        self.catalogue = catalogue
        self.clock = clock
    }

    // MARK: What is kept

    /// Whether the catalogue is in memory.
    package var hasCatalogue: Bool { snapshot != nil }

    /// Whether the newest readable model is in use, or none was trained yet: before the first training the catalogue
    /// suffices. Once true it stays so, whatever is trained later.
    package private(set) var hasModel = false

    /// The version of the model in use; nil before the first training.
    package var modelVersion: Int64? { learnt.model?.version }

    /// Reads anew what our own children watch. Called at the start and every few minutes.
    package func refreshPopularity() async throws {
        let popularity = try await stores.popularity.children(now: clock.now())
        try await renew { $0.popularity = popularity }
    }

    /// Loads the newest trained model that can be read, where it is not the one in use. The old one serves until the new one
    /// is whole and laid out over the catalogue.
    ///
    /// - Returns: the version that is in use; nil before the first training.
    /// - Throws: ``UnreadableModel``, once, for a newer one that was passed over.
    @discardableResult
    package func refreshModel() async throws -> Int64? {
        var passedOver: Int64?
        let versions = try await stores.models.versions().filter { !unreadable.contains($0) }
        for version in versions {
            if version == learnt.model?.version { break }
            guard let stored = try await stores.models.model(version) else {
                // It went while it was read, so there are newer ones.
                return try await refreshModel()
            }
            if let trained = await Self.decode(stored.bytes) {
                try await renew { $0.model = (version, trained) }
                break
            }
            unreadable.insert(version)
            passedOver = passedOver ?? version
        }
        if learnt.model != nil || unreadable.isEmpty { hasModel = true }
        if let passedOver { throw UnreadableModel(version: passedOver) }
        return learnt.model?.version
    }

    /// A stored model that this program cannot read: damaged, or of a newer program.
    package struct UnreadableModel: Error {
        package let version: Int64
    }

    @concurrent
    private static func decode(_ bytes: [UInt8]) async -> TrainedModel? { TrainedModel(encoded: bytes) }

    /// Takes something new into use, once it is laid out over the catalogue: until then requests find the old.
    private func renew(_ change: (inout Learnt) -> Void) async throws {
        while true {
            var next = learnt
            change(&next)
            next.number += 1
            let made = await Self.make(try await catalogue.current(), next)
            // What was taken into use meanwhile, or found by a request, must not be lost.
            guard next.number == learnt.number + 1, made.source.version >= snapshot?.source.version ?? .min else {
                continue
            }
            learnt = next
            snapshot = made
            return
        }
    }

    /// The catalogue of this moment. What changes with it is made once, however many requests wait for it.
    func current() async throws -> RankingSnapshot {
        let source = try await catalogue.current()
        while true {
            if let snapshot, snapshot.source.version >= source.version { return snapshot }
            let learnt = learnt
            if making?.number != learnt.number || making?.version ?? .min < source.version {
                making = (learnt.number, source.version, Task { await Self.make(source, learnt) })
            }
            guard let task = making?.task else { continue }
            let made = await task.value
            if making?.task == task { making = nil }
            guard learnt.number == self.learnt.number else { continue }
            if made.source.version > snapshot?.source.version ?? .min { snapshot = made }
        }
    }

    /// Off the actor: a tenth of a second and more for a large catalogue.
    @concurrent
    private static func make(_ source: CatalogueSnapshot, _ learnt: Learnt) async -> RankingSnapshot {
        RankingSnapshot(source, popularity: learnt.popularity, model: learnt.model)
    }

    // MARK: RecommendationSource

    package func recommendations(
        for child: Child.ID,
        limit: Int,
        excluding: Set<Video.ID>
    ) async throws -> [Domain.Recommendation] {
        try await recommendations(for: child, limit: limit, excluding: excluding, seed: nil)
    }

    /// - Parameter seed: what the places for exploring are drawn by; nil: the child's of the family's day.
    package func recommendations(
        for child: Child.ID,
        limit: Int,
        excluding: Set<Video.ID>,
        seed: UInt64?
    ) async throws -> [Domain.Recommendation] {
        let snapshot = try await current()
        guard let asked = try await request(child, snapshot, seed: seed) else { return [] }
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
        // Before the history is read: what is watched meanwhile is newer than the taste that does not know it.
        let now = clock.now()
        let watched = try await stores.history.watched(by: child, limit: SightStore.historyLimit)
        try await stores.history.saveTaste(snapshot.taste(watched, at: now).encoded, of: child, now: now)
    }

    func request(_ child: Child.ID, _ snapshot: RankingSnapshot, seed: UInt64? = nil) async throws -> RankedRequest? {
        let now = clock.now()
        guard let sight = try await stores.sights.sight(of: child, now: now) else { return nil }
        let before = try await stores.history.earlierEpisodes(than: sight.history, of: child, in: snapshot.source)
        return RankedRequest(
            snapshot: snapshot,
            viewer: sight.viewer,
            history: snapshot.history(of: sight, and: before),
            now: now,
            seed: seed ?? ExplorationSeed.of(child, on: sight.today)
        )
    }
}

/// One child's request, ready to be ranked off the actor.
struct RankedRequest: Sendable {
    let snapshot: RankingSnapshot
    let viewer: Screening.Viewer
    let history: ChildHistory
    let now: Instant
    let seed: UInt64

    /// Asked before anything is cut, so that a list is full; the API asks again before anything is shown.
    func eligible() -> [Bool] {
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
        let (continuations, recommendations) = shelves(limit: limit)
        return HomeRecommendations(
            continuations: continuations.map(snapshot.recommendation),
            recommendations: recommendations.map(snapshot.recommendation)
        )
    }

    /// Both lists of a home; no video is in both.
    func shelves(limit: Int) -> (continuations: [Ranking.Recommendation], recommendations: [Ranking.Recommendation]) {
        let eligible = eligible()
        let begun = continuing(eligible: eligible, limit)
        return (begun, home(eligible: eligible, excluding: Set(begun.map(\.video)), limit))
    }

    private func home(eligible: [Bool], excluding: Set<Int>, _ limit: Int) -> [Ranking.Recommendation] {
        HomeRanking().home(
            for: history,
            in: snapshot.ranking,
            eligible: { eligible[$0] },
            exclude: excluding,
            now: now.millisecondsSince1970,
            seed: seed,
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
