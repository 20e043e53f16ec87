import ArgumentParser
import Foundation
import Jobs
import SQL

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains the recommender on our own plays, as the nightly job does.",
        discussion: """
            Settings are chosen on the newest fifth of what each child watched, then everything is fitted and kept as a new \
            version, which running recommenders load within a minute.
            """
    )

    @Option(help: "Memory that fitting may take, in MiB. What does not fit is left to labels and popularity.")
    var memory = 2_048

    @Flag(help: "Print what was learnt as JSON, and nothing else, on stdout.")
    var json = false

    func validate() throws {
        guard (64...1_048_576).contains(memory) else { throw ValidationError("--memory takes 64 to 1048576 MiB.") }
    }

    func run() async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: "train")
            var limits = TrainModel.Limits()
            limits.memory = memory << 20
            let summary = try await buildTraining(platform, limits: limits).run { step in
                FileHandle.standardError.write(Data("train: \(step)\n".utf8))
            }
            try await platform.database.close()
            guard let summary else {
                throw ExitFailure(
                    .noInput,
                    "fewer than \(limits.leastChildren) children have watched enough to learn from; nothing changed"
                )
            }
            if json {
                try printJSON(summary)
                return
            }
            var table = ClosingTable()
            table.add("children", summary.children)
            table.add("videos", summary.videos)
            table.add("videos left to labels and popularity", summary.leftOut)
            table.add("found on the newest fifth", Self.figure(summary.figure))
            table.add("  with the default settings", Self.figure(summary.defaults))
            table.add("  by popularity alone", Self.figure(summary.popularity))
            table.add("seconds", Self.figure(summary.seconds))
            table.print()
        }
    }

    private static func figure(_ value: Double) -> String { String(format: "%.4f", value) }
}
