import Domain
import Foundation
import Jobs
import Outbound
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Importing saved answers", .timeLimit(.minutes(10)))
struct FileImportTests {
    static let clock = Clock { Instant(millisecondsSince1970: 1_790_000_000_000) }

    private func importer(_ database: any Database) -> YouTubeImport {
        let store = ImportStore(database: database, ids: IdentifierSource(clock: .system))
        return YouTubeImport(client: nil, store: store, clock: Self.clock)
    }

    private func dump(_ database: any Database) async throws -> [[SQLValue]] {
        try await database.read { transaction in
            try ["channel", "video", "video_refusal", "label", "video_label"].flatMap { table in
                try transaction.rows(Query(definition: "SELECT * FROM \(table) ORDER BY 1, 2")).map(\.values)
            }
        }
    }

    @Test(
        "accepts exactly the 245 made for kids of the 1,709 real ones, and re-import changes nothing",
        arguments: Engine.allCases
    )
    func realData(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let files =
            try SharedData.answers("videos-") + SharedData.answers("channels-")
            + SharedData.answers("playlistItems-")
        let first = try await importer(database).run(.files(files)).counts
        #expect(first.new == 1_709)
        #expect(first.accepted == 245)
        #expect(first.refused == 1_464)
        #expect(first.refusedByReason == ["not_made_for_kids": 1_464])
        #expect(first.channels == 100)
        #expect(first.listed == 5_893)
        #expect(first.malformed == 0)
        let curriculum = try Curriculum.bundled()
        let today = Day(of: Self.clock.now())
        let sheet = try LabelSheet(file: SharedData.path("labels.csv"), curriculum: curriculum, on: today)
        #expect(sheet.assignments.count == 1_709)
        let labels = LabelStore(database: database, ids: IdentifierSource(clock: .system), curriculum: curriculum)
        let labelled = try await labels.apply(sheet.assignments, by: "labels.csv", at: Self.clock.now())
        #expect(labelled.labelled == 1_709)
        #expect(labelled.unknown == 0)
        let before = try await dump(database)
        let second = try await importer(database).run(.files(files)).counts
        #expect(second.new + second.updated == 0)
        #expect(second.unchanged == 1_709)
        #expect(second.accepted == 245)
        #expect(try await labels.apply(sheet.assignments, by: "labels.csv", at: Self.clock.now()).changed == 0)
        #expect(try await dump(database) == before)
        let published = try await PublishStore(database: database)
            .publishAllAccepted(ages: AgeBand("3-7"), at: Self.clock.now())
        #expect(published.published == 245)
        let snapshot = try await CatalogueStore(database: database).snapshot()
        #expect(snapshot.entries.count == 245)
    }

    /// A file of as many good videos as asked for.
    private static func write(_ count: Int, to folder: URL, name: String = "many.json") throws -> String {
        var text = "{\"kind\":\"youtube#videoListResponse\",\"items\":["
        for number in 0..<count {
            if number > 0 { text += ",\n" }
            text += Self.item("id_\(10_000_000 + number)")
        }
        text += "]}"
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path(percentEncoded: false)
    }

    static func item(_ id: String, kids: Bool = true) -> String {
        """
        {"kind":"youtube#video","id":"\(id)","snippet":{"channelId":"UCqXwKu6dKobXEQFhdKtiJLQ","title":"노래 \(id)",\
        "channelTitle":"핑크퐁","liveBroadcastContent":"none"},"contentDetails":{"duration":"PT2M","contentRating":{}},\
        "status":{"uploadStatus":"processed","privacyStatus":"public","embeddable":true,"madeForKids":\(kids)}}
        """
    }

    private func withFolder<T>(_ body: (URL) async throws -> T) async throws -> T {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kyck-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    @Test("goes on where it was stopped, and every video is counted once", arguments: Engine.allCases)
    func resumes(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        try await withFolder { folder in
            let file = try Self.write(9_000, to: folder)
            let importer = importer(database)
            let task = Mutex<Task<YouTubeImport.Outcome, any Error>?>(nil)
            let (gate, open) = AsyncStream<Void>.makeStream()
            let running = Task {
                for await _ in gate { break }
                return try await importer.run(.files([file])) { progress in
                    if progress.videos >= 4_000 { task.withLock { $0?.cancel() } }
                }
            }
            task.withLock { $0 = running }
            open.yield()
            await #expect(throws: CancellationError.self) { try await running.value }
            let half: Int = try await database.read { try $0.row("SELECT count(*) AS n FROM video")?["n"] ?? 0 }
            #expect((4_000..<9_000).contains(half))
            let outcome = try await importer.run(.files([file]))
            #expect(outcome.isResumed)
            #expect(outcome.counts.new == 9_000)
            #expect(outcome.counts.unchanged == 0)
            let whole: Int = try await database.read { try $0.row("SELECT count(*) AS n FROM video")?["n"] ?? 0 }
            #expect(whole == 9_000)
            let again = try await importer.run(.files([file]))
            #expect(!again.isResumed)
            #expect(again.counts.unchanged == 9_000)
        }
    }

    @Test("writes nothing of a small import with a bad file, names the file, and starts anew once it is mended")
    func badFile() async throws {
        let database = try await Engine.sqlite.makeDatabase()
        try await withFolder { folder in
            let good = try Self.write(10, to: folder, name: "good.json")
            let bad = folder.appending(path: "bad.json").path(percentEncoded: false)
            let error = "{\"error\":{\"code\":403,\"errors\":[{\"reason\":\"quotaExceeded\"}]}}"
            try Data(error.utf8).write(to: URL(fileURLWithPath: bad))
            await #expect(
                throws: SavedPageError(
                    file: bad,
                    offset: Int64(error.utf8.count - 1),
                    problem: .errorResponse(code: 403, reason: "quotaExceeded")
                )
            ) {
                try await importer(database).run(.files([good, bad]))
            }
            let count: Int = try await database.read { try $0.row("SELECT count(*) AS n FROM video")?["n"] ?? -1 }
            #expect(count == 0)
            try FileManager.default.removeItem(atPath: bad)
            _ = try Self.write(5, to: folder, name: "bad.json")
            let outcome = try await importer(database).run(.files([good, bad]))
            #expect(!outcome.isResumed)
            #expect(outcome.counts.new == 10)
            #expect(outcome.counts.duplicates == 5)
        }
    }

    @Test("without a key imports nothing but files")
    func noKey() async throws {
        let database = try await Engine.sqlite.makeDatabase()
        await #expect(throws: YouTubeImport.Failure.noClient) {
            try await importer(database).run(.playlist("UU1"))
        }
    }
}
