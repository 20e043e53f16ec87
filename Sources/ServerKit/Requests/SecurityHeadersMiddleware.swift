import HTTPTypes
package import Hummingbird

/// Headers that every answer carries unless the handler has set its own.
package struct SecurityHeadersMiddleware<Context: AppContext>: RouterMiddleware {
    /// - no-store: answers are about one family, and shared tablets have shared caches.
    /// - the content policy: an answer of the API is data and nothing in it may run; pages of the staff site set theirs.
    /// - the referrer policy: YouTube's player refuses to play (error 153) without a referrer's origin.
    private let defaults = [
        HTTPField(name: .cacheControl, value: "no-store"),
        HTTPField(name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'"),
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .referrerPolicy, value: "strict-origin-when-cross-origin"),
        HTTPField(name: .crossOriginResourcePolicy, value: "same-site"),
    ]

    package init() {}

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in defaults where !response.headers.contains(field.name) { response.headers.append(field) }
        return response
    }
}
