import ArgumentParser
import Domain
import Jobs
import SQL
import Storage

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Puts labels on videos, and says what kinds of label weigh.",
        discussion: """
            The first column of the CSV names the video (our id, or YouTube's), every further column is a kind of label. \
            Kinds with a value replace what the video has of that kind; empty cells change nothing. A column content names \
            contents of the preschool curriculum by their codes, 5.2.2 or nuri-2019/5.2.2.

            What a kind weighs, 0 to 1, says how much it tells of what a child likes: --weigh topic=1 --weigh area=0.5.
            """
    )

    @Option(help: ArgumentHelp("The table of labels.", valueName: "csv"))
    var file: String?

    @Option(
        name: .customLong("weigh"),
        help: ArgumentHelp("What a kind of label weighs for recommending.", valueName: "kind=weight")
    )
    var weights: [KindWeight] = []

    @Flag(help: "Print the closing table as JSON, and nothing else, on stdout.")
    var json = false

    func validate() throws {
        guard file != nil || !weights.isEmpty else { throw ValidationError("Give --file, --weigh, or both.") }
    }

    func run() async throws {
        try await reportingFailures {
            let curriculum = try Curriculum.bundled()
            let sheet = try file.map {
                try LabelSheet(file: $0, curriculum: curriculum, on: Day(of: Domain.Clock.system.now()))
            }
            let platform = try await Platform.open(role: "label")
            let store = LabelStore(database: platform.database, ids: platform.ids, curriculum: curriculum)
            if !weights.isEmpty {
                try await store.weigh(Dictionary(weights.map { ($0.kind, $0.weight) }) { _, last in last })
            }
            let counts = try await store.apply(
                sheet?.assignments ?? [],
                by: file.map(LabelSheet.name(of:)),
                at: platform.clock.now()
            )
            try await platform.database.close()
            if json {
                try printJSON(counts)
                return
            }
            var table = ClosingTable()
            table.add("labelled", counts.labelled)
            table.add("changed", counts.changed)
            table.add("not in the catalogue", counts.unknown)
            table.print()
        }
    }
}

/// `topic=0.8`.
struct KindWeight: ExpressibleByArgument {
    let kind: Label.Kind
    let weight: Double

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Label.Kind(String(parts[0])), let weight = Double(parts[1]),
            (0...1).contains(weight)
        else { return nil }
        (self.kind, self.weight) = (kind, weight)
    }
}
