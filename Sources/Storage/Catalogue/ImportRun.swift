package import Domain

/// An import as the database remembers it, so that one that was killed goes on where it stopped.
package struct ImportRun: Sendable, Identifiable {
    package typealias ID = Identifier<ImportRun>

    package let id: ID
    /// What is imported; the same source finds its unfinished run again.
    package let source: String
    /// Where to go on: JSON of the import that wrote it; empty at the start.
    package var cursor: String
    /// What was done so far, earlier sittings included.
    package var counts: ImportCounts
    /// Whether an earlier, unfinished run is gone on with.
    package let isResumed: Bool
}
