package import AsyncHTTPClient
import Contract
package import Domain
import Foundation
import NIOCore
import NIOHTTP1

/// The recommender at another address. Every call has a deadline; whoever asks has an answer without us.
package struct RecommenderClient: RecommendationSource {
    package enum Failure: Error, Equatable {
        case status(UInt)
    }

    private static let deadline = TimeAmount.milliseconds(150)
    /// A hundred videos are some 12 KiB.
    private static let maximumBody = 256 * 1_024

    private let baseURL: String
    private let token: String
    private let client: HTTPClient

    package init(baseURL: String, token: String, client: HTTPClient) {
        self.baseURL = baseURL
        self.token = token
        self.client = client
    }

    package func recommendations(
        for child: Child.ID,
        limit: Int,
        excluding: Set<Video.ID>
    ) async throws -> [Recommendation] {
        let excluded = excluding.sorted().map(\.description).joined(separator: ",")
        return try await get("recommendations/\(child)?n=\(limit)" + (excluded.isEmpty ? "" : "&exclude=\(excluded)"))
    }

    package func home(for child: Child.ID, limit: Int) async throws -> HomeRecommendations {
        let body = try await execute("homes/\(child)?n=\(limit)", method: .GET)
        return try JSONDecoder.kyck.decode(HomeRecommendationsResponse.self, from: body).home
    }

    package func neighbours(of video: Video.ID, limit: Int) async throws -> [Recommendation] {
        try await get("neighbours/\(video)?n=\(limit)")
    }

    package func learn(from child: Child.ID) async throws {
        _ = try await execute("tastes/\(child)", method: .POST)
    }

    private func get(_ path: String) async throws -> [Recommendation] {
        let body = try await execute(path, method: .GET)
        return try JSONDecoder.kyck.decode(RecommendationsResponse.self, from: body).recommendations
    }

    private func execute(_ path: String, method: HTTPMethod) async throws -> Data {
        var request = HTTPClientRequest(url: "\(baseURL)/v1/\(path)")
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let response = try await client.execute(request, timeout: Self.deadline)
        guard (200..<300).contains(response.status.code) else { throw Failure.status(response.status.code) }
        return Data(try await response.body.collect(upTo: Self.maximumBody).readableBytesView)
    }
}
