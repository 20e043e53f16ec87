import Domain
import Storage

/// Whose turn it is in each series, while lists are read that a child sees together: no episode is offered before one that
/// the child has not watched through and that comes first. What it may not see, or a parent wants less of, holds nothing up.
struct SeriesTurns {
    private struct Line {
        /// Of every episode in the series' order.
        let places: [Video.ID: Int]
        /// Not watched through and not shown, in order.
        var waiting: ArraySlice<ScreenedVideo>
    }

    private let screen: Screen
    private let shown: Set<Video.ID>
    private var lines: [Series.ID: Line] = [:]

    /// - Parameter shown: what the child has before it already.
    init(_ screen: Screen, shown: Set<Video.ID>) {
        self.screen = screen
        self.shown = shown
    }

    /// The first episode that the child has not watched through; nil where there is none.
    mutating func next(of series: Series.ID) -> ScreenedVideo? {
        line(of: series).waiting.first
    }

    /// Whether a video may be shown now. The one whose turn it was makes room for the episode after it.
    mutating func take(_ video: ScreenedVideo) -> Bool {
        guard let series = video.entry.video.seriesID else { return true }
        var line = line(of: series)
        guard let next = line.waiting.first else { return true }
        if video.id == next.id {
            line.waiting.removeFirst()
            lines[series] = line
            return true
        }
        // Watched through before: it may come again.
        return line.places[video.id, default: .max] < line.places[next.id, default: .max]
    }

    private mutating func line(of series: Series.ID) -> Line {
        if let line = lines[series] { return line }
        let (places, unfinished) = screen.line(of: series)
        let line = Line(places: places, waiting: unfinished.filter { !shown.contains($0.id) }[...])
        lines[series] = line
        return line
    }
}
