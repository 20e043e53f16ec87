import Contract
package import Hummingbird
import Logging
import NIOHTTP1

/// Turns whatever a handler throws into `application/problem+json`, and routes that do not exist as well. An error that
/// nobody foresaw is logged once, with the request's id, and answered with nothing but the fact.
package struct ProblemMiddleware<Context: AppContext>: RouterMiddleware {
    private let routes: RouteTable

    package init(routes: RouteTable) {
        self.routes = routes
    }

    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection itself is broken (say, a chunk without a length): the channel answers 400 and closes it. An
            // answer of ours here would be followed by that second one.
            throw error
        } catch {
            let problem = problem(for: error, request: request, context: context)
            if problem.code == .methodNotAllowed, request.method == .options {
                return Response(status: .noContent, headers: problem.headers)
            }
            return try problem.response(from: request, context: context)
        }
    }

    private func problem(for error: any Error, request: Request, context: Context) -> Problem {
        guard let problem = Problem(describing: error) else {
            context.logger.error(
                "Request failed",
                metadata: ["error": "\(String(reflecting: error))", "error_type": "\(type(of: error))"]
            )
            return Problem(.internal)
        }
        // The router answers 404 for a known path with another method, too.
        if problem.code == .notFound, context.endpointPath == RouteTable.unmatched {
            let methods = routes.methods(at: request.uri.path)
            if !methods.isEmpty, request.method == .options || !methods.contains(request.method.rawValue) {
                return Problem(.methodNotAllowed, headers: [.allow: methods.joined(separator: ", ")])
            }
        }
        return problem
    }
}
