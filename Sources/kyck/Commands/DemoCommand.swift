import ArgumentParser
import Domain
import Foundation
import Jobs
import Recommender
import SQL

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Loads the demo: our own clips, and two families with a week of watching.",
        discussion: "Loading it again changes nothing. It is for development and refused in production."
    )

    @Option(help: "The demo's catalogue. Without it: demo/catalogue.json here, or beside the program.")
    var catalogue: String?

    func run() async throws {
        try await reportingFailures {
            let settings = try await Settings.load()
            guard settings.environment == .development else {
                throw ExitFailure(
                    .configuration,
                    "the demo has made-up families whose sign-in everybody knows: it is refused in production"
                )
            }
            let catalogue = try readDemoCatalogue(named: catalogue)
            let platform = try await Platform.open(role: "demo")
            let summary: DemoLoader.Summary
            do {
                summary = try await loadDemo(catalogue, into: platform)
            } catch let error as DatabaseError {
                throw ExitFailure(
                    .unavailable,
                    "the demo was not loaded whole (\(error)); run kyck demo again and it goes on"
                )
            }
            let report = DemoReport(catalogue: catalogue, summary: summary, now: platform.clock.now())
            for line in report.lines { print(line) }
            if let example = try await exampleOfExplanation(summary, on: platform) { print(example) }
            let missing = missingClips(of: catalogue, in: settings.dataDirectory)
            if !missing.isEmpty {
                print(
                    "\(missing.count) clips and pictures are not in \(settings.dataDirectory)/\(DemoLoader.folder) yet: "
                        + "bin/demo-clips draws them, and until then they do not play."
                )
            }
            try await platform.database.close()
        }
    }
}

/// A command that explains the first place of the first child's home; nil where it has none.
private func exampleOfExplanation(_ summary: DemoLoader.Summary, on platform: Platform) async throws -> String? {
    guard let child = summary.families.first?.children.first else { return nil }
    try await platform.engine.refreshPopularity()
    let home = try await platform.engine.home(for: child.id, limit: HomeRecommendations.shelfLength)
    return home.recommendations.first.map { "why?       kyck explain --child \(child.id) --video \($0.video)" }
}

/// What `kyck demo` says at its end.
struct DemoReport {
    let catalogue: DemoCatalogue
    let summary: DemoLoader.Summary
    let now: Instant

    var lines: [String] {
        [clips] + zip(catalogue.families, summary.families).flatMap(family) + [watching]
    }

    private var clips: String {
        let areas = Set(catalogue.clips.flatMap(\.areas)).count
        let counts = "\(catalogue.clips.count) in \(catalogue.series.count) series over \(areas) curriculum areas"
        return row("clips", counts + new(summary.newVideos))
    }

    private func family(_ entry: DemoCatalogue.Family, _ kept: DemoLoader.FamilySummary) -> [String] {
        let month = FamilyCalendar(zone: entry.timeZone)?.month(of: now)
        // In the order of the file: ids made within one millisecond have none.
        let order = entry.children.map(\.nickname)
        let sorted = kept.children.sorted {
            (order.firstIndex(of: $0.nickname) ?? order.count) < (order.firstIndex(of: $1.nickname) ?? order.count)
        }
        let children = sorted.map { child in
            child.nickname + (month.map { " (\(child.birthMonth.age(in: $0)))" } ?? "")
        }
        let language = kept.language == .korean ? "Korean" : "English"
        let text = "\(kept.phone), \(language): \(children.joined(separator: ", "))"
        return [row("family", text + new(kept.isNew ? 1 : 0))] + sorted.map { row("", "\($0.id) is \($0.nickname)") }
    }

    private var watching: String {
        guard summary.newPlays > 0 else { return row("watching", "as it was: the demo was loaded before") }
        let days = catalogue.families.flatMap(\.watching).map(\.daysAgo).max() ?? 0
        let seconds = summary.watched.milliseconds / 1_000
        return row(
            "watching",
            "\(summary.newPlays) plays, \(seconds / 60) min \(seconds % 60) s in the last \(days) days" + new(1)
        )
    }

    private func new(_ count: Int) -> String { count > 0 ? "   new" : "   there already" }

    private func row(_ name: String, _ text: String) -> String {
        name.padding(toLength: 11, withPad: " ", startingAt: 0) + text
    }
}
