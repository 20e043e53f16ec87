/// How far an import is.
package struct ImportProgress: Sendable, Hashable {
    package enum Unit: String, Sendable, Hashable {
        case videos, bytes
    }

    package var done: Int64
    /// Nil when nobody knows.
    package var total: Int64?
    package var unit: Unit
    /// Videos judged so far, whatever the unit.
    package var videos: Int

    package init(done: Int64, total: Int64?, unit: Unit, videos: Int) {
        self.done = done
        self.total = total
        self.unit = unit
        self.videos = videos
    }
}

package typealias ImportProgressReport = @Sendable (ImportProgress) -> Void
