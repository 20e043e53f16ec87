import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// What a child asks for and its guardian decides, and minutes granted on top of the rules.
struct RequestRoutes: Sendable {
    let services: APIServices

    func add(to group: some RouterMethods<ChildContext>) {
        let idempotency = services.idempotency
        group.get("requests", use: list)
        group.post("requests") { request, context in
            let owner = context.caller.guardian.description
            return try await idempotency(request, context: context, owner: owner, handler: ask)
        }
    }

    /// Behind the parent gate.
    func addGated(to group: some RouterMethods<ParentContext>) {
        let idempotency = services.idempotency
        group.post("bonus") { request, context in
            let owner = context.caller.guardian.description
            return try await idempotency(request, context: context, owner: owner, handler: grantBonus)
        }
        group.post("requests/{request}/decision", use: decide)
    }

    // MARK: Bonus

    func grantBonus(_ request: Request, context: ParentContext) async throws -> Answer<BonusResponse> {
        let body: NewBonus = try await request.decodeBody(context: context)
        let grant = BonusStore.Grant(
            id: services.secrets.requests.id(for: request, owner: context.caller.guardian, content: "\(body.minutes)"),
            child: context.child.id,
            minutes: body.minutes
        )
        let now = services.clock.now()
        switch try await services.stores.bonuses.grant(grant, now: now) {
        case .granted(let bonus, let time):
            let allowance = AllowanceResponse(time.allowance(at: now), used: time.used)
            return Answer(BonusResponse(bonus, allowance: allowance), status: .created)
        case .tooMuch: throw Problem(.conflict)
        case .absent: throw Problem.notFound
        }
    }

    // MARK: Requests

    func list(_ request: Request, context: ChildContext) async throws -> Answer<List<RequestResponse>> {
        let requests = try await services.stores.requests.requests(of: context.child.id)
        let view = try await sight(of: context.profile, for: context.caller)
        return Answer(List(requests.map { response($0, view) }))
    }

    func ask(_ request: Request, context: ChildContext) async throws -> Answer<RequestResponse> {
        let body: NewRequest = try await request.decodeBody(context: context)
        guard let subject = ChildRequest.Subject(kind: body.kind, video: body.videoID) else {
            throw Problem.invalid("video_id")
        }
        if let video = subject.video { try await requireApprovable(video, context.profile) }
        let asked = ChildRequest(
            id: services.secrets.requests.id(
                for: request,
                owner: context.caller.guardian,
                content: "\(body.kind.rawValue)|\(body.videoID?.description ?? "")"
            ),
            child: context.child.id,
            subject: subject,
            createdAt: services.clock.now()
        )
        let ids = services.ids
        let answer = try await services.stores.requests.ask(asked) { .requestWaiting(id: ids.next(), in: $0) }
        let (kept, status): (ChildRequest, HTTPResponse.Status) =
            switch answer {
            case .asked(let request): (request, .created)
            case .waiting(let request): (request, .ok)
            case .tooMany: throw Problem(.conflict)
            case .absent: throw Problem.notFound
            }
        return Answer(response(kept, try await sight(of: context.profile, for: context.caller)), status: status)
    }

    /// A child asks for what approval alone keeps from it. What it may see already needs no asking, and what is refused for
    /// any other reason is not opened by approving it.
    private func requireApprovable(_ video: Video.ID, _ profile: ChildStore.Profile) async throws {
        switch try await services.view(of: profile).screen.look(at: video) {
        case .refused(.notApproved): return
        case .refused: throw Problem(.notAllowed)
        case .seen: throw Problem(.conflict)
        case .absent: throw Problem.notFound
        }
    }

    func decide(_ request: Request, context: ParentContext) async throws -> Answer<RequestResponse> {
        let id = try context.pathValue("request", ChildRequest.ID.init)
        let body: RequestDecision = try await request.decodeBody(context: context)
        let decision = try await services.stores.requests.decide(
            id,
            of: context.child.id,
            granted: body.granted,
            minutes: body.minutes,
            now: services.clock.now()
        )
        switch decision {
        case .decided(let decided):
            let view = try await sight(of: context.profile, for: .guardian(context.caller))
            return Answer(response(decided, view, allowance: view.allowance))
        case .minutesRequired: throw Problem.invalid("minutes", .required)
        case .minutesUnexpected: throw Problem.invalid("minutes", .unknown)
        case .decidedOtherwise, .tooMuch: throw Problem(.conflict)
        case .absent: throw Problem.notFound
        }
    }

    // MARK: Answers

    /// The guardian sees what it is asked to approve, the child what it may see.
    private func sight(of profile: ChildStore.Profile, for caller: Caller) async throws -> ChildView {
        if case .guardian = caller { return try await services.view(of: profile, ignoringApproval: true) }
        return try await services.view(of: profile)
    }

    private func response(
        _ request: ChildRequest,
        _ view: ChildView,
        allowance: AllowanceResponse? = nil
    ) -> RequestResponse {
        let video = request.subject.video.flatMap { view.screen.through([$0]).first }
        return RequestResponse(request, video: video.map { view.answers.response($0) }, allowance: allowance)
    }
}
