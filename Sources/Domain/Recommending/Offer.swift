/// What an offer to a child, and whatever came of it, is counted under: where the video stood, and why it was there.
package struct Offer: Hashable, Sendable {
    package let surface: Surface
    /// Nil: the video was chosen where no reason is given, such as a search or a series.
    package let reason: Recommendation.Reason?

    package init(surface: Surface, reason: Recommendation.Reason?) {
        self.surface = surface
        self.reason = reason
    }

    /// What stands where there is no reason.
    package static let unexplained = "none"

    /// The reason in a word, for tables and metrics.
    package var reasonName: String { reason?.rawValue ?? Self.unexplained }

    /// The surfaces whose lists give reasons.
    package static let explained: [Surface] = [.home, .recommendations, .similar]

    /// How far an offer came.
    package enum Stage: String, Sendable, CaseIterable {
        /// It stood in a list that was answered.
        case shown
        /// The child began to play it.
        case opened
        /// The child watched it through, by ``Play/isFinished(_:of:)``.
        case finished

        /// Every offer that can come so far: a bound for whatever is counted by them.
        package var offers: [Offer] {
            let reasons = Recommendation.Reason.allCases
            return switch self {
            case .shown: Offer.explained.flatMap { surface in reasons.map { Offer(surface: surface, reason: $0) } }
            case .opened, .finished:
                Surface.allCases.flatMap { surface in
                    ([nil] + reasons.map(Optional.some)).map { Offer(surface: surface, reason: $0) }
                }
            }
        }
    }
}
