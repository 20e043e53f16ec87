import Contract
import Domain
package import Hummingbird
package import NIOCore
package import ServerKit
import Storage

/// What a request of the API starts with.
package struct APIContext: CallerContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?
    package var caller: Caller?
    /// The child of the path, once it is known to be the caller's.
    var profile: ChildStore.Profile?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// A signed-in guardian asks. A child's token gets no further than this initialiser.
struct GuardianContext: AppContext, ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    let caller: GuardianCaller

    init(context: APIContext) throws {
        switch context.caller {
        case .guardian(let guardian): caller = guardian
        case .child: throw Problem(.forbidden)
        case nil: throw Problem(.unauthenticated)
        }
        coreContext = context.coreContext
        remoteAddress = context.remoteAddress
    }
}

/// Somebody signed in asks, guardian or child.
struct CallerOnlyContext: AppContext, ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    let caller: Caller

    init(context: APIContext) throws {
        guard let caller = context.caller else { throw Problem(.unauthenticated) }
        self.caller = caller
        coreContext = context.coreContext
        remoteAddress = context.remoteAddress
    }
}

/// A child's surface, asked for by the child or by its guardian.
struct ChildContext: AppContext, ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    let caller: Caller
    let profile: ChildStore.Profile

    var child: Child { profile.child }

    init(context: APIContext) throws {
        guard let caller = context.caller else { throw Problem(.unauthenticated) }
        guard let profile = context.profile else { throw Problem.notFound }
        self.caller = caller
        self.profile = profile
        coreContext = context.coreContext
        remoteAddress = context.remoteAddress
    }
}

/// A guardian decides about one of their children.
struct ParentContext: AppContext, ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    let caller: GuardianCaller
    let profile: ChildStore.Profile

    var child: Child { profile.child }

    init(context: APIContext) throws {
        let guardian = try GuardianContext(context: context)
        guard let profile = context.profile else { throw Problem.notFound }
        caller = guardian.caller
        self.profile = profile
        coreContext = context.coreContext
        remoteAddress = context.remoteAddress
    }
}

/// Finds the child of the path and lets nobody past but the child itself and its guardian. Everybody else is told the
/// same as if there were no such child.
struct ChildOfPath: RouterMiddleware {
    let children: ChildStore

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let caller = context.caller else { throw Problem(.unauthenticated) }
        let id = try context.pathValue("child", Child.ID.init)
        if case .child(let child) = caller, child.child != id { throw Problem.notFound }
        guard let profile = try await children.profile(id), profile.child.guardianID == caller.guardian else {
            throw Problem.notFound
        }
        var context = context
        context.profile = profile
        return try await next(request, context)
    }
}

/// Asks for an elevated token where the guardian has set a PIN: a child with the unlocked phone in its hand must not
/// change the rules.
struct ParentGate: RouterMiddleware {
    let guardians: GuardianStore

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let caller = try GuardianContext(context: context).caller
        guard let guardian = try await guardians.guardian(caller.guardian) else { throw Problem(.sessionRevoked) }
        guard caller.isElevated(for: guardian) else { throw Problem(.parentGateRequired) }
        return try await next(request, context)
    }
}
