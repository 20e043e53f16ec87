import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import TestSupport
import Testing

@Suite("The cursors of the history")
struct HistoryTests {
    /// One page of a list, with its cursor as the server wrote it and as a curious child reads it.
    private struct Fetched {
        let items: [JSON]
        let cursor: String?
        let read: Cursor?

        init(_ api: APIFixture, _ path: String, limit: Int, after cursor: String? = nil, as token: String) async throws
        {
            let path = path + "?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? "")
            let page = try await api.send(.get, path, as: token).require(200).json
            items = page["items"].array
            self.cursor = page["next_cursor"].string
            read = try self.cursor.map { try #require(Cursor(encoded: $0), "the server's own cursor: \($0)") }
        }

        var ids: [String] { items.compactMap { $0["id"].string } }
    }

    /// Has the child watch videos, the last of them first.
    private static func watch(_ videos: [Video.ID], _ api: APIFixture, _ family: APIFixture.Family) async throws {
        let now = api.clock.now
        try await api.database.write { transaction in
            for (number, id) in videos.enumerated() {
                try transaction.run(
                    """
                    INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
                    VALUES (\(family.child), \(id), 1, 60000, 60000, \(now - .minutes(Int64(number))))
                    """
                )
            }
        }
    }

    @Test("However much a child has watched since, its series goes on where it stopped", arguments: Engine.allCases)
    func longAgo(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let series = try await api.addSeries("하나둘셋")
            let episodes = try await api.publish(
                (1...5).map { (number: Int) in SeedVideo("\(number)화") { ($0.series, $0.episode) = (series, number) } }
            )
            let others = try await api.publish((1...520).map { SeedVideo("노래 \($0)") })
            // The third episode now, five hundred others, and the first two long ago; all to the end.
            try await Self.watch([episodes[2]] + others + [episodes[1], episodes[0]], api, family)
            try await api.database.write { try $0.run("UPDATE watched_video SET watched_ms = 120000, position_ms = 0") }
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
            let ranked = try await api.services.recommendations.home(for: family.child, limit: 24)
            #expect(!ranked.continuations.map(\.video).contains(episodes[0]))
            #expect(ranked.continuations.first?.video == episodes[3])
            #expect(home["shelves"][0]["videos"][0]["id"].string == episodes[3].description)
        }
    }

    @Test("A cursor tells of nothing that the child may not see", arguments: Engine.allCases, [1, 2, 3, 5])
    func tellsNothing(engine: Engine, limit: Int) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let refusals: [@Sendable (inout SeedVideo) -> Void] = [
                { $0.state = .withdrawn }, { $0.isHealthy = false }, { $0.ages = 6...7 }, { $0.isMadeForKids = false },
                { $0.state = .quarantined },
            ]
            // More refused ones in a row than the store is asked for at once, at the beginning and after the fourth.
            let isShown = (0..<260).map { [110, 111, 113, 114, 250].contains($0) }
            let seeds = isShown.enumerated().map { number, isShown in
                SeedVideo("노래 \(number)") { if !isShown { refusals[number % refusals.count](&$0) } }
            }
            let videos = try await api.publish(seeds)
            try await Self.watch(videos, api, family)
            let shown = zip(videos, isShown).filter(\.1).map(\.0.description)
            for token in [family.childToken, family.guardian.token] {
                var met: [String] = []
                var cursor: String?
                repeat {
                    let page = try await Fetched(
                        api,
                        family.path + "/history",
                        limit: limit,
                        after: cursor,
                        as: token
                    )
                    met += page.ids
                    if let read = page.read {
                        #expect(read.id == page.ids.last, "a cursor is made of the last that was shown")
                        let watched = page.items.last?["progress"]["last_watched_at"].string.flatMap(Timestamp.init)
                        #expect(read.sortKey == watched?.millisecondsSince1970)
                    }
                    cursor = page.cursor
                } while cursor != nil
                #expect(met == shown)
            }
        }
    }

    enum Change: String, CaseIterable, Sendable {
        case withdrawn, blocked, watchedAgain, deleted
    }

    @Test(
        "What happens to the video a page ended with neither repeats nor skips another",
        arguments: Engine.allCases,
        Change.allCases
    )
    func changedBetween(engine: Engine, change: Change) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...7).map { SeedVideo("노래 \($0)") })
            try await Self.watch(videos, api, family)
            let path = family.path + "/history"
            let first = try await Fetched(api, path, limit: 3, as: family.childToken)
            #expect(first.ids == videos[0...2].map(\.description))
            let last = videos[2]
            switch change {
            case .withdrawn:
                try await api.database.write { transaction in
                    try transaction.run("UPDATE video SET state = 'withdrawn' WHERE id = \(last)")
                    try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
                }
            case .blocked:
                let block = family.path + "/blocks/video/\(last)"
                try await api.send(.put, block, as: family.guardian.token).require(204)
            case .watchedAgain:
                try await api.watch(last, seconds: 10, in: family)
            case .deleted:
                try await api.database.write { transaction in
                    try transaction.run("DELETE FROM watched_video WHERE video_id = \(last)")
                }
            }
            let second = try await Fetched(api, path, limit: 3, after: first.cursor, as: family.childToken)
            let third = try await Fetched(api, path, limit: 3, after: second.cursor, as: family.childToken)
            #expect(second.ids + third.ids == videos[3...6].map(\.description))
            #expect(third.cursor == nil)
        }
    }
}
