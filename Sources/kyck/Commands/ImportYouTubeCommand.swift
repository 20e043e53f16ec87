import ArgumentParser
import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import Outbound
import SQL
import Storage

struct ImportYouTubeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "youtube",
        abstract: "Imports videos of YouTube.",
        discussion: """
            Every video passes the safety gate; what it refuses is kept with its reasons and never shown. Importing \
            again changes only what changed. An import that was stopped goes on where it stopped when the same command \
            is given again. Saved answers count as read at the time of the import.
            """
    )

    @Option(name: .customLong("channel"), help: "A channel: all its uploads. An id (UC…) or its address.")
    var channels: [String] = []

    @Option(name: .customLong("playlist"), help: "A playlist: an id or its address.")
    var playlists: [String] = []

    @Option(name: .customLong("video"), parsing: .upToNextOption, help: "Videos: ids or addresses.")
    var videos: [String] = []

    @Option(
        name: .customLong("file"),
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Saved answers of the API: videos.list, channels.list, playlistItems.list.",
            valueName: "path"
        )
    )
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "A CSV of labels: the first column names the video, every further column is a kind of label.",
            valueName: "csv"
        )
    )
    var labels: String?

    @Flag(help: "Print the closing table as JSON, and nothing else, on stdout.")
    var json = false

    private func sources() throws -> [YouTubeImport.Source] {
        var sources: [YouTubeImport.Source] = []
        for text in channels {
            guard let id = YouTubeNames.channel(text) else {
                throw ValidationError("'\(text)' is no channel: its id has 24 characters and begins with UC")
            }
            sources.append(.channel(id))
        }
        for text in playlists {
            guard let id = YouTubeNames.playlist(text) else { throw ValidationError("'\(text)' is no playlist id") }
            sources.append(.playlist(id))
        }
        let ids = try videos.map { text in
            guard case .youtube(let id)? = VideoReference(text) else {
                throw ValidationError("'\(text)' is no video of YouTube: its id has 11 characters")
            }
            return id
        }
        if !ids.isEmpty { sources.append(.videos(ids)) }
        if !files.isEmpty { sources.append(.files(files)) }
        return sources
    }

    func validate() throws {
        if try sources().isEmpty {
            throw ValidationError("say what to import: --channel, --playlist, --video or --file")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let sources = try sources()
            // Read whole before anything is written: a bad row stops the command while nothing has happened.
            let curriculum = try Curriculum.bundled()
            let sheet = try labels.map {
                try LabelSheet(file: $0, curriculum: curriculum, on: Day(of: Domain.Clock.system.now()))
            }
            let platform = try await Platform.open(role: "import")
            let http = HTTPClient(configuration: YouTubeClient.httpConfiguration)
            do {
                let summary = try await summary(of: sources, sheet, platform, http)
                try await http.shutdown()
                try await platform.database.close()
                try report(summary)
            } catch {
                try? await http.shutdown()
                try? await platform.database.close()
                throw error
            }
        }
    }

    private func summary(
        of sources: [YouTubeImport.Source],
        _ sheet: LabelSheet?,
        _ platform: Platform,
        _ http: HTTPClient
    ) async throws -> ImportSummary {
        let clock = ContinuousClock()
        let start = clock.now
        let meter = QuotaMeter(ledger: QuotaLedger(database: platform.database, clock: platform.clock))
        let importer = YouTubeImport(
            client: try buildYouTubeClient(platform, http: http, meter: meter),
            store: ImportStore(database: platform.database, ids: platform.ids),
            clock: platform.clock
        )
        let display = ProgressDisplay()
        defer { display.finish() }
        var summary = ImportSummary()
        for source in sources {
            let outcome = try await importer.run(source) { display.show($0) }
            summary.add(outcome.counts)
            summary.resumed = summary.resumed || outcome.isResumed
        }
        if let sheet {
            let store = LabelStore(database: platform.database, ids: platform.ids, curriculum: try .bundled())
            let source = labels.map(LabelSheet.name(of:))
            summary.add(try await store.apply(sheet.assignments, by: source, at: platform.clock.now()))
        }
        summary.quotaSpent = meter.spent
        summary.seconds = ((clock.now - start) / .milliseconds(1)).rounded() / 1_000
        return summary
    }

    private func report(_ summary: ImportSummary) throws {
        if json {
            try printJSON(summary)
            return
        }
        var table = ClosingTable()
        if summary.resumed { table.add("went on with an earlier import", "yes") }
        table.add("new", summary.new)
        table.add("updated", summary.updated)
        table.add("unchanged", summary.unchanged)
        table.add("accepted by the gate", summary.accepted)
        table.add("refused by the gate", summary.refusedVideos)
        table.add(reasons: summary.refused)
        table.add("vanished", summary.vanished)
        let rare = [
            ("malformed items", summary.malformed), ("duplicates", summary.duplicates),
            ("listed without their facts", summary.listed), ("channels", summary.channels),
            ("labels without a video", summary.labelsWithoutVideo),
        ]
        for (label, count) in rare where count > 0 { table.add(label, count) }
        if labels != nil { table.add("labelled", summary.labelled) }
        table.add("quota spent", summary.quotaSpent)
        table.add("seconds", "\(summary.seconds)")
        table.print()
    }
}

/// Ids of channels and playlists, also as they stand in addresses.
enum YouTubeNames {
    static func channel(_ text: String) -> YouTubeChannelID? {
        if let id = YouTubeChannelID(text) { return id }
        let path = parts(text)?.path.split(separator: "/").map(String.init) ?? []
        guard path.count >= 2, path[0] == "channel" else { return nil }
        return YouTubeChannelID(path[1])
    }

    static func playlist(_ text: String) -> String? {
        let id = parts(text)?.queryItems?.first { $0.name == "list" }?.value ?? text
        let isID = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isID && (2...64).contains(id.utf8.count) ? id : nil
    }

    /// Nil for anything that is no address of YouTube.
    private static func parts(_ text: String) -> URLComponents? {
        guard let parts = URLComponents(string: text.contains("://") ? text : "https://" + text),
            let host = parts.host?.lowercased(), host == "youtube.com" || host.hasSuffix(".youtube.com")
        else { return nil }
        return parts
    }
}
