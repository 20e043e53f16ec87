import ArgumentParser
import Domain
import SQL
import Storage

struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Takes videos out of the catalogue for good.",
        discussion: """
            They are in no answer from now on, and a file of our own is not served any more. No import brings a withdrawn \
            video back, and it cannot be published again.
            """
    )

    @Option(
        name: .customLong("video"),
        parsing: .upToNextOption,
        help: ArgumentHelp("Videos: our id, YouTube's, or an address.", valueName: "id"),
        transform: videoReference
    )
    var videos: [VideoReference] = []

    @Flag(help: "Print the closing table as JSON, and nothing else, on stdout.")
    var json = false

    func validate() throws {
        guard !videos.isEmpty else { throw ValidationError("say which: --video") }
    }

    func run() async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: "withdraw")
            let store = PublishStore(database: platform.database)
            let counts = try await store.withdraw(videos, at: platform.clock.now())
            try await platform.database.close()
            try report(counts)
            // Whoever withdraws the wrong id leaves a video in children's sight.
            guard counts.unknown.isEmpty else {
                throw ExitFailure(.noInput, "not in the catalogue: \(counts.unknown.joined(separator: ", "))")
            }
            guard counts.withdrawnBefore == 0 else {
                throw ExitFailure(
                    .badData,
                    "withdrawn before: \(counts.withdrawnBefore) of the videos; nothing was left to do"
                )
            }
        }
    }

    private func report(_ counts: WithdrawCounts) throws {
        if json {
            try printJSON(counts)
            return
        }
        var table = ClosingTable()
        table.add("withdrawn", counts.withdrawn)
        if counts.withdrawnBefore > 0 { table.add("withdrawn before", counts.withdrawnBefore) }
        if !counts.unknown.isEmpty { table.add("not in the catalogue", counts.unknown.count) }
        table.print()
    }
}
