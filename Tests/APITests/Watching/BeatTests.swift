import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import Storage
import TestSupport
import Testing

@Suite("Beats of watching")
struct BeatTests {
    /// A beat of a player that plays on: ten seconds every ten seconds.
    private static func beat(
        _ number: Int64,
        at: Instant,
        position: Int64? = nil,
        played: Int64 = 10,
        _ state: PlayLedger.State = .playing
    ) -> PlayLedger.Beat {
        PlayLedger.Beat(
            number: number,
            at: at,
            position: .seconds(position ?? number * 10),
            played: .seconds(played),
            state: state
        )
    }

    private static func expectWatched(
        _ milliseconds: Int64,
        in answer: APIAnswer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let today = try answer.require(200, sourceLocation: sourceLocation).json["allowance"]["watched_today_ms"].int
        #expect(today == milliseconds, sourceLocation: sourceLocation)
    }

    /// A family that has begun a video of an hour.
    private static func playing(
        _ engine: Engine,
        _ test: @Sendable @escaping (APIFixture, APIFixture.Family, Play.ID) async throws -> Void
    ) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("긴 노래") { $0.duration = .hours(1) }
            try await test(api, family, try await api.begin(video, in: family))
        }
    }

    @Test("beats as they come are counted, and sum up over the day", arguments: Engine.allCases)
    func ordinary(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            for number in Int64(1)...6 {
                api.clock.advance(.seconds(10))
                let answer = try await api.beats(play, [Self.beat(number, at: api.clock.now)], as: family.childToken)
                try Self.expectWatched(number * 10_000, in: answer)
                #expect(answer.json["accepted"] == 1)
                #expect(
                    answer.json["allowance"].keys == [
                        "cause", "ends_at", "fun_left_ms", "learning_left_ms", "may_finish", "over", "remaining_ms",
                        "total_left_ms", "warning", "watched_today_ms",
                    ]
                )
            }
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json["allowance"]["watched_today_ms"] == 60_000)
        }
    }

    @Test("a beat that comes twice counts once, also when both come at once", arguments: Engine.allCases)
    func duplicates(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            api.clock.advance(.seconds(60))
            let beat = Self.beat(1, at: api.clock.now)
            let accepted = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        try await api.beats(play, [beat], as: family.childToken).require(200).json["accepted"].int ?? -1
                    }
                }
                return try await group.reduce(into: [Int64]()) { $0.append($1) }
            }
            #expect(accepted.sorted() == Array(repeating: 0, count: 19) + [1])
            let twice = try await api.beats(play, [beat, beat], as: family.childToken)
            #expect(twice.json["accepted"] == 0)
            try Self.expectWatched(10_000, in: twice)
        }
    }

    @Test("beats that overtake one another lose nothing", arguments: Engine.allCases)
    func reordered(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            let start = api.clock.now
            let beats = (1...6).map { Self.beat($0, at: start + .seconds($0 * 10)) }
            api.clock.advance(.seconds(60))
            let batch = try await api.beats(play, [beats[3], beats[0], beats[5], beats[2]], as: family.childToken)
            #expect(batch.json["accepted"] == 4)
            try Self.expectWatched(40_000, in: batch)
            let late = try await api.beats(play, [beats[4], beats[1], beats[3]], as: family.childToken)
            #expect(late.json["accepted"] == 2)
            try Self.expectWatched(60_000, in: late)
            // The position is that of the newest beat, whichever came last.
            #expect(try await Self.position(api) == 60_000)
        }
    }

    private static func position(_ api: APIFixture) async throws -> Int64? {
        try await api.database.read { try $0.row("SELECT position_ms FROM play")?["position_ms"] as Int64? }
    }

    @Test("an outbox of ten hours ago counts in the hours it was watched", arguments: Engine.allCases)
    func outbox(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            let start = api.clock.now
            let beats = (1...30).map { Self.beat($0, at: start + .seconds($0 * 10)) }
            api.clock.advance(.hours(10))
            let answer = try await api.beats(play, beats, as: family.childToken)
            #expect(answer.json["accepted"] == 30)
            try Self.expectWatched(300_000, in: answer)
            let hours = try await Self.hours(api)
            #expect(hours == ["\(start.millisecondsSince1970) ": 300_000])
        }
    }

    /// Milliseconds by hour and areas.
    private static func hours(_ api: APIFixture) async throws -> [String: Int64] {
        try await api.database.read { transaction in
            var hours: [String: Int64] = [:]
            for row in try transaction.rows("SELECT hour_at, areas, watched_ms FROM watch_hour") {
                let (hour, areas): (Int64, String) = (try row["hour_at"], try row["areas"])
                hours["\(hour) \(areas)"] = try row["watched_ms"]
            }
            return hours
        }
    }

    @Test("what was watched before midnight counts for yesterday", arguments: Engine.allCases)
    func yesterday(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            let start = api.clock.now
            // Ten in the morning, and eleven hours later is nine in the evening; the outbox comes after midnight.
            let beats = [Self.beat(1, at: start + .seconds(10)), Self.beat(2, at: start + .hours(14) + .seconds(5))]
            api.clock.advance(.hours(14) + .minutes(1))
            let token = try SignedIn(try await api.refresh(family.guardian.refreshToken).require(200)).token
            try Self.expectWatched(10_000, in: try await api.beats(play, beats, as: token))
            let days = try await api.database.read { transaction in
                try transaction.rows("SELECT day, watched_ms FROM watch_day ORDER BY day").map(\.values)
            }
            #expect(days == [[.text("2026-11-23"), .integer(10_000)], [.text("2026-11-24"), .integer(10_000)]])
        }
    }

    @Test("beats older than a day are not counted", arguments: Engine.allCases)
    func tooOld(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            let start = api.clock.now
            api.clock.advance(.hours(24) + .seconds(20))
            let token = try SignedIn(try await api.refresh(family.guardian.refreshToken).require(200)).token
            let beats = [Self.beat(1, at: start + .seconds(10)), Self.beat(2, at: start + .seconds(20))]
            let answer = try await api.beats(play, beats, as: token)
            #expect(answer.json["accepted"] == 1)
            let days = try await api.database.read { transaction in
                try transaction.rows("SELECT watched_ms FROM watch_day").map { try $0["watched_ms"] as Int64 }
            }
            #expect(days == [10_000])
        }
    }

    @Test("a device cannot claim more time than has passed", arguments: Engine.allCases)
    func inflated(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            api.clock.advance(.seconds(10))
            let greedy = Self.beat(1, at: api.clock.now, position: 3_000, played: 3_000)
            let answer = try await api.beats(play, [greedy], as: family.childToken)
            try Self.expectWatched(12_000, in: answer)
            // Many small ones are no better than one large one.
            let many = (2...200).map { Self.beat($0, at: api.clock.now) }
            try Self.expectWatched(12_000, in: try await api.beats(play, many, as: family.childToken))
            for number in Int64(201)...220 {
                api.clock.advance(.seconds(1))
                let next = Self.beat(number, at: api.clock.now, played: 100)
                try await api.beats(play, [next], as: family.childToken).require(200)
            }
            let end = try await api.beats(play, [Self.beat(221, at: api.clock.now)], as: family.childToken)
            try Self.expectWatched(32_000, in: end)
        }
    }

    @Test("a device whose clock is ahead counts now, not tomorrow", arguments: Engine.allCases)
    func future(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            api.clock.advance(.seconds(10))
            let answer = try await api.beats(play, [Self.beat(1, at: api.clock.now + .days(3))], as: family.childToken)
            try Self.expectWatched(10_000, in: answer)
            #expect(try await Self.hours(api).count == 1)
            let days = try await api.contents().tables["watch_day"] ?? []
            #expect(days.count == 1 && days[0].contains(.text("2026-11-23")))
        }
    }

    @Test("a paused, hidden or buffering player earns nothing beyond what it played", arguments: Engine.allCases)
    func paused(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            api.clock.advance(.seconds(7))
            let pause = Self.beat(1, at: api.clock.now, position: 7, played: 7, .paused)
            try Self.expectWatched(7_000, in: try await api.beats(play, [pause], as: family.childToken))
            for (number, state) in [PlayLedger.State.paused, .hidden, .buffering, .paused].enumerated() {
                api.clock.advance(.minutes(5))
                let beat = Self.beat(Int64(number + 2), at: api.clock.now, position: 7, played: 0, state)
                try Self.expectWatched(7_000, in: try await api.beats(play, [beat], as: family.childToken))
            }
            api.clock.advance(.seconds(10))
            // What a paused player claims all the same, it cannot have played.
            let claim = Self.beat(6, at: api.clock.now, position: 7, played: 300, .paused)
            try Self.expectWatched(7_000, in: try await api.beats(play, [claim], as: family.childToken))
            api.clock.advance(.seconds(10))
            let on = Self.beat(7, at: api.clock.now, position: 17)
            try Self.expectWatched(17_000, in: try await api.beats(play, [on], as: family.childToken))
        }
    }

    @Test("time counts once, under all areas of the video, in its hour", arguments: Engine.allCases)
    func areas(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let labels = [try await api.addLabel(.area, "art"), try await api.addLabel(.area, "nature")]
            let both = try await api.publish("나비 그리기") { $0.labels = labels }
            let none = try await api.publish("노래")
            let first = api.clock.now
            try await api.watch(both, seconds: 60, in: family)
            api.clock.advance(.hours(1))
            try await api.watch(none, seconds: 30, in: family)
            let second = (first + .hours(1)).startOfHour
            let expected = [
                "\(first.startOfHour.millisecondsSince1970) art nature": Int64(60_000),
                "\(second.millisecondsSince1970) ": 30_000,
            ]
            #expect(try await Self.hours(api) == expected)
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json["allowance"]["watched_today_ms"] == 90_000)
        }
    }

    @Test("two devices at once are two plays, and both count", arguments: Engine.allCases)
    func twoDevices(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let videos = try await api.publish([SeedVideo("노래 하나"), SeedVideo("노래 둘")])
            let plays = [try await api.begin(videos[0], in: family), try await api.begin(videos[1], in: family)]
            for number in Int64(1)...5 {
                api.clock.advance(.seconds(10))
                let beat = Self.beat(number, at: api.clock.now)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for play in plays {
                        group.addTask { try await api.beats(play, [beat], as: family.childToken).require(200) }
                    }
                    try await group.waitForAll()
                }
            }
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json["allowance"]["watched_today_ms"] == 100_000)
            let watched = try await api.database.read { transaction in
                try transaction.rows("SELECT watched_ms FROM watched_video").map { try $0["watched_ms"] as Int64 }
            }
            #expect(watched == [50_000, 50_000])
        }
    }

    @Test("the same video on two devices counts twice in its total", arguments: Engine.allCases)
    func sameVideo(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let plays = [try await api.begin(video, in: family), try await api.begin(video, in: family)]
            api.clock.advance(.seconds(10))
            let beat = Self.beat(1, at: api.clock.now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for play in plays {
                    group.addTask { try await api.beats(play, [beat], as: family.childToken).require(200) }
                }
                try await group.waitForAll()
            }
            let history = try await api.send(.get, family.path + "/history", as: family.childToken).require(200)
            let progress = history.json["items"][0]["progress"]
            #expect(progress["plays"] == 2 && progress["watched_ms"] == 20_000)
        }
    }

    @Test("another family's play is not found, nor a play there never was", arguments: Engine.allCases)
    func foreign(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            let park = try await api.family(Person.park, child: "서준")
            let sister = try await api.addChild("민아", as: family.guardian.token)
            let sisterToken = try await api.childToken(sister, as: family.guardian.token)
            api.clock.advance(.seconds(10))
            let beat = Self.beat(1, at: api.clock.now)
            for token in [park.guardian.token, park.childToken, sisterToken] {
                try await api.beats(play, [beat], as: token).expect(.notFound)
            }
            try await api.beats(api.ids.next(), [beat], as: family.childToken).expect(.notFound)
            try Self.expectWatched(10_000, in: try await api.beats(play, [beat], as: family.guardian.token))
        }
    }

    @Test("beats of a video that left the catalogue meanwhile still count", arguments: Engine.allCases)
    func withdrawn(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            try await api.database.write { transaction in
                try transaction.run("UPDATE video SET state = 'withdrawn'")
                try transaction.run("UPDATE catalogue_version SET version = version + 1")
            }
            api.clock.advance(.seconds(10))
            let answer = try await api.beats(play, [Self.beat(1, at: api.clock.now)], as: family.childToken)
            try Self.expectWatched(10_000, in: answer)
        }
    }

    @Test("a session that is over counts nothing and is told so, whatever it sends", arguments: Engine.allCases)
    func signedOut(engine: Engine) async throws {
        try await Self.playing(engine) { api, family, play in
            api.clock.advance(.seconds(10))
            let answer = try await api.beats(play, [Self.beat(1, at: api.clock.now)], as: family.childToken)
            try Self.expectWatched(10_000, in: answer)
            let tablet = try await api.signInElsewhere(Person.minji)
            try await api.send(.delete, "/v1/sessions/\(family.guardian.session)", as: tablet.token).require(204)

            api.clock.advance(.seconds(10))
            let late = Self.beat(2, at: api.clock.now)
            try await api.beats(play, [late], as: family.childToken).expect(.sessionRevoked)
            try await api.beats(play, [late], as: family.guardian.token).expect(.sessionRevoked)
            let unknown = IdentifierSource(clock: .system).next(Play.self)
            try await api.beats(unknown, [late], as: family.childToken).expect(.sessionRevoked)
            try await api.beats(play, [], as: family.childToken).expect(.sessionRevoked)
            let home = try await api.send(.get, family.path + "/home", as: tablet.token).require(200)
            #expect(home.json["allowance"]["watched_today_ms"] == 10_000)
        }
    }
}
