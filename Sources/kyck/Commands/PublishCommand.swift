import ArgumentParser
import Domain
import SQL
import Storage

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Shows accepted videos to children.",
        discussion: """
            A video needs an age band. With --video, --ages decides; with --all-accepted, a band from the video's \
            age_rating labels (its age and the four years after it, up to 12) goes before --ages. A video rated for more \
            than 12 is never published.
            """
    )

    @Flag(help: "Everything the gate accepted.")
    var allAccepted = false

    @Option(
        name: .customLong("video"),
        parsing: .upToNextOption,
        help: ArgumentHelp("Videos: our id, YouTube's, or an address.", valueName: "id"),
        transform: videoReference
    )
    var videos: [VideoReference] = []

    @Option(help: ArgumentHelp("The ages, as in 3-7.", valueName: "min-max"), transform: ageBand)
    var ages: AgeBand?

    @Flag(help: "Print the closing table as JSON, and nothing else, on stdout.")
    var json = false

    func validate() throws {
        guard allAccepted == videos.isEmpty else { throw ValidationError("say either --all-accepted or --video") }
    }

    func run() async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: "publish")
            let store = PublishStore(database: platform.database)
            let now = platform.clock.now()
            let counts =
                allAccepted
                ? try await store.publishAllAccepted(ages: ages, at: now)
                : try await store.publish(videos, ages: ages, at: now)
            try await platform.database.close()
            try report(counts)
            // Asked for by name and not shown: whoever asked must not take it for done.
            if !allAccepted, counts.unknown > 0 || !counts.refused.isEmpty {
                throw ExitFailure(counts.unknown > 0 ? .noInput : .badData, "not every video was published")
            }
        }
    }

    private func report(_ counts: PublishCounts) throws {
        if json {
            try printJSON(counts)
            return
        }
        var table = ClosingTable()
        table.add("published", counts.published)
        table.add("updated", counts.updated)
        table.add("unchanged", counts.unchanged)
        table.add("refused", counts.refused.values.reduce(0, +))
        table.add(reasons: counts.refused)
        if counts.unknown > 0 { table.add("not in the catalogue", counts.unknown) }
        table.print()
    }
}

/// `--video`, as staff write it.
@Sendable func videoReference(_ text: String) throws -> VideoReference {
    guard let reference = VideoReference(text) else { throw ValidationError("'\(text)' is no video id") }
    return reference
}
