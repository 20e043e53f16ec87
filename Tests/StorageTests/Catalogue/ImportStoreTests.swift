import Domain
import Foundation
import SQL
import Storage
import TestSupport
import Testing

@Suite("Imports in the database")
struct ImportStoreTests {
    static let start = Instant(millisecondsSince1970: 1_790_000_000_000)
    static let kids = "UCqXwKu6dKobXEQFhdKtiJLQ"

    /// The database and the stores over it, and a few words for what tests do with them.
    struct Catalogue {
        let database: any Database
        let store: ImportStore
        let ids = IdentifierSource(clock: .system)

        init(_ engine: Engine) async throws {
            database = try await engine.makeDatabase()
            store = ImportStore(database: database, ids: ids)
        }

        @discardableResult
        func write(_ batch: ImportBatch, at now: Instant = start) async throws -> ImportCounts {
            let run = try await store.begin("test", at: now)
            let counts = try await store.apply(batch, to: run, cursor: "", at: now)
            try await store.end(run, failed: false, at: now)
            return counts
        }

        func state(_ id: String) async throws -> Video.State? {
            try await database.read { transaction in
                let row = try transaction.row("SELECT state FROM video WHERE youtube_id = \(id)")
                guard let row else { return nil }
                let state: Video.State = try row["state"]
                return state
            }
        }

        func reasons(_ id: String) async throws -> [String] {
            try await database.read { transaction in
                try transaction.rows(
                    """
                    SELECT r.reason FROM video_refusal r JOIN video v ON v.id = r.video_id
                    WHERE v.youtube_id = \(id) ORDER BY r.reason
                    """
                ).map { try $0["reason"] }
            }
        }

        func publish(_ id: String, at now: Instant = start) async throws {
            let counts = try await PublishStore(database: database).publish(
                [try #require(VideoReference(id))],
                ages: AgeBand("3-7"),
                at: now
            )
            #expect(counts.published == 1)
        }

        func dump() async throws -> [[SQLValue]] {
            try await database.read { transaction in
                try ["channel", "video", "video_refusal", "label", "video_label"].flatMap { table in
                    try transaction.rows(Query(definition: "SELECT * FROM \(table) ORDER BY 1, 2")).map(\.values)
                }
            }
        }
    }

    static func facts(
        _ title: String = "아기 상어 Dance",
        _ change: (inout YouTubeFacts) -> Void = { _ in }
    ) -> YouTubeFacts {
        var facts = YouTubeFacts()
        facts.channelID = kids
        facts.channelTitle = "핑크퐁"
        facts.title = title
        facts.thumbnailURL = "https://i.ytimg.com/x.jpg"
        facts.liveBroadcastContent = "none"
        facts.duration = "PT4M31S"
        facts.contentRating = .init()
        facts.privacyStatus = "public"
        facts.uploadStatus = "processed"
        facts.isEmbeddable = true
        facts.isMadeForKids = true
        change(&facts)
        return facts
    }

    static func video(_ id: String, _ facts: YouTubeFacts = facts()) throws -> JudgedVideo {
        JudgedVideo(id: try #require(YouTubeVideoID(id)), facts: facts, gate: SafetyGate())
    }

    static func batch(_ videos: JudgedVideo...) -> ImportBatch {
        var batch = ImportBatch()
        batch.videos = videos
        return batch
    }

    @Test("write new videos with their channel, folded title and verdict", arguments: Engine.allCases)
    func new(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        let refused = Self.facts {
            $0.isMadeForKids = false; $0.duration = nil
        }
        let counts = try await catalogue.write(
            Self.batch(Self.video("aaaaaaaaaaa"), Self.video("bbbbbbbbbbb", refused))
        )
        #expect(counts.new == 2)
        #expect(counts.accepted == 1)
        #expect(counts.refused == 1)
        #expect(counts.refusedByReason == ["missing:contentDetails.duration": 1, "not_made_for_kids": 1])
        #expect(try await catalogue.state("aaaaaaaaaaa") == .accepted)
        #expect(try await catalogue.state("bbbbbbbbbbb") == .refused)
        let reasons = try await catalogue.reasons("bbbbbbbbbbb")
        #expect(reasons == ["missing:contentDetails.duration", "not_made_for_kids"])
        let row = try await catalogue.database.read {
            try $0.row(
                """
                SELECT v.title, v.search_text, v.duration_ms, v.fetched_at, c.title AS channel FROM video v
                JOIN channel c ON c.id = v.channel_id WHERE v.youtube_id = 'aaaaaaaaaaa'
                """
            )
        }
        let found = try #require(row)
        #expect(try found["search_text"] == "아기 상어 dance")
        #expect(try found["duration_ms"] == 271_000)
        #expect(try found["fetched_at"] == Self.start)
        #expect(try found["channel"] == "핑크퐁")
    }

    @Test("of many statements give every video its own facts and refusals", arguments: Engine.allCases)
    func many(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        var batch = ImportBatch()
        // More than one statement on either engine, and a last one that is not full.
        let numbers = 1_000..<1_303
        batch.videos = try numbers.map { number in
            try Self.video("number_\(number)", Self.facts("Title \(number)") { $0.isMadeForKids = number % 3 > 0 })
        }
        #expect(try await catalogue.write(batch).new == numbers.count)
        let rows = try await catalogue.database.read {
            try $0.rows(
                """
                SELECT v.youtube_id, v.title, r.reason FROM video v LEFT JOIN video_refusal r ON r.video_id = v.id
                ORDER BY v.youtube_id
                """
            ).map(\.values)
        }
        #expect(
            rows
                == numbers.map { number in
                    let reason: SQLValue = number % 3 > 0 ? .null : .text("not_made_for_kids")
                    return [.text("number_\(number)"), .text("Title \(number)"), reason]
                }
        )
    }

    @Test("done again change nothing but the time of reading", arguments: Engine.allCases)
    func again(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        let batch = try Self.batch(Self.video("aaaaaaaaaaa"), Self.video("bbbbbbbbbbb", Self.facts { $0.title = nil }))
        try await catalogue.write(batch)
        let before = try await catalogue.dump()
        let counts = try await catalogue.write(batch)
        #expect(counts.unchanged == 2)
        #expect(counts.new + counts.updated == 0)
        #expect(try await catalogue.dump() == before)
        let later = Self.start + .days(3)
        try await catalogue.write(batch, at: later)
        let fetched: [Instant] = try await catalogue.database.read {
            try $0.rows("SELECT fetched_at FROM video ORDER BY id").map { try $0["fetched_at"] }
        }
        #expect(fetched == [later, later])
    }

    @Test("update what changed, and count a video twice in one batch once", arguments: Engine.allCases)
    func updates(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")))
        let counts = try await catalogue.write(
            Self.batch(Self.video("aaaaaaaaaaa"), Self.video("aaaaaaaaaaa", Self.facts("새 제목")))
        )
        #expect(counts.updated == 1)
        #expect(counts.duplicates == 1)
        let title: String? = try await catalogue.database.read { try $0.row("SELECT title FROM video")?["title"] }
        #expect(title == "새 제목")
    }

    @Test(
        "move a published video to quarantine when the gate refuses it, and back to accepted only",
        arguments: Engine.allCases
    )
    func quarantine(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")))
        try await catalogue.publish("aaaaaaaaaaa")
        let bad = Self.facts { $0.isEmbeddable = false }
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa", bad)))
        #expect(try await catalogue.state("aaaaaaaaaaa") == .quarantined)
        #expect(try await catalogue.reasons("aaaaaaaaaaa") == ["not_embeddable"])
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")))
        #expect(try await catalogue.state("aaaaaaaaaaa") == .accepted)
        #expect(try await catalogue.reasons("aaaaaaaaaaa").isEmpty)
    }

    @Test("quarantine what vanished and know it again when it is back", arguments: Engine.allCases)
    func vanished(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")))
        try await catalogue.publish("aaaaaaaaaaa")
        var batch = ImportBatch()
        batch.vanished = ["aaaaaaaaaaa", "zzzzzzzzzzz"].compactMap(YouTubeVideoID.init)
        let counts = try await catalogue.write(batch)
        #expect(counts.vanished == 2)
        #expect(try await catalogue.state("aaaaaaaaaaa") == .quarantined)
        #expect(try await catalogue.state("zzzzzzzzzzz") == nil)
        #expect(try await catalogue.reasons("aaaaaaaaaaa") == ["vanished"])
        let known = try await catalogue.store.canBeTouched([try #require(YouTubeVideoID("aaaaaaaaaaa"))])
        #expect(!known)
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")))
        #expect(try await catalogue.state("aaaaaaaaaaa") == .accepted)
    }

    @Test("never bring back what staff withdrew", arguments: Engine.allCases)
    func withdrawn(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")))
        let store = PublishStore(database: catalogue.database)
        let withdrawn = try await store.withdraw([try #require(VideoReference("aaaaaaaaaaa"))], at: Self.start)
        #expect(withdrawn.withdrawn == 1)
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa", Self.facts("neu"))))
        #expect(try await catalogue.state("aaaaaaaaaaa") == .withdrawn)
        let counts = try await store.publishAllAccepted(ages: AgeBand("3-7"), at: Self.start)
        #expect(counts == PublishCounts())
    }

    @Test("purge API data after 30 days and publish again what was only stale", arguments: Engine.allCases)
    func purge(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        let refused = Self.facts {
            $0.isMadeForKids = false; $0.privacyStatus = "unlisted"
        }
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa"), Self.video("bbbbbbbbbbb", refused)))
        try await catalogue.publish("aaaaaaaaaaa")
        let refresh = RefreshStore(database: catalogue.database)
        let late = Self.start + .days(30)
        #expect(try await refresh.purge(readBefore: late - .days(30) - Span(milliseconds: 1), at: late) == 0)
        #expect(try await refresh.purge(readBefore: late - .days(30), at: late) == 2)
        #expect(try await catalogue.state("aaaaaaaaaaa") == .quarantined)
        #expect(try await catalogue.reasons("aaaaaaaaaaa") == ["stale"])
        #expect(try await catalogue.state("bbbbbbbbbbb") == .refused)
        let left = try await catalogue.database.read { transaction in
            try transaction.rows(
                """
                SELECT 'v' AS t FROM video WHERE title IS NOT NULL OR thumbnail_url IS NOT NULL OR duration_ms IS NOT NULL
                OR search_text <> '' OR embeddable <> 0 OR made_for_kids <> 0 OR fetched_at IS NOT NULL
                UNION ALL SELECT 'c' FROM channel WHERE title IS NOT NULL OR thumbnail_url IS NOT NULL
                UNION ALL SELECT 'r' FROM video_refusal WHERE detail <> ''
                """
            ).count
        }
        #expect(left == 0)
        let due = try await refresh.dueVideos(before: late, after: nil, limit: 50)
        #expect(due.map(\.youtubeID.description) == ["aaaaaaaaaaa"])
        try await catalogue.write(Self.batch(Self.video("aaaaaaaaaaa")), at: late)
        #expect(try await catalogue.state("aaaaaaaaaaa") == .published)
    }

    @Test("go on where they stopped, counts included, until they end", arguments: Engine.allCases)
    func resume(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        let run = try await catalogue.store.begin("playlist:UU1", at: Self.start)
        let batch = try Self.batch(Self.video("aaaaaaaaaaa"))
        let counts = try await catalogue.store.apply(batch, to: run, cursor: "here", at: Self.start)
        let again = try await catalogue.store.begin("playlist:UU1", at: Self.start + .hours(1))
        #expect(again.isResumed)
        #expect(again.cursor == "here")
        #expect(again.counts == counts)
        #expect(again.id == run.id)
        let other = try await catalogue.store.begin("playlist:UU2", at: Self.start)
        #expect(!other.isResumed)
        try await catalogue.store.end(again, failed: false, at: Self.start)
        let fresh = try await catalogue.store.begin("playlist:UU1", at: Self.start)
        #expect(!fresh.isResumed)
    }

    @Test("keep an answer's ETag and ids for the next time", arguments: Engine.allCases)
    func pages(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        var batch = ImportBatch()
        let page = CachedPage(
            request: "playlistItems/UU1/",
            etag: "e1",
            nextPageToken: "n",
            ids: ["aaaaaaaaaaa", "bbbbbbbbbbb"].compactMap(YouTubeVideoID.init)
        )
        batch.pages = [page]
        try await catalogue.write(batch)
        #expect(try await catalogue.store.cachedPage(page.request) == page)
        #expect(try await catalogue.store.cachedPage("playlistItems/UU1/n") == nil)
        batch.pages[0].etag = "e2"
        try await catalogue.write(batch)
        #expect(try await catalogue.store.cachedPage(page.request)?.etag == "e2")
    }

    @Test("of one video at the same time wait for each other", arguments: Engine.allCases)
    func concurrent(_ engine: Engine) async throws {
        let catalogue = try await Catalogue(engine)
        let ids = (0..<40).map { "id_\(10_000_000 + $0)" }
        let counts = try await withThrowingTaskGroup(of: ImportCounts.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let run = try await catalogue.store.begin("s\(number)", at: Self.start)
                    var batch = ImportBatch()
                    batch.videos = try ids.map { try Self.video($0) }
                    return try await catalogue.store.apply(batch, to: run, cursor: "", at: Self.start)
                }
            }
            var sum = ImportCounts()
            for try await part in group { sum += part }
            return sum
        }
        #expect(counts.new == 40)
        #expect(counts.unchanged == 120)
    }
}

@Suite("The quota ledger")
struct QuotaLedgerTests {
    @Test("books each call and stops before the day's limit", arguments: Engine.allCases)
    func stops(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let clock = Clock { Instant(millisecondsSince1970: 1_768_463_999_000) }
        let ledger = QuotaLedger(database: database, clock: clock, limits: [.units: 3])
        for _ in 0..<3 { try await ledger.spend(1, from: .units) }
        let reset = Instant(millisecondsSince1970: 1_768_464_000_000)
        await #expect(throws: QuotaLedger.Exhausted(bucket: .units, limit: 3, resetsAt: reset)) {
            try await ledger.spend(1, from: .units)
        }
        #expect(try await ledger.spent(from: .units) == 3)
        try await ledger.spend(100, from: .search)
        await #expect(throws: QuotaLedger.Exhausted.self) { try await ledger.spend(1, from: .search) }
        // Another process, another value over the same database: nothing is forgotten.
        let tomorrow = QuotaLedger(database: database, clock: Clock { reset }, limits: [.units: 3])
        try await tomorrow.spend(3, from: .units)
        await #expect(throws: QuotaLedger.Exhausted.self) { try await ledger.spend(1, from: .units) }
    }

    @Test("gives out the last unit once, however many ask", arguments: Engine.allCases)
    func concurrent(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let clock = Clock { ImportStoreTests.start }
        let ledger = QuotaLedger(database: database, clock: clock, limits: [.units: 10])
        let granted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<30 { group.addTask { (try? await ledger.spend(1, from: .units)) != nil } }
            var count = 0
            for await isGranted in group where isGranted { count += 1 }
            return count
        }
        #expect(granted == 10)
        #expect(try await ledger.spent(from: .units) == 10)
    }
}
