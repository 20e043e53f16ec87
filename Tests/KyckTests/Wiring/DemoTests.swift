import Domain
import Foundation
import Jobs
import Logging
import Recommender
import SQL
import ServerKit
import Storage
import Telemetry
import TestSupport
import Testing

@testable import kyck

/// The demo's own catalogue, loaded as `kyck demo` loads it.
struct DemoTests {
    static let settings = Result { try Settings.inMemory() }
    /// Monday 23 November 2026, 21:00 in Seoul.
    static let evening = Instant(millisecondsSince1970: 1_795_435_200_000)

    private func catalogue() throws -> DemoCatalogue {
        let file = KyckProgram.repository.appending(path: "demo/catalogue.json")
        return try DemoCatalogue(json: try Data(contentsOf: file), curriculum: try .bundled())
    }

    private func platform(_ database: any Database, at now: Instant = evening) throws -> Platform {
        Platform(
            settings: try Self.settings.get(),
            database: database,
            clock: Clock { now },
            logger: Logger(label: "test"),
            metrics: PrometheusMetrics()
        )
    }

    @Test("there are at least 40 clips, all five areas, four series with episodes, two families")
    func extent() throws {
        let catalogue = try catalogue()
        #expect(catalogue.clips.count >= 40)
        #expect(Set(catalogue.clips.flatMap(\.areas)) == Set(CurriculumArea.allCases))
        #expect(catalogue.series.count >= 4)
        for series in catalogue.series {
            let episodes = catalogue.clips.compactMap(\.episode).filter { $0.series == series.slug }.map(\.number)
            #expect(episodes.count >= 2)
            #expect(episodes.sorted() == Array(1...max(1, episodes.count)), "\(series.slug)")
        }
        #expect(catalogue.families.count == 2)
        for family in catalogue.families { #expect(Set(family.watching.map(\.daysAgo)) == Set(1...7)) }
    }

    @Test("loading twice changes nothing, on the same day and the day after", arguments: Engine.allCases)
    func twice(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let catalogue = try catalogue()
        let first = try await loadDemo(catalogue, into: try platform(database))
        let loaded = try await contents(of: database)
        for later in [Self.evening + .minutes(1), Self.evening + .days(1)] {
            let again = try await loadDemo(catalogue, into: try platform(database, at: later))
            #expect(again.newVideos == 0)
            #expect(again.knownVideos == catalogue.clips.count)
            #expect(again.newSeries == 0)
            #expect(again.newPlays == 0)
            #expect(again.families.allSatisfy { !$0.isNew })
            #expect(try await contents(of: database) == loaded)
        }
        #expect(first.newVideos == catalogue.clips.count)
        #expect(first.newPlays == catalogue.families.flatMap(\.watching).count)
        #expect(first.families.allSatisfy { $0.isNew })
    }

    @Test("a load that was interrupted goes on where it stopped", arguments: Engine.allCases)
    func interrupted(_ engine: Engine) async throws {
        struct Interrupted: Error {}
        let catalogue = try catalogue()
        let whole = try await engine.makeDatabase()
        _ = try await loadDemo(catalogue, into: try platform(whole))

        let database = try await engine.makeDatabase()
        let platform = try platform(database)
        let vault = PhoneVault(keyring: platform.settings.keyring)
        let second = try #require(catalogue.families.last?.phone)
        let interrupted = DemoLoader(
            stores: platform.stores,
            hosted: HostedVideoStore(database: database, ids: platform.ids),
            placements: PlacementStore(database: database, ids: platform.ids, curriculum: try .bundled()),
            publishing: PublishStore(database: database),
            families: FamilyStore(database: database),
            ids: platform.ids,
            clock: platform.clock,
            seal: { phone in
                if phone == second { throw Interrupted() }
                return try vault.seal(phone)
            }
        )
        await #expect(throws: Interrupted.self) { _ = try await interrupted.load(catalogue) }
        _ = try await loadDemo(catalogue, into: platform)
        #expect(try await contents(of: database).counts == (try await contents(of: whole).counts))
    }

    @Test("every clip is seen by a child of its age, and whatever was watched might be", arguments: Engine.allCases)
    func screening(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let platform = try platform(database)
        let catalogue = try catalogue()
        let summary = try await loadDemo(catalogue, into: platform)
        let snapshot = try await platform.stores.catalogue.snapshot()
        #expect(snapshot.entries.count == catalogue.clips.count)
        for entry in snapshot.entries {
            let ages = try #require(entry.video.ages)
            for age in ages.years {
                let verdict = Screening.verdict(entry.subject, for: .init(age: age), at: Self.evening)
                #expect(verdict == .allowed, "\(entry.video.source) at \(age)")
            }
            #expect(!entry.areas.isEmpty)
        }
        for child in summary.families.flatMap(\.children) {
            let sight = try #require(try await platform.stores.sights.sight(of: child.id, now: Self.evening))
            let watched = try await platform.stores.history.watched(by: child.id, limit: 1_000)
            let favourites = try await platform.stores.choices.favourites(of: child.id)
            #expect(!favourites.isEmpty)
            for id in watched.map(\.video) + favourites {
                let entry = try #require(snapshot.entry(id))
                let verdict = Screening.verdict(entry.subject, for: sight.viewer, at: Self.evening)
                #expect(verdict == .allowed, "\(child.nickname): \(entry.video.source)")
            }
        }
    }

    @Test("the week is counted as its beats: play, video, hour and day agree", arguments: Engine.allCases)
    func week(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let platform = try platform(database)
        let catalogue = try catalogue()
        let summary = try await loadDemo(catalogue, into: platform)
        let durations = Dictionary(uniqueKeysWithValues: catalogue.clips.map { ($0.slug, $0.duration) })
        let expected = catalogue.families.flatMap(\.watching).reduce(Int64(0)) { sum, watched in
            let duration = Double(durations[watched.video]?.milliseconds ?? 0)
            return sum + Int64((duration * watched.share).rounded())
        }
        #expect(summary.watched.milliseconds == expected)
        for table in ["play", "watched_video", "watch_day"] {
            #expect(try await sum("watched_ms", of: table, database) == expected, "\(table)")
        }
        let today = try #require(FamilyCalendar(zone: FamilyCalendar.defaultZone)).day(of: Self.evening)
        let days = try await database.read { transaction in
            let rows = try transaction.rows("SELECT DISTINCT day FROM watch_day ORDER BY day")
            return try rows.map { row -> Day in try row["day"] }
        }
        #expect(days.map(\.number) == Array((today.number - 7)..<today.number))
        for child in summary.families.flatMap(\.children) {
            #expect(try await platform.stores.history.taste(of: child.id) != nil)
            let recommended = try await platform.engine.recommendations(for: child.id, limit: 10, excluding: [])
            #expect(recommended.count == 10, "\(child.nickname)")
        }
    }

    @Test("consents are recorded and confirmed: no message goes out to a made-up number", arguments: Engine.allCases)
    func consent(_ engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        let platform = try platform(database)
        _ = try await loadDemo(try catalogue(), into: platform)
        let always = Instant(millisecondsSince1970: 0)..<Self.evening
        let waiting = try await platform.stores.consents.unconfirmed(given: always, limit: 10)
        #expect(waiting.isEmpty)
        #expect(try await count("consent", database) == count("child", database))
    }

    // MARK: What is there

    private struct Contents: Equatable {
        var counts: [String: Int64] = [:]
        var totals: [String: Int64] = [:]
    }

    private func contents(of database: any Database) async throws -> Contents {
        var contents = Contents()
        for table in [
            "series", "video", "label", "video_label", "video_refusal", "guardian", "session", "child", "consent",
            "block", "approval", "favourite", "play", "watched_video", "watch_hour", "watch_day", "taste",
        ] {
            contents.counts[table] = try await count(table, database)
        }
        for (table, column) in [
            ("catalogue_version", "version"), ("video", "updated_at"), ("video", "published_at"),
            ("play", "watched_ms"), ("play", "heard_at"), ("watched_video", "plays"), ("watch_hour", "watched_ms"),
            ("watch_day", "watched_ms"), ("taste", "updated_at"), ("favourite", "created_at"),
        ] {
            contents.totals["\(table).\(column)"] = try await sum(column, of: table, database)
        }
        return contents
    }

    private func count(_ table: String, _ database: any Database) async throws -> Int64 {
        try await number("SELECT count(*) AS number FROM \(table)", database)
    }

    private func sum(_ column: String, of table: String, _ database: any Database) async throws -> Int64 {
        try await number("SELECT CAST(coalesce(sum(\(column)), 0) AS bigint) AS number FROM \(table)", database)
    }

    private func number(_ sql: String, _ database: any Database) async throws -> Int64 {
        try await database.read { transaction in
            try #require(try transaction.row(Query(definition: sql)))["number"]
        }
    }
}

extension Settings {
    /// Settings of a test: development, keys of its own, nothing from the environment.
    static func inMemory(_ others: [String: String] = [:]) throws -> Settings {
        let keys = DevelopmentKeys.fresh()
        let own = [
            "KYCK_SIGNING_KEYS": keys.signing, "KYCK_ENCRYPTION_KEYS": keys.encryption, "KYCK_LOOKUP_KEY": keys.lookup,
        ]
        let values = own.merging(others) { $1 }
        return try Settings { values[$0] }
    }
}
