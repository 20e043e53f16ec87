import Contract
import Crypto
import Domain
import Foundation
package import Hummingbird
package import ServerKit

/// The recommender as a service of its own, on a private address. Every request carries the service token.
package struct Routes: Sendable {
    /// Of places in a list, and of videos to be left out of one.
    private static let mostAtOnce = 1_000

    private let source: RecommendationEngine
    private let token: String

    package init(source: RecommendationEngine, token: String) {
        self.source = source
        self.token = token
    }

    package func add(to router: Router<AppRequestContext>) {
        let v1 = router.group("v1").add(middleware: ServiceToken(token: token))
        v1.get("recommendations/{child}", use: recommendations)
        v1.get("homes/{child}", use: home)
        v1.get("neighbours/{video}", use: neighbours)
        v1.post("predictions", use: predictions)
        v1.post("tastes/{child}", use: learn)
    }

    func recommendations(
        _ request: Request,
        context: AppRequestContext
    ) async throws -> Answer<RecommendationsResponse> {
        let child = try context.pathValue("child", Child.ID.init)
        let query = try QueryParameters(of: request)
        let seed = try query.integer("seed", in: 0...Int.max, default: -1)
        let excluded = Set(try query.list("exclude", maximumCount: Self.mostAtOnce, Video.ID.init))
        return Answer(
            RecommendationsResponse(
                try await source.recommendations(
                    for: child,
                    limit: try limit(query),
                    excluding: excluded,
                    seed: UInt64(exactly: seed)
                )
            )
        )
    }

    func home(_ request: Request, context: AppRequestContext) async throws -> Answer<HomeRecommendationsResponse> {
        let child = try context.pathValue("child", Child.ID.init)
        let limit = try limit(QueryParameters(of: request))
        return Answer(HomeRecommendationsResponse(try await source.home(for: child, limit: limit)))
    }

    func neighbours(_ request: Request, context: AppRequestContext) async throws -> Answer<RecommendationsResponse> {
        let video = try context.pathValue("video", Video.ID.init)
        let limit = try limit(QueryParameters(of: request))
        return Answer(RecommendationsResponse(try await source.neighbours(of: video, limit: limit)))
    }

    func predictions(_ request: Request, context: AppRequestContext) async throws -> Answer<PredictionsResponse> {
        let asked: PredictionsRequest = try await request.decodeBody(context: context)
        let ratings = try await source.predictedRatings(of: asked.videoIDs, by: asked.childID)
        return Answer(
            PredictionsResponse(
                items: zip(asked.videoIDs, ratings).map { PredictionsResponse.Item(videoID: $0, rating: $1) }
            )
        )
    }

    func learn(_ request: Request, context: AppRequestContext) async throws -> HTTPResponse.Status {
        try await source.learn(from: try context.pathValue("child", Child.ID.init))
        return .noContent
    }

    private func limit(_ query: QueryParameters) throws -> Int {
        try query.integer("n", in: 1...Self.mostAtOnce, default: 20)
    }
}

/// Compares the bearer token in constant time: equal HMACs under a key nobody knows mean equal tokens.
private struct ServiceToken: RouterMiddleware {
    private let key = SymmetricKey(size: .bits256)
    private let expected: Data

    init(token: String) {
        expected = Data("Bearer \(token)".utf8)
    }

    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: @concurrent (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        let given = Data((request.headers[.authorization] ?? "").utf8)
        let mac = HMAC<SHA256>.authenticationCode(for: given, using: key)
        guard HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: expected, using: key) else {
            throw Problem(.unauthenticated)
        }
        return try await next(request, context)
    }
}
