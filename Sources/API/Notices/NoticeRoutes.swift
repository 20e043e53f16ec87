import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// What staff tell guardians in the app: boards, and events that open a window.
struct NoticeRoutes: Sendable {
    /// The furthest an event can be put off; later is for good.
    private static let furthest = Span.days(366)

    let services: APIServices

    func add(to group: some RouterMethods<GuardianContext>) {
        group.get("boards", use: boards)
        group.get("boards/{board}/posts", use: posts)
        group.get("posts/{post}", use: post)
        group.get("events/current", use: events)
        group.put("events/{event}/dismissal", use: dismiss)
    }

    private func language(_ context: GuardianContext) async throws -> Guardian.Language {
        guard let guardian = try await services.stores.guardians.guardian(context.caller.guardian) else {
            throw Problem(.sessionRevoked)
        }
        return guardian.language
    }

    func boards(_ request: Request, context: GuardianContext) async throws -> Answer<List<BoardResponse>> {
        let language = try await language(context)
        return Answer(List(try await services.stores.notices.boards().map { BoardResponse($0, in: language) }))
    }

    func posts(_ request: Request, context: GuardianContext) async throws -> Answer<Page<PostResponse>> {
        let board = try context.pathValue("board") { name in
            (1...40).contains(name.utf8.count) && name.utf8.allSatisfy { $0 != 0 } ? name : nil
        }
        let page = try QueryParameters(of: request).page()
        let cursor: (start: Instant, id: Post.ID)? = try page.after.map { cursor in
            guard let id = Post.ID(cursor.id) else { throw Problem.invalid("cursor") }
            return (Instant(millisecondsSince1970: cursor.sortKey), id)
        }
        let language = try await language(context)
        let found = try await services.stores.notices.posts(
            on: board,
            before: cursor,
            limit: page.limit + 1,
            now: services.clock.now()
        )
        guard let found else { throw Problem.notFound }
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last : nil
        return Answer(
            Page(
                items: shown.map { PostResponse($0, in: language) },
                nextCursor: next.map {
                    Cursor(sortKey: $0.period.start.millisecondsSince1970, id: $0.id.description)
                }
            )
        )
    }

    func post(_ request: Request, context: GuardianContext) async throws -> Answer<PostResponse> {
        let id = try context.pathValue("post", Post.ID.init)
        let language = try await language(context)
        guard let post = try await services.stores.notices.post(id), post.isShown(at: services.clock.now()) else {
            throw Problem.notFound
        }
        return Answer(PostResponse(post, in: language))
    }

    func events(_ request: Request, context: GuardianContext) async throws -> Answer<List<EventResponse>> {
        let language = try await language(context)
        let events = try await services.stores.notices.events(
            for: context.caller.guardian,
            now: services.clock.now()
        )
        return Answer(List(events.map { EventResponse($0, in: language) }))
    }

    func dismiss(_ request: Request, context: GuardianContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("event", Event.ID.init)
        let body: DismissalBody = try await request.decodeBody(context: context)
        let now = services.clock.now()
        let until = body.until.map { Instant(millisecondsSince1970: $0.millisecondsSince1970) }
        if let until, until <= now || until > now + Self.furthest { throw Problem.invalid("until", .outOfRange) }
        let found = try await services.stores.notices.dismiss(
            id,
            for: context.caller.guardian,
            until: until,
            now: now
        )
        guard found else { throw Problem.notFound }
        return .noContent
    }
}
