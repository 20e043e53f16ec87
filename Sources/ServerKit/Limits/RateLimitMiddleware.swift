import Contract
package import Hummingbird

/// Refuses a client address that asks too often, with 429 and `Retry-After`. Put on the groups that need it.
package struct RateLimitMiddleware<Context: AppContext>: RouterMiddleware {
    private let limiter: RateLimiter

    package init(perAddress limiter: RateLimiter) {
        self.limiter = limiter
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        try limiter.take(context.clientAddress(of: request).limitKey).orThrow()
        return try await next(request, context)
    }
}

extension RateLimiter.Decision {
    /// 429 with `Retry-After` for a refusal.
    package func orThrow() throws(Problem) {
        if case .refused(let retryAfter) = self { throw .rateLimited(retryAfter: retryAfter) }
    }
}
