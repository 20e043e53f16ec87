import Domain
import Foundation
import SQL
import Storage
import TestSupport

@testable import kyck

/// A video to be put into the catalogue as it is: past the safety gate, so that every rule of screening can be broken.
struct SeedVideo: Sendable {
    var title: String
    var state = Video.State.published
    /// From YouTube, read just now; else a hosted film.
    var youTube = false
    var fetchedAt: Instant?
    var isHealthy = true
    var isEmbeddable = true
    var isMadeForKids = true
    var ages: ClosedRange<Int> = 3...7
    var duration: Span? = .seconds(120)
    var channel: Channel.ID?
    var series: Series.ID?
    var episode: Int?
    var labels: [Label.ID] = []

    init(_ title: String, _ change: (inout SeedVideo) -> Void = { _ in }) {
        self.title = title
        change(&self)
    }
}

extension APIFixture {
    /// Puts videos into the catalogue, a minute apart, in this order.
    @discardableResult
    func publish(_ videos: [SeedVideo]) async throws -> [Video.ID] {
        let ids = videos.map { _ in self.ids.next(Video.self) }
        let now = clock.now
        for (id, video) in zip(ids, videos) where !video.youTube {
            for name in ["\(id).mp4", "\(id).jpg"] { try addFile(name) }
        }
        try await database.write { transaction in
            for (number, (id, video)) in zip(ids, videos).enumerated() {
                let tail = String(id.description.suffix(11).replacing("-", with: "_"))
                let picture = video.youTube ? "https://i.ytimg.com/vi/\(tail)/hqdefault.jpg" : "/media/\(id).jpg"
                let publishedAt = now - .days(2) + .minutes(Int64(number))
                try transaction.run(
                    """
                    INSERT INTO video (id, youtube_id, hosted_path, channel_id, series_id, episode, state, title,
                        search_text, thumbnail_url, duration_ms, embeddable, made_for_kids, healthy, age_min, age_max,
                        content_hash, fetched_at, published_at, created_at, updated_at)
                    VALUES (\(id), \(video.youTube ? tail : nil), \(video.youTube ? nil : "/media/\(id).mp4"),
                        \(video.channel), \(video.series), \(video.episode), \(video.state), \(video.title),
                        \(SearchText.fold(video.title)), \(picture), \(video.duration), \(video.isEmbeddable),
                        \(video.isMadeForKids), \(video.isHealthy), \(video.ages.lowerBound),
                        \(video.ages.upperBound), 'test', \(video.youTube ? video.fetchedAt ?? now : nil),
                        \(publishedAt), \(now), \(now))
                    """
                )
                for label in video.labels {
                    try transaction.run(
                        "INSERT INTO video_label (video_id, label_id, weight) VALUES (\(id), \(label), 1.0)"
                    )
                }
            }
            try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
        }
        return ids
    }

    @discardableResult
    func publish(_ title: String, _ change: (inout SeedVideo) -> Void = { _ in }) async throws -> Video.ID {
        try await publish([SeedVideo(title, change)])[0]
    }

    /// A file in the media folder that holds its own name.
    func addFile(_ name: String) throws {
        let folder = URL(filePath: platform.settings.mediaDirectory)
        try Data(name.utf8).write(to: folder.appending(path: name))
    }

    func addChannel(_ title: String) async throws -> Channel.ID {
        let id = ids.next(Channel.self)
        let now = clock.now
        try await database.write { transaction in
            try transaction.run("INSERT INTO channel (id, title, created_at) VALUES (\(id), \(title), \(now))")
        }
        return id
    }

    func addSeries(_ title: String) async throws -> Series.ID {
        let id = ids.next(Series.self)
        let now = clock.now
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO series (id, slug, title_ko, title_en, created_at)
                VALUES (\(id), \(id.description), \(title), \(title), \(now))
                """
            )
        }
        return id
    }

    func addLabel(_ kind: Label.Kind, _ name: String) async throws -> Label.ID {
        let id = ids.next(Label.self)
        let now = clock.now
        try await database.write { transaction in
            try transaction.run(
                "INSERT INTO label (id, kind, name, created_at) VALUES (\(id), \(kind), \(name), \(now))"
            )
        }
        return id
    }
}

/// Everything in a database, as it lies there.
struct DatabaseContents: Sendable, Equatable {
    /// Rows by table.
    let tables: [String: [[SQLValue]]]

    init(_ database: any Database) async throws {
        tables = try await database.read { transaction in
            let names: Query =
                switch transaction.dialect {
                case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                case .postgresql:
                    """
                    SELECT CAST(relname AS TEXT) AS name FROM pg_class
                    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
                    """
                }
            var tables: [String: [[SQLValue]]] = [:]
            for row in try transaction.rows(names) {
                let name: String = try row["name"]
                tables[name] = try transaction.rows(Query(definition: "SELECT * FROM \(name)")).map(\.values)
            }
            return tables
        }
    }

    var counts: [String: Int] { tables.mapValues(\.count) }

    /// The tables in which a text or some bytes stand anywhere, also within other text or bytes.
    func tables(holding needle: [UInt8]) -> [String] {
        tables.filter { _, rows in
            rows.contains { row in row.contains { Self.holds($0, needle) } }
        }.keys.sorted()
    }

    func tables(holding needle: String) -> [String] { tables(holding: Array(needle.utf8)) }

    private static func holds(_ value: SQLValue, _ needle: [UInt8]) -> Bool {
        switch value {
        case .text(let text): Data(text.utf8).range(of: Data(needle)) != nil
        case .bytes(let bytes): Data(bytes).range(of: Data(needle)) != nil
        case .null, .integer, .real: false
        }
    }
}
