extension Play {
    /// From this part on a video counts as watched through: closing songs and credits are often skipped.
    package static let finishedShare = 0.9
    /// From this part on a video counts as begun, or after ``begunAfter`` where that is less: a short look is no beginning.
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
