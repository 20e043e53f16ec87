package import Domain

/// Why the YouTube Data API gave no answer. Nothing in it quotes the request: no key, no address.
package enum YouTubeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The project's day is used up, as the API sees it.
    case quotaExceeded(reason: String)
    /// The key is wrong, or not allowed to do this.
    case keyRefused(reason: String)
    /// No such channel or playlist.
    case notFound(reason: String)
    /// Any other answer of the 400s.
    case refused(status: Int, reason: String)
    /// Too many requests, for longer than we wait.
    case rateLimited(retryAfter: Span?)
    /// 5xx, until the tries were used up.
    case serverError(status: Int)
    /// No connection, or one that broke, until the tries were used up.
    case unreachable(String)
    case deadlineExceeded
    /// An answer 200 that is no page.
    case unreadable(SavedPageError)

    package var description: String {
        switch self {
        case .quotaExceeded(let reason): "the YouTube quota of the day is used up (\(reason))"
        case .keyRefused(let reason): "YouTube refuses the API key (\(reason))"
        case .notFound(let reason): "YouTube knows no such thing (\(reason))"
        case .refused(let status, let reason): "YouTube refuses the request (\(status), \(reason))"
        case .rateLimited: "YouTube asks for fewer requests"
        case .serverError(let status): "YouTube answers \(status)"
        case .unreachable(let reason): "YouTube cannot be reached (\(reason))"
        case .deadlineExceeded: "YouTube did not answer in time"
        case .unreadable(let error): "YouTube's answer is not understood: \(error)"
        }
    }

    /// Whether the same request may succeed later without anybody mending anything.
    package var isTemporary: Bool {
        switch self {
        case .quotaExceeded, .rateLimited, .serverError, .unreachable, .deadlineExceeded: true
        case .keyRefused, .notFound, .refused, .unreadable: false
        }
    }
}
