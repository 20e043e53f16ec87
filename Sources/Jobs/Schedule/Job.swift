package import Domain

/// Something that has to happen regularly. A run is safe to repeat: a process may die in the middle of one.
package struct Job: Sendable {
    package let name: String
    /// How long after a run has ended the next one is due.
    package let every: Span
    /// The longest a run may take before another process takes it over.
    package let lease: Span
    /// Whether others may wait for it.
    package var isBrief: Bool { lease <= Self.briefLease }
    /// What a job has that needs seconds.
    package static let briefLease = Span.minutes(15)

    /// Returns how many things it dealt with.
    package let run: @Sendable () async throws -> Int

    package init(
        _ name: String,
        every: Span,
        lease: Span = briefLease,
        run: @escaping @Sendable () async throws -> Int
    ) {
        self.name = name
        self.every = every
        self.lease = lease
        self.run = run
    }
}
