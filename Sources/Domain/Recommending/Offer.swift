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

extension Play {
    /// From this part on a video counts as watched through: closing songs and credits are often skipped.
    package static let finishedShare = 0.9
    /// From this part on a video counts as begun, or after ``begunAfter`` where that is less: a second look is no beginning.
    package static let begunShare = 0.05
    package static let begunAfter = Span.seconds(60)

    /// Whether a child can go on with a video it has watched this much of.
    package static func isBegun(_ watched: Span, of duration: Span) -> Bool {
        duration > .zero
            && (watched >= begunAfter || Double(watched.milliseconds) >= begunShare * Double(duration.milliseconds))
    }

    /// - Parameter reached: how much of the video the child has watched, what lies before the place where it went on
    ///   included.
    package static func isFinished(_ reached: Span, of duration: Span) -> Bool {
        duration > .zero && Double(reached.milliseconds) >= finishedShare * Double(duration.milliseconds)
    }
}
