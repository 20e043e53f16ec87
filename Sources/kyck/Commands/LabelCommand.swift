import ArgumentParser
import Domain
import Jobs
import SQL
import Storage

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Puts labels on videos.",
        discussion: """
            The first column of the CSV names the video (our id, or YouTube's), every further column is a kind of label. \
            Kinds with a value replace what the video has of that kind; empty cells change nothing.
            """
    )

    @Option(help: ArgumentHelp("The table of labels.", valueName: "csv"))
    var file: String

    @Flag(help: "Print the closing table as JSON, and nothing else, on stdout.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let sheet = try LabelSheet(file: file)
            let platform = try await Platform.open(role: "label")
            let store = LabelStore(database: platform.database, ids: platform.ids)
            let counts = try await store.apply(sheet.assignments, at: platform.clock.now())
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
