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
            version, which running recommenders load within a minute. Ends with 75, and nothing is trained, while another \
            process trains.
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
            var limits = TrainModel.Limits()
            limits.memory = memory << 20
            let summary = Kept<TrainModel.Summary>()
            // Under the nightly job's lease: two at once would take twice the memory, and one's work would be lost.
            _ = try await withJobs(role: "train") { [limits] schedule, platform in
                let nightly = try JobChoice.job(named: TrainModel.name, of: schedule.jobs)
                let training = buildTraining(platform, limits: limits)
                return try await schedule.runForCommand(
                    Job(nightly.name, every: nightly.every, lease: nightly.lease) {
                        summary.value = try await training.run { step in
                            FileHandle.standardError.write(Data("train: \(step)\n".utf8))
                        }
                        return summary.value == nil ? 0 : 1
                    }
                )
            }
            guard let summary = summary.value else {
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
