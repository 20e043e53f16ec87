import ArgumentParser
import Domain
import Recommender
import SQL
import Storage

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows step by step how a recommendation comes about, or why there is none.",
        discussion: """
            Every number is the one that ranks. Nothing is written, and neither a nickname nor a phone number is shown. \
            kyck demo says the ids of its children.
            """
    )

    @Option(help: ArgumentHelp("A child.", valueName: "id"), transform: childID)
    var child: Child.ID

    @Option(
        help: ArgumentHelp("A video: our id, YouTube's, or an address.", valueName: "id"),
        transform: videoReference
    )
    var video: VideoReference

    @Flag(help: "Print the explanation as JSON, and nothing else, on stdout.")
    var json = false

    func run() async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: "explain")
            let account = try await explain(video, to: child, on: platform)
            try await platform.database.close()
            if json {
                try printJSON(account)
            } else {
                for line in account.lines { print(line) }
            }
        }
    }
}

@Sendable private func childID(_ text: String) throws -> Child.ID {
    guard let id = Child.ID(text) else { throw ValidationError("'\(text)' is no child's id") }
    return id
}

/// What `kyck explain` says.
///
/// - Throws: `ExitFailure` where the child or the video is unknown.
func explain(
    _ reference: VideoReference,
    to child: Child.ID,
    on platform: Platform
) async throws -> ExplanationAccount {
    let (stores, engine) = (platform.stores, platform.engine)
    guard try await stores.sights.sight(of: child, now: platform.clock.now()) != nil else {
        throw ExitFailure(.noInput, "there is no child \(child), or its family is leaving")
    }
    guard let video = try await stores.catalogue.video(reference) else {
        throw ExitFailure(.noInput, "there is no video \(reference) in the catalogue")
    }
    try await engine.refreshPopularity()
    do {
        try await engine.refreshModel()
    } catch is RecommendationEngine.UnreadableModel {
        // The service would serve on with the older one, too.
    }
    let length = HomeRecommendations.shelfLength
    let explanation = try await engine.explanation(of: video.id, for: child, limit: length)
    return ExplanationAccount(child: child, video: video, explanation)
}
