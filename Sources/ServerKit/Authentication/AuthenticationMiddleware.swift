import Contract
package import Domain
package import Hummingbird

/// A context that can know who is calling.
package protocol CallerContext: AppContext {
    /// Nil where no token was sent. A token that is no good never gets this far.
    var caller: Caller? { get set }
}

/// Reads `Authorization: Bearer`, verifies the token and asks whether its session still lives.
package struct AuthenticationMiddleware<Context: CallerContext>: RouterMiddleware {
    private let tokens: AccessTokens
    private let isActive: @Sendable (Session.ID) async throws -> Bool

    package init(tokens: AccessTokens, isActive: @escaping @Sendable (Session.ID) async throws -> Bool) {
        self.tokens = tokens
        self.isActive = isActive
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw Problem(.unauthenticated) }
        let caller = try await tokens.verify(String(parts[1]))
        guard try await isActive(caller.session) else { throw Problem(.sessionRevoked) }
        var context = context
        context.caller = caller
        return try await next(request, context)
    }
}
