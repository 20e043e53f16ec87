import Foundation

/// How staff name a video: by our id, by YouTube's, or by an address of YouTube.
package enum VideoReference: Hashable, Sendable, LosslessStringConvertible {
    case own(Video.ID)
    case youtube(YouTubeVideoID)

    package init?(_ text: String) {
        if let id = Video.ID(text) {
            self = .own(id)
        } else if let id = YouTubeVideoID(text) ?? Self.id(inAddress: text) {
            self = .youtube(id)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .own(let id): id.description
        case .youtube(let id): id.description
        }
    }

    /// `youtube.com/watch?v=…`, `youtu.be/…`, `youtube.com/embed/…`, `…/shorts/…`, with or without `https://`.
    private static func id(inAddress text: String) -> YouTubeVideoID? {
        let address = text.contains("://") ? text : "https://" + text
        guard let parts = URLComponents(string: address), var host = parts.host?.lowercased() else { return nil }
        for prefix in ["www.", "m.", "music."] where host.hasPrefix(prefix) { host.removeFirst(prefix.count) }
        let path = parts.path.split(separator: "/").map(String.init)
        switch (host, path.first) {
        case ("youtu.be", let id?): return YouTubeVideoID(id)
        case ("youtube.com", "watch"):
            return parts.queryItems?.first { $0.name == "v" }?.value.flatMap(YouTubeVideoID.init)
        case ("youtube.com", "embed"), ("youtube.com", "shorts"), ("youtube-nocookie.com", "embed"):
            return path.count > 1 ? YouTubeVideoID(path[1]) : nil
        default: return nil
        }
    }
}
