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

/// What a request goes on with once it is clear who asks: the context it started with, and what its initialiser has found.
/// A handler that takes one cannot be reached by anybody else.
protocol NarrowContext: AppContext, ChildRequestContext where ParentContext == APIContext {
    var base: APIContext { get set }
}

extension NarrowContext {
    var coreContext: CoreRequestContextStorage {
        get { base.coreContext }
        set { base.coreContext = newValue }
    }

    var remoteAddress: SocketAddress? { base.remoteAddress }
}

extension APIContext {
    fileprivate func signedIn() throws -> Caller {
        guard let caller else { throw Problem(.unauthenticated) }
        return caller
    }

    /// A child's token gets no further than this.
    fileprivate func guardian() throws -> GuardianCaller {
        guard case .guardian(let guardian) = try signedIn() else { throw Problem(.forbidden) }
        return guardian
    }

    fileprivate func childOfPath() throws -> ChildStore.Profile {
        guard let profile else { throw Problem.notFound }
        return profile
    }
}

/// A signed-in guardian asks.
struct GuardianContext: NarrowContext {
    var base: APIContext
    let caller: GuardianCaller

    init(context: APIContext) throws {
        base = context
        caller = try context.guardian()
    }
}

/// Somebody signed in asks, guardian or child.
struct CallerOnlyContext: NarrowContext {
    var base: APIContext
    let caller: Caller

    init(context: APIContext) throws {
        base = context
        caller = try context.signedIn()
    }
}

/// A child's surface, asked for by the child or by its guardian.
struct ChildContext: NarrowContext {
    var base: APIContext
    let caller: Caller
    let profile: ChildStore.Profile

    var child: Child { profile.child }

    init(context: APIContext) throws {
        base = context
        caller = try context.signedIn()
        profile = try context.childOfPath()
    }
}

/// A guardian decides about one of their children.
struct ParentContext: NarrowContext {
    var base: APIContext
    let caller: GuardianCaller
    let profile: ChildStore.Profile

    var child: Child { profile.child }

    init(context: APIContext) throws {
        base = context
        caller = try context.guardian()
        profile = try context.childOfPath()
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
        let caller = try context.signedIn()
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
        let caller = try context.guardian()
        guard let guardian = try await guardians.guardian(caller.guardian) else { throw Problem(.sessionRevoked) }
        guard caller.isElevated(for: guardian) else { throw Problem(.parentGateRequired) }
        return try await next(request, context)
    }
}
