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
    /// When the session is asked about.
    package enum Asking: Sendable {
        /// Before anything else is done.
        case first
        /// Once the request has failed, so that whoever is signed out is told that and nothing else. Only for handlers that
        /// ask by themselves, in the transaction that does their work, and fail when the session is over.
        case afterFailure
    }

    private let tokens: AccessTokens
    private let asking: Asking
    private let isActive: @Sendable (Session.ID) async throws -> Bool

    package init(
        tokens: AccessTokens,
        asking: Asking = .first,
        isActive: @escaping @Sendable (Session.ID) async throws -> Bool
    ) {
        self.tokens = tokens
        self.asking = asking
        self.isActive = isActive
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        guard let token = Self.bearer(header) else { throw Problem(.unauthenticated) }
        let caller = try await tokens.verify(token)
        var context = context
        context.caller = caller
        switch asking {
        case .first:
            guard try await isActive(caller.session) else { throw Problem(.sessionRevoked) }
            return try await next(request, context)
        case .afterFailure:
            do {
                return try await next(request, context)
            } catch {
                // Where the database does not answer, the first failure says more than a second one.
                if let isActive = try? await isActive(caller.session), !isActive { throw Problem(.sessionRevoked) }
                throw error
            }
        }
    }

    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
