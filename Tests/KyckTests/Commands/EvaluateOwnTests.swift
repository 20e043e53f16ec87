import Domain
import Foundation
import SQL
import SQLite
import Storage
import Testing

/// `kyck evaluate` over a database: our own plays, and what came of offers.
struct EvaluateOwnTests {
    private static let now = Instant(millisecondsSince1970: 1_795_435_200_000)
    private static let minute = Span.minutes(1).milliseconds
    private static let methods = ["random", "popularity", "knn", "item-knn", "ease", "cease", "blend"]

    /// A migrated database, with what `fill` puts into it.
    private static func program(
        _ fill: @escaping @Sendable (any Transaction) throws -> Void = { _ in }
    ) async throws -> KyckProgram {
        let program = try KyckProgram()
        #expect(try await program.run("migrate").status == 0)
        let database = try SQLiteDatabase(path: program.path("data/kyck.sqlite"))
        try await database.write(fill)
        try await database.close()
        return program
    }

    /// Twenty videos of two topics; each child likes seven of one of them, left one of the other early, and watched one that
    /// is published no longer.
    private static func watched(by count: Int) -> @Sendable (any Transaction) throws -> Void {
        { transaction in
            let ids = IdentifierSource(clock: Clock { now })
            let guardian: Guardian.ID = ids.next()
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(guardian), \([UInt8](1...32)), \([UInt8](1...32)), 'e1', 'ko', 'Asia/Seoul', \(now))
                """
            )
            let topics = (0..<2).map { _ in ids.next(Label.self) }
            for (number, topic) in topics.enumerated() {
                try transaction.run(
                    "INSERT INTO label (id, kind, name, created_at) VALUES (\(topic), 'topic', \("topic \(number)"), \(now))"
                )
            }
            let videos = (0..<21).map { _ in ids.next(Video.self) }
            for (number, video) in videos.enumerated() {
                try transaction.run(
                    """
                    INSERT INTO video (id, hosted_path, state, own_title_ko, own_title_en, duration_ms, embeddable,
                        made_for_kids, age_min, age_max, content_hash, published_at, created_at, updated_at)
                    VALUES (\(video), \("clip-\(number).mp4"), \(number == 20 ? "withdrawn" : "published"), '영상', 'clip',
                        \(minute), 1, 1, 0, 12, \("\(number)"), \(now), \(now), \(now))
                    """
                )
                try transaction.run(
                    "INSERT INTO video_label (video_id, label_id, weight) VALUES (\(video), \(topics[number % 2]), 1.0)"
                )
            }
            try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
            func watch(_ child: Child.ID, _ video: Int, _ share: Double, hoursAgo: Int) throws {
                try transaction.run(
                    """
                    INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
                    VALUES (\(child), \(videos[video]), 1, \(Int64(share * Double(minute))), 0,
                        \(now - .hours(Int64(hoursAgo))))
                    """
                )
            }
            for number in 0..<count {
                let child: Child.ID = ids.next()
                try transaction.run(
                    """
                    INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                    VALUES (\(child), \(guardian), \("아이 \(number)"), '2022-05', 'fox', \(now))
                    """
                )
                for step in 0..<7 {
                    try watch(child, number % 2 + 2 * ((number / 2 + step) % 10), 1.5, hoursAgo: step + 1)
                }
                try watch(child, (number + 1) % 2, 0.1, hoursAgo: 20)
                try watch(child, 20, 1, hoursAgo: 30)
            }
        }
    }

    private struct Account: Decodable {
        struct Spread: Decodable { let mean: Double }

        let methods: [[String: Figure]]
        let users, candidates, items, labels, left_out: Int
        let positive_from: Double
        let seeds: [Int]
        let split: String

        enum Figure: Decodable {
            case spread(Spread), other

            init(from decoder: any Decoder) throws {
                self = (try? Spread(from: decoder)).map { .spread($0) } ?? .other
            }
        }

        func mean(_ figure: String, of method: String) -> Double? {
            let values = methods[EvaluateOwnTests.methods.firstIndex(of: method) ?? 0]
            guard case .spread(let spread) = values[figure] else { return nil }
            return spread.mean
        }
    }

    // MARK: Our own plays

    @Test("our own plays give each method's figures, and name no child")
    func own() async throws {
        let program = try await Self.program(Self.watched(by: 40))
        defer { program.remove() }
        let ended = try await program.run("evaluate", "--own", "--k", "3,10", "--json")
        #expect(ended.status == 0, "\(ended.errors)")
        let account = try JSONDecoder().decode(Account.self, from: Data(ended.output.utf8))
        #expect(account.methods.count == Self.methods.count)
        #expect(account.users == 40)
        #expect(account.items == 20 && account.candidates == 20, "what is published, and nothing else")
        #expect(account.labels == 2)
        #expect(account.positive_from == 0.5)
        #expect(account.split == "last" && account.seeds == [42])
        // Three videos of a child's own topic are left, and the hidden one is among them: labels alone find it.
        #expect(account.mean("recall@10", of: "cease") == 1)
        #expect((account.mean("ndcg@10", of: "ease") ?? 0) > (account.mean("ndcg@10", of: "random") ?? 1))
        #expect((account.mean("ndcg@10", of: "blend") ?? 0) > (account.mean("ndcg@10", of: "random") ?? 1))
        #expect(!ended.output.contains("아이"))
    }

    @Test("our own plays can be split at random, and as a table")
    func random() async throws {
        let program = try await Self.program(Self.watched(by: 24))
        defer { program.remove() }
        let ended = try await program.run(
            "evaluate",
            "--own",
            "--split",
            "random",
            "--seeds",
            "1,2",
            "--methods",
            "popularity,ease"
        )
        #expect(ended.status == 0, "\(ended.errors)")
        let lines = ended.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first
                == "24 users with something to find among 20 items; liked from 0.5; 2 labels; split random, seeds 1, 2"
        )
        for method in ["popularity", "ease"] { #expect(lines.contains { $0.hasPrefix(method + " ") }, "\(method)") }
    }

    @Test("too few children end with 66 and what would help")
    func tooFew() async throws {
        let program = try await Self.program(Self.watched(by: 24))
        defer { program.remove() }
        let ended = try await program.run("evaluate", "--own", "--minimum", "8")
        #expect(ended.status == 66)
        #expect(ended.errors.hasPrefix("kyck: 0 children like 8 videos or more, and fewer than 20 say nothing"))
        #expect(ended.output.isEmpty)
        let few = try await Self.program(Self.watched(by: 19))
        defer { few.remove() }
        let nineteen = try await few.run("evaluate", "--own", "--json")
        #expect(nineteen.status == 66)
        #expect(nineteen.errors.hasPrefix("kyck: 19 children like 5 videos or more"))
        #expect(nineteen.output.isEmpty)
    }

    // MARK: Offers

    private struct Offers: Decodable {
        struct Share: Decodable, Equatable { let share, low, high: Double }

        struct Row: Decodable {
            let surface, reason: String
            let shown, opened, finished: Int
            let opened_per_shown, finished_per_opened: Share?
        }

        let since: String?
        let offers: [Row]
    }

    private static let counted: @Sendable (any Transaction) throws -> Void = { transaction in
        for (day, surface, reason, shown, opened, finished) in [
            ("2026-11-22", "home", "new", 100, 50, 50), ("2026-11-23", "home", "new", 163, 31, 0),
            ("2026-11-23", "similar", "because_you_watched", 20, 0, 0), ("2026-11-23", "search", "none", 0, 4, 1),
            ("2026-11-23", "home", "balance", 2, 3, 3),
        ] {
            let hour = Instant(millisecondsSince1970: (Day(day)?.number ?? 0) * Span.days(1).milliseconds)
            try transaction.run(
                """
                INSERT INTO offer_hour (hour_at, surface, reason, shown, opened, finished)
                VALUES (\(hour), \(surface), \(reason), \(shown), \(opened), \(finished))
                """
            )
        }
    }

    @Test("offers are summed up by surface and reason, with what share of them was taken up")
    func offers() async throws {
        let program = try await Self.program(Self.counted)
        defer { program.remove() }
        let ended = try await program.run("evaluate", "--online", "--json")
        #expect(ended.status == 0, "\(ended.errors)")
        let offers = try JSONDecoder().decode(Offers.self, from: Data(ended.output.utf8))
        #expect(offers.since == nil)
        #expect(
            offers.offers.map { "\($0.surface) \($0.reason) \($0.shown) \($0.opened) \($0.finished)" } == [
                "home new 263 81 50", "home balance 2 3 3", "similar because_you_watched 20 0 0", "search none 0 4 1",
            ]
        )
        let new = try #require(offers.offers.first?.opened_per_shown)
        #expect(abs(new.share - 81.0 / 263) < 1e-9 && abs(new.low - 0.2553) < 5e-5 && abs(new.high - 0.3662) < 5e-5)
        #expect(offers.offers[1].opened_per_shown == nil, "more was opened than shown")
        #expect(offers.offers[1].finished_per_opened?.share == 1)
        #expect(offers.offers[2].opened_per_shown?.share == 0)
        #expect(offers.offers[2].finished_per_opened == nil)
        #expect(offers.offers[3].opened_per_shown == nil)

        let later = try await program.run("evaluate", "--online", "--since", "2026-11-23", "--json")
        let since = try JSONDecoder().decode(Offers.self, from: Data(later.output.utf8))
        #expect(since.since == "2026-11-23")
        #expect(since.offers.first.map { [$0.shown, $0.opened, $0.finished] } == [163, 31, 0])
    }

    @Test("offers as a table stand below each other")
    func table() async throws {
        let program = try await Self.program(Self.counted)
        defer { program.remove() }
        let ended = try await program.run("evaluate", "--online")
        #expect(ended.status == 0, "\(ended.errors)")
        let lines = ended.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(lines.first == "What was offered, with 95 % intervals (Wilson):")
        #expect(Set(lines.dropFirst().map(\.count)).count == 1, "\(ended.output)")
        let new = lines.first { $0.hasPrefix("home, new ") }
        #expect(new?.contains("30.8 %") == true && new?.contains("25.5…36.6 %") == true, "\(ended.output)")
    }

    @Test("where nothing was offered yet, it says so")
    func nothing() async throws {
        let program = try await Self.program()
        defer { program.remove() }
        let ended = try await program.run("evaluate", "--online")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output == "Nothing was shown or played yet.\n")
        let since = try await program.run("evaluate", "--online", "--since", "2026-11-23")
        #expect(since.output == "Nothing was shown or played since 2026-11-23 (UTC).\n")
        let json = try await program.run("evaluate", "--online", "--json")
        #expect(try JSONDecoder().decode(Offers.self, from: Data(json.output.utf8)).offers.isEmpty)
    }

    @Test("a database without its schema is named, and none is made")
    func notMigrated() async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        for kind in ["--own", "--online"] {
            let ended = try await program.run("evaluate", kind)
            #expect(ended.status == 78)
            #expect(ended.errors.contains("kyck migrate"))
        }
    }

    @Test(
        "one thing is evaluated at a time",
        arguments: [
            [], ["--own", "--online"], ["--own", "--interactions", "known.csv"],
            ["--online", "--interactions", "known.csv"],
            ["--own", "--test", "test.csv"], ["--own", "--items", "items.csv"], ["--own", "--candidates", "c.txt"],
            ["--own", "--lists", "lists.csv"], ["--online", "--lists", "lists.csv"],
            ["--own", "--since", "2026-11-23"], ["--online", "--since", "yesterday"],
            ["--online", "--split", "last"], ["--online", "--positive-from", "1"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let program = try KyckProgram()
        defer { program.remove() }
        let ended = try await program.run(["evaluate"] + arguments)
        #expect(ended.status == 64, "\(ended.errors)")
        #expect(ended.output.isEmpty)
    }
}
