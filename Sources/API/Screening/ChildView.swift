import Contract
import Domain
import Hummingbird
import Logging
import ServerKit
import Storage

/// Everything a child's surface needs, read once for a request.
struct ChildView: Sendable {
    let screen: Screen
    let answers: VideoAnswers
    let allowance: AllowanceResponse

    func responses(
        _ videos: [ScreenedVideo],
        reasons: [Video.ID: Recommendation] = [:]
    ) -> [VideoResponse] {
        videos.map { answers.response($0, reason: reasons[$0.id]) }
    }

    /// The video of a path that the child may see.
    ///
    /// - Throws: `Problem` 403 `not_allowed` where screening refuses, 404 where there is no such published video.
    func require(_ id: Video.ID) throws -> ScreenedVideo {
        switch screen.look(at: id) {
        case .seen(let video): return video
        case .refused: throw Problem(.notAllowed)
        case .absent: throw Problem.notFound
        }
    }
}

extension APIServices {
    var idempotency: Idempotency {
        Idempotency(store: StoredAnswers(store: stores.idempotencyKeys, clock: clock))
    }

    /// - Parameter ignoringApproval: the guardian looks for something to approve.
    func view(of profile: ChildStore.Profile, ignoringApproval: Bool = false) async throws -> ChildView {
        let now = clock.now()
        let snapshot = try await catalogue.current()
        guard let sight = try await stores.sights.sight(of: profile.child.id, now: now) else { throw Problem.notFound }
        var viewer = sight.viewer
        if ignoringApproval { viewer.approvedOnly = false }
        let screen = Screen(snapshot: snapshot, viewer: viewer, lessOf: sight.lessOf, now: now)
        let links = secrets.mediaLinks
        return ChildView(
            screen: screen,
            answers: VideoAnswers(
                screen: screen,
                language: sight.profile.language,
                watched: Dictionary(sight.history.map { ($0.video, $0) }, uniquingKeysWith: { first, _ in first }),
                address: { links.address(of: $0, at: now) }
            ),
            allowance: AllowanceResponse(watchedTodayMS: sight.watchedToday.milliseconds)
        )
    }

    /// What the recommender says, or nothing if it fails: a home never fails with it.
    func recommendations<Answer>(_ what: String, _ ask: () async throws -> Answer) async -> Answer? {
        do {
            return try await ask()
        } catch {
            logRecommender(didNotAnswer: what, error)
            return nil
        }
    }

    /// Not a warning for every home while a recommender that is known to fail is left alone.
    func logRecommender(didNotAnswer what: String, _ error: any Error) {
        let failure = error as? RecommendationFailure
        logger.log(
            level: failure == .open ? .debug : .warning,
            "Recommender did not answer",
            metadata: ["asked": "\(what)", "error_type": "\(failure?.rawValue ?? "\(type(of: error))")"]
        )
    }
}
