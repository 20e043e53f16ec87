import Contract
import Domain
import Hummingbird
import Logging
import ServerKit
import Storage

/// Beginning to watch, and the beats of watching.
struct PlayRoutes: Sendable {
    let services: APIServices

    func add(to group: some RouterMethods<ChildContext>) {
        let idempotency = services.idempotency
        group.post("plays") { request, context in
            let owner = context.caller.guardian.description
            return try await idempotency(request, context: context, owner: owner, handler: begin)
        }
    }

    func addOutside(to group: some RouterMethods<CallerOnlyContext>) {
        group.post("videos/{video}/health", use: reportHealth)
    }

    /// The group must ask about the session of whoever fails here, see `beat`.
    func addBeats(to group: some RouterMethods<CallerOnlyContext>) {
        group.post("plays/{play}/beats", use: beat)
    }

    func begin(_ request: Request, context: ChildContext) async throws -> Answer<PlayResponse> {
        let body: NewPlay = try await request.decodeBody(context: context)
        let view = try await services.view(of: context.profile)
        let video = try view.require(body.videoID)
        try view.requireTime(for: video)
        let play = WatchingStore.NewPlay(
            id: services.secrets.requests.id(
                for: request,
                owner: context.caller.guardian,
                content: "\(body.videoID)|\(body.surface.rawValue)|\(body.reason?.rawValue ?? "")"
            ),
            child: context.child.id,
            video: video.id,
            surface: body.surface,
            reason: body.reason
        )
        let begun: WatchingStore.Begun
        do {
            begun = try await services.stores.watching.begin(play, now: services.clock.now())
        } catch is WatchingStore.AutoplayOver {
            throw Problem(.autoplayOver, allowance: view.allowance)
        }
        if !begun.isRepeated { services.offers.opened(play.offer) }
        let allowance = view.allowance(playing: video, from: begun.resume)
        return Answer(
            PlayResponse(
                playID: play.id,
                resumeMS: begun.resume.milliseconds,
                mayAutoplayNext: allowance.mayAutoplayNext(count: begun.followed),
                allowance: view.response(allowance)
            ),
            status: .created
        )
    }

    /// The most frequent request there is: one transaction and no read beside it. So whether the session still lives is
    /// asked in that transaction; its "no" looks like that of an unknown play, and the middleware tells the two apart.
    func beat(_ request: Request, context: CallerOnlyContext) async throws -> Answer<BeatsResponse> {
        let id = try context.pathValue("play", Play.ID.init)
        let body: Beats = try await request.decodeBody(context: context)
        let caller = context.caller
        let snapshot = try await services.catalogue.latest()
        let beats = body.beats.map(PlayLedger.Beat.init)
        let arrival = WatchingStore.Arrival(play: id, beats: beats, session: caller.session) { owner in
            guard Self.isOwn(owner, caller) else { return nil }
            // A video that left the catalogue while it was being watched still counts, under no area.
            let entry = snapshot.entry(owner.video)
            return WatchingStore.Setting(
                areas: entry?.areas ?? [],
                duration: entry?.length ?? Span(milliseconds: .max / 2)
            )
        }
        let now = services.clock.now()
        guard let tally = try await services.stores.watching.count(arrival, now: now) else {
            throw Problem.notFound
        }
        if let offer = tally.finished { services.offers.finished(offer) }
        if tally.ratingChanged { await learn(from: tally.child) }
        return Answer(
            BeatsResponse(
                accepted: tally.accepted,
                allowance: AllowanceResponse(
                    tally.time.allowance(at: now, current: tally.current),
                    used: tally.time.used
                )
            )
        )
    }

    /// The beat is on disk; a taste that could not be renewed now is renewed by a later beat, or by a job.
    private func learn(from child: Child.ID) async {
        do {
            try await services.recommendations.learn(from: child)
        } catch {
            services.logRecommender(didNotAnswer: "learn", error)
        }
    }

    private static func isOwn(_ owner: WatchingStore.Owner, _ caller: Caller) -> Bool {
        switch caller {
        case .guardian(let guardian): guardian.guardian == owner.guardian
        case .child(let child): child.child == owner.child
        }
    }

    func reportHealth(_ request: Request, context: CallerOnlyContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        let body: HealthReport = try await request.decodeBody(context: context)
        let report = try await services.stores.health.report(
            body.errorCode,
            of: id,
            by: context.caller.guardian,
            now: services.clock.now()
        )
        if report == .unknownVideo { throw Problem.notFound }
        if body.errorCode == 153 {
            services.logger.error("Players get no Referer from our pages (YouTube error 153)")
        }
        return .accepted
    }
}

extension PlayLedger.Beat {
    fileprivate init(_ item: Beats.Item) {
        self.init(
            number: item.n,
            at: item.at.instant,
            position: Span(milliseconds: item.positionMS),
            played: Span(milliseconds: item.playedMS),
            state: item.state
        )
    }
}
