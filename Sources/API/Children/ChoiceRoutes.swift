import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// Blocks, approvals and "less of this" by the guardian, favourites by the child.
struct ChoiceRoutes: Sendable {
    let services: APIServices

    func add(to group: some RouterMethods<ChildContext>) {
        group.get("favourites", use: favourites)
        group.put("favourites/{video}", use: addFavourite)
        group.delete("favourites/{video}", use: removeFavourite)
    }

    func addParental(to group: some RouterMethods<ParentContext>) {
        group.get("blocks", use: blocks)
        group.get("approvals", use: approvals)
        group.get("less-of", use: lessOf)
    }

    /// Behind the parent gate.
    func addGated(to group: some RouterMethods<ParentContext>) {
        group.put("blocks/{kind}/{target}", use: block)
        group.delete("blocks/{kind}/{target}", use: unblock)
        group.put("approvals/{video}", use: approve)
        group.delete("approvals/{video}", use: withdrawApproval)
        group.put("less-of/{video}", use: addLessOf)
        group.delete("less-of/{video}", use: removeLessOf)
    }

    // MARK: Favourites

    func favourites(_ request: Request, context: ChildContext) async throws -> Answer<VideoList> {
        let view = try await services.view(of: context.profile)
        let ids = try await services.stores.choices.favourites(of: context.child.id)
        return view.answer(List(view.responses(view.screen.through(ids))))
    }

    func addFavourite(_ request: Request, context: ChildContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        let video = try await services.view(of: context.profile).require(id)
        let added = try await services.stores.choices.addFavourite(
            video.id,
            of: context.child.id,
            now: services.clock.now()
        )
        guard added else { throw Problem.notFound }
        return .noContent
    }

    func removeFavourite(_ request: Request, context: ChildContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        try await services.stores.choices.removeFavourite(id, of: context.child.id)
        return .noContent
    }

    // MARK: Blocks

    private func target(_ context: ParentContext) throws -> Block.Target {
        let kind = try context.pathValue("kind", Block.Kind.init(rawValue:))
        return try context.pathValue("target") { Block.Target(kind: kind, id: $0) }
    }

    func blocks(_ request: Request, context: ParentContext) async throws -> Answer<List<BlockResponse>> {
        Answer(List(try await services.stores.choices.blocks(of: context.child.id).map(BlockResponse.init)))
    }

    func block(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        let blocked = try await services.stores.choices.block(
            try target(context),
            for: context.child.id,
            now: services.clock.now()
        )
        guard blocked else { throw Problem.notFound }
        return .noContent
    }

    func unblock(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        try await services.stores.choices.unblock(try target(context), for: context.child.id)
        return .noContent
    }

    // MARK: Approvals

    /// Those of the approved videos that the child can see now.
    func approvals(_ request: Request, context: ParentContext) async throws -> Answer<VideoList> {
        let view = try await services.view(of: context.profile)
        let ids = try await services.stores.choices.approvals(of: context.child.id)
        return view.answer(List(view.responses(view.screen.through(ids))))
    }

    func approve(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        let approved = try await services.stores.choices.approve(
            id,
            for: context.child.id,
            now: services.clock.now()
        )
        guard approved else { throw Problem.notFound }
        return .noContent
    }

    func withdrawApproval(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        try await services.stores.choices.withdrawApproval(id, for: context.child.id)
        return .noContent
    }

    // MARK: Less of this

    /// Those of the videos the guardian wants less of that the child can see now.
    func lessOf(_ request: Request, context: ParentContext) async throws -> Answer<VideoList> {
        let view = try await services.view(of: context.profile)
        let ids = try await services.stores.choices.lessOf(context.child.id)
        return view.answer(List(view.responses(view.screen.through(ids))))
    }

    func addLessOf(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        let added = try await services.stores.choices.addLessOf(
            id,
            for: context.child.id,
            now: services.clock.now()
        )
        guard added else { throw Problem.notFound }
        return .noContent
    }

    func removeLessOf(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("video", Video.ID.init)
        try await services.stores.choices.removeLessOf(id, for: context.child.id)
        return .noContent
    }
}
