import ArgumentParser

@main
struct Kyck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kyck",
        abstract: "Runs Kyck: a video service for young children on hand-picked videos.",
        discussion: "Settings come from the environment or from a file; .env.example names them all.",
        subcommands: [
            APICommand.self, RecommenderCommand.self, JobsCommand.self, AllCommand.self, MigrateCommand.self,
            DemoCommand.self, ImportCommand.self, LabelCommand.self, PublishCommand.self, WithdrawCommand.self,
            PostCommand.self, EventCommand.self,
            TrainCommand.self, ExplainCommand.self, EvaluateCommand.self, BackupCommand.self, DoctorCommand.self,
            RoutesCommand.self,
        ]
    )

    static func main() async {
        restartForProcessor()
        await main(nil)
    }
}
