/// Repeats a step until it finds nothing to do, and adds up what it did. Each step is a transaction that deals with some of
/// what there is: whoever else writes waits no longer than for one, none runs into its deadline, and between two of them the
/// job can be stopped.
package func inBatches(_ step: () async throws -> Int) async throws -> Int {
    var total = 0
    while true {
        try Task.checkCancellation()
        let done = try await step()
        if done == 0 { return total }
        total += done
    }
}
