import ArgumentParser
import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import Outbound
import SQL
import Storage

struct ImportHostedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosted",
        abstract: "Imports a video of our own: MP4 or WebM.",
        discussion: "The file is copied into the media folder below KYCK_DATA_DIR and named by its contents."
    )

    @Option(help: ArgumentHelp("The file.", valueName: "path"))
    var file: String?

    @Option(help: ArgumentHelp("The file's https address.", valueName: "address"))
    var url: String?

    @Option(help: "The title in Korean.")
    var titleKo: String

    @Option(help: "The title in English.")
    var titleEn: String

    @Option(help: ArgumentHelp("The ages it is for, as in 3-7.", valueName: "min-max"), transform: ageBand)
    var ages: AgeBand

    @Option(help: ArgumentHelp("Its length; asked of ffprobe when left out.", valueName: "seconds"))
    var duration: Double?

    @Flag(help: "Print what was done as JSON, and nothing else, on stdout.")
    var json = false

    func validate() throws {
        guard (file == nil) != (url == nil) else { throw ValidationError("say either --file or --url") }
        if let duration, !(duration > 0 && duration < 1e6) { throw ValidationError("--duration must be positive") }
    }

    private struct Report: Encodable {
        var id: String
        var outcome: String
        var path: String
    }

    func run() async throws {
        try await reportingFailures {
            let platform = try await Platform.open(role: "import")
            let http = HTTPClient(configuration: YouTubeClient.httpConfiguration)
            do {
                let outcome = try await outcome(platform, http)
                try await http.shutdown()
                try await platform.database.close()
                try report(outcome)
            } catch {
                try? await http.shutdown()
                try? await platform.database.close()
                throw error
            }
        }
    }

    private func outcome(_ platform: Platform, _ http: HTTPClient) async throws -> HostedImport.Outcome {
        let importer = HostedImport(
            media: HostedMedia(http: http, folder: URL(filePath: platform.settings.mediaDirectory)),
            probe: MediaProbe(searching: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
            store: HostedVideoStore(database: platform.database, ids: platform.ids),
            clock: platform.clock
        )
        let source: HostedImport.Source = if let url { .address(url) } else { .file(file ?? "") }
        return try await importer.run(
            source,
            title: Wording(korean: titleKo, english: titleEn),
            ages: ages,
            duration: duration.map { Span(milliseconds: Int64($0 * 1_000)) }
        )
    }

    private func report(_ outcome: HostedImport.Outcome) throws {
        if json {
            let id = outcome.id.description
            try printJSON(Report(id: id, outcome: outcome.outcome.rawValue, path: outcome.path))
        } else {
            print("\(outcome.outcome.rawValue)  \(outcome.id)  \(outcome.path)")
            print("publish it with: kyck publish --video \(outcome.id)")
        }
    }
}

/// Reads `3-7`.
@Sendable func ageBand(_ text: String) throws -> AgeBand {
    guard let band = AgeBand(text) else {
        throw ValidationError("'\(text)' is no age band: two ages from 0 to 12, as in 3-7")
    }
    return band
}
