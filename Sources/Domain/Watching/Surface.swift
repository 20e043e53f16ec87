/// Where in the app a video was chosen.
package enum Surface: String, Sendable, CaseIterable, Codable {
    case home, recommendations, similar, series, search, favourites, history, direct
    /// It followed by itself.
    case autoplay
}

/// One play of one video by one child.
package enum Play {
    package typealias ID = Identifier<Play>
}
