import Domain
import Foundation
import Jobs
import Recommender
import ServerKit
import Storage

/// Loads the demo into a platform's database and learns what its children like. Loading it again changes nothing.
func loadDemo(_ catalogue: DemoCatalogue, into platform: Platform) async throws -> DemoLoader.Summary {
    let database = platform.database
    let vault = PhoneVault(keyring: platform.settings.keyring)
    let loader = DemoLoader(
        stores: platform.stores,
        hosted: HostedVideoStore(database: database, ids: platform.ids),
        placements: PlacementStore(database: database, ids: platform.ids, curriculum: try .bundled()),
        publishing: PublishStore(database: database),
        families: FamilyStore(database: database),
        ids: platform.ids,
        clock: platform.clock,
        seal: vault.seal
    )
    let summary = try await loader.load(catalogue)
    for child in summary.families.flatMap(\.children) {
        // A load that was interrupted before this point left plays without a taste.
        let isDue = summary.watchers.contains(child.id)
        if !isDue, try await platform.stores.history.taste(of: child.id) != nil { continue }
        try await platform.engine.learn(from: child.id)
    }
    return summary
}

/// The demo's catalogue: the file that is named, or `demo/catalogue.json` where the command was given, or beside the
/// program.
func readDemoCatalogue(named path: String?) throws -> DemoCatalogue {
    let name = "demo/catalogue.json"
    let beside = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: name)
        .path(percentEncoded: false)
    let places = path.map { [$0] } ?? [name, beside].compactMap(\.self)
    guard let found = places.first(where: FileManager.default.fileExists(atPath:)) else {
        throw ExitFailure(
            .noInput,
            "there is no demo catalogue at \(places.joined(separator: " or ")): name it with --catalogue"
        )
    }
    let json: Data
    do {
        json = try Data(contentsOf: URL(filePath: found))
    } catch {
        throw ExitFailure(.noInput, "\(found) cannot be read: \(error.localizedDescription)")
    }
    let curriculum = try Curriculum.bundled()
    do throws(DemoCatalogue.Unreadable) {
        return try DemoCatalogue(json: json, curriculum: curriculum)
    } catch {
        throw ExitFailure(.badData, "\(found): \(error)")
    }
}

/// The files of the demo that `bin/demo-clips` has not drawn yet.
func missingClips(of catalogue: DemoCatalogue, in dataDirectory: String) -> [String] {
    let folder = URL(filePath: dataDirectory).appending(path: DemoLoader.folder)
    return catalogue.clips.flatMap { [$0.file, $0.picture] }.filter { name in
        !FileManager.default.fileExists(atPath: folder.appending(path: name).path(percentEncoded: false))
    }
}
