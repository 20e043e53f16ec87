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
    private let time: WatchTime
    private let now: Instant

    fileprivate init(screen: Screen, answers: VideoAnswers, time: WatchTime, now: Instant) {
        self.screen = screen
        self.answers = answers
        self.time = time
        self.now = now
    }

    /// What the child has opened, the last watched first.
    var opened: [Video.ID] {
        answers.watched.values
            .sorted { ($1.lastWatchedAt, $0.video) < ($0.lastWatchedAt, $1.video) }.map(\.video)
    }

    /// What the child has left, with nothing playing.
    var allowance: AllowanceResponse { response(time.allowance(at: now)) }

    func response(_ allowance: Allowance) -> AllowanceResponse {
        AllowanceResponse(allowance, used: time.used)
    }

    /// What the child has left when a video plays on from `position`.
    func allowance(playing video: ScreenedVideo, from position: Span) -> Allowance {
        let duration = video.entry.length
        let current = Allowance.Current(
            category: Allowance.Category(areas: video.entry.areas),
            remaining: max(.zero, duration - position)
        )
        return time.allowance(at: now, current: current)
    }

    /// Lets a video begin that there is time for.
    ///
    /// - Throws: `Problem` 403 `bedtime`, `time_over` or `cannot_finish`, with what is left.
    func requireTime(for video: ScreenedVideo) throws {
        let refusal: ProblemCode? =
            switch time.allowance(at: now).over(for: Allowance.Category(areas: video.entry.areas)) {
            case .bedtime: .bedtime
            case .timeOver, .learningOver, .funOver: .timeOver
            case nil: screen.hasTime(for: video) ? nil : .cannotFinish
            }
        if let refusal { throw Problem(refusal, allowance: allowance) }
    }

    /// An answer about videos, with what the child has left.
    func answer<Content>(_ content: Content) -> Answer<WithAllowance<Content>> {
        Answer(WithAllowance(content, allowance))
    }

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
    func view(
        of profile: ChildStore.Profile,
        ignoringApproval: Bool = false,
        in language: Guardian.Language? = nil
    ) async throws -> ChildView {
        let now = clock.now()
        let snapshot = try await catalogue.current()
        guard let sight = try await stores.sights.sight(of: profile.child.id, now: now) else { throw Problem.notFound }
        if sight.profile.hasUnreadableRules {
            logger.error(
                "A child's time rules cannot be read: nothing may be watched until they are set anew",
                metadata: ["child_id": "\(profile.child.id)"]
            )
        }
        var viewer = sight.viewer
        if ignoringApproval { viewer.approvedOnly = false }
        let history = sight.history
        let before = try await stores.history.earlierEpisodes(than: history, of: profile.child.id, in: snapshot)
        let watched = Dictionary((history + before).map { ($0.video, $0) }, uniquingKeysWith: { first, _ in first })
        let screen = Screen(
            snapshot: snapshot,
            viewer: viewer,
            lessOf: sight.lessOf,
            allowance: sight.time.allowance(at: now),
            watched: watched,
            now: now
        )
        let links = secrets.mediaLinks
        return ChildView(
            screen: screen,
            answers: VideoAnswers(
                screen: screen,
                language: language ?? sight.profile.language,
                watched: watched,
                address: { links.address(of: $0, at: now) }
            ),
            time: sight.time,
            now: now
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
