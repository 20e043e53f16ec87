import ArgumentParser

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Brings videos into the catalogue, through the safety gate.",
        subcommands: [ImportYouTubeCommand.self, ImportHostedCommand.self]
    )
}
