import Domain
import Jobs
import SQL
import Storage

/// Plays that are long over, a little more than the averages take in two batches; those after the second are of a child of
/// their own.
struct WatchedMonth {
    struct Play {
        let id: Domain.Play.ID
        let child: Int
        let startedAt: Instant
        let watched: Int
        let isFinished: Bool
    }

    struct ChildDay: Hashable {
        let child: Int
        let day: Day
    }

    let playsBeforeTheHold = 2 * AggregateWatching.batch
    let playsAfterTheHold = 500
    let children: [Child.ID]
    let plays: [Play]
    /// Milliseconds each child watched on each day of the family.
    let days: [ChildDay: Int]
    private let guardian: Guardian.ID
    private let video: Video.ID

    var lastChild: Child.ID { children[children.count - 1] }
    var lastBeforeTheHold: Instant { plays[playsBeforeTheHold - 1].startedAt }

    init() {
        let ids = IdentifierSource(clock: .system)
        let start = (Clock.system.now() - .days(30)).startOfHour
        guardian = ids.next()
        video = ids.next()
        let children: [Child.ID] = (0..<7).map { _ in ids.next() }
        let held = playsBeforeTheHold
        let plays = (0..<playsBeforeTheHold + playsAfterTheHold).map { number in
            Play(
                id: ids.next(),
                child: number < held ? number % (children.count - 1) : children.count - 1,
                startedAt: start + .minutes(Int64(number)),
                watched: number * 7_919 % 60_000,
                isFinished: number % 3 == 0
            )
        }
        self.children = children
        self.plays = plays
        days = Dictionary(
            plays.map { (ChildDay(child: $0.child, day: Day(of: $0.startedAt + Self.seoul)), $0.watched) },
            uniquingKeysWith: +
        )
    }

    /// How far ahead of Greenwich Seoul is, all year.
    private static let seoul = Span.hours(9)
    /// Six and older, whatever day it is.
    private static let group = 4

    /// What the averages must be, reckoned from the plays alone.
    func recount() -> AverageRows {
        var (hours, ofHours): ([Int: [Int]], [Int: Set<Int>]) = ([:], [:])
        for play in plays {
            // 1970 began on a Thursday.
            let hour = Int((play.startedAt + Self.seoul).millisecondsSince1970 / 3_600_000 + 3 * 24) % 168
            let sums = hours[hour] ?? [0, 0, 0]
            hours[hour] = [sums[0] + 1, sums[1] + play.watched, sums[2] + (play.isFinished ? 1 : 0)]
            ofHours[hour, default: []].insert(play.child)
        }
        let byDay = Dictionary(grouping: days) { $0.key.day }
        return AverageRows(
            plays: plays.count,
            hours: Set(hours.map { hour, sums in [hour, Self.group, ofHours[hour]?.count ?? 0] + sums }),
            days: Set(
                byDay.map { day, parts in
                    [Int(day.number), Self.group, parts.count, parts.reduce(0) { $0 + $1.value }]
                }
            )
        )
    }

    func store(in database: any Database) async throws {
        try await database.write { transaction in
            let lookup: [UInt8] = [1]
            try transaction.run(
                """
                INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
                VALUES (\(guardian), \(lookup), \(lookup), 'k', 'ko', 'Asia/Seoul', 0)
                """
            )
            try transaction.run(
                """
                INSERT INTO video (id, hosted_path, state, duration_ms, embeddable, made_for_kids, content_hash, created_at,
                    updated_at)
                VALUES (\(video), 'v.mp4', 'accepted', 60000, 1, 1, '', 0, 0)
                """
            )
            for child in children {
                try transaction.run(
                    """
                    INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
                    VALUES (\(child), \(guardian), 'n', '2015-03', 'bear', 0)
                    """
                )
            }
            for (one, watched) in days {
                try transaction.run(
                    """
                    INSERT INTO watch_day (child_id, day, watched_ms) VALUES (\(children[one.child]), \(one.day), \(watched))
                    """
                )
            }
            for first in stride(from: 0, to: plays.count, by: 500) {
                let rows = plays[first..<min(first + 500, plays.count)].map { play -> Query in
                    """
                    (\(play.id), \(children[play.child]), \(video), 'home', \(play.startedAt), \(play.startedAt), \
                    \(play.startedAt), 0, \(play.watched), \(play.isFinished))
                    """
                }
                try transaction.run(
                    """
                    INSERT INTO play (id, child_id, video_id, surface, started_at, heard_at, made_at, bank_ms, watched_ms,
                        finished)
                    VALUES \(Query(rows, joinedBy: ", "))
                    """
                )
            }
        }
    }
}

/// Everything there is in the averages.
struct AverageRows: Equatable {
    var plays: Int
    /// Hour of the week, age group, children, plays, milliseconds, finished.
    var hours: Set<[Int]>
    /// Number of the day, age group, children, milliseconds.
    var days: Set<[Int]>

    init(plays: Int, hours: Set<[Int]>, days: Set<[Int]>) {
        self.plays = plays
        self.hours = hours
        self.days = days
    }

    init(_ database: any Database) async throws {
        self = try await database.read { transaction in
            let hours: [[Int]] = try transaction.rows(
                "SELECT hour_of_week, age_group, children, plays, watched_ms, finished FROM watch_average"
            ).map { row in
                try ["hour_of_week", "age_group", "children", "plays", "watched_ms", "finished"].map { try row[$0] }
            }
            let days: [[Int]] = try transaction.rows(
                "SELECT day, age_group, children, watched_ms FROM watch_day_average"
            ).map { row in
                let day: Day = try row["day"]
                return try [Int(day.number)] + ["age_group", "children", "watched_ms"].map { try row[$0] }
            }
            return AverageRows(plays: hours.reduce(0) { $0 + $1[3] }, hours: Set(hours), days: Set(days))
        }
    }

    /// The start of the last play that is counted.
    static func countedUntil(_ database: any Database) async throws -> Instant? {
        try await database.read { transaction in
            try transaction.row("SELECT counted_until FROM watch_average_mark WHERE id = 1").map {
                try $0["counted_until"]
            }
        }
    }
}
