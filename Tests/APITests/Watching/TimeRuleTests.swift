import API
import Contract
import Domain
import HTTPTypes
import SQL
import ServerKit
import TestSupport
import Testing

/// Monday, 23 November 2026, from ten in the morning in Seoul.
@Suite("Watching under time rules")
struct TimeRuleTests {
    private static func beat(
        _ number: Int64,
        at: Instant,
        position: Int64,
        played: Int64 = 10
    ) -> PlayLedger.Beat {
        PlayLedger.Beat(
            number: number,
            at: at,
            position: .seconds(position),
            played: .seconds(played),
            state: .playing
        )
    }

    private static func limit(
        _ family: APIFixture.Family,
        _ api: APIFixture,
        _ change: (inout JSON) -> Void
    ) async throws {
        var rules = APIFixture.noLimits
        change(&rules)
        try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
    }

    private static func home(_ family: APIFixture.Family, _ api: APIFixture) async throws -> JSON {
        try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
    }

    private static func offered(_ home: JSON) -> Set<String> {
        Set(home["shelves"].array.flatMap { $0["videos"].array }.compactMap { $0["id"].string })
    }

    @Test("the day's minutes are used up over all videos, and then nothing begins", arguments: Engine.allCases)
    func minutes(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let videos = try await api.publish((1...3).map { SeedVideo("노래 \($0)") { $0.duration = .seconds(60) } })
            try await Self.limit(family, api) { $0["minutes"] = APIFixture.every(2) }
            let start = try await Self.home(family, api)["allowance"]
            #expect(start["remaining_ms"] == 120_000 && start["over"] == false && start["warning"] == 5)
            #expect(start["ends_at"].string == Timestamp(api.clock.now + .minutes(2)).description)
            try await api.watch(videos[0], seconds: 60, state: .ended, in: family)
            let play = try await api.play(videos[1], in: family).require(201).json
            #expect(play["allowance"]["remaining_ms"] == 60_000 && play["allowance"]["may_finish"] == true)
            #expect(play["allowance"]["warning"] == 1)
            try await api.watch(videos[2], seconds: 60, state: .ended, in: family)
            let over = try await Self.home(family, api)
            #expect(over["allowance"]["over"] == true && over["allowance"]["cause"] == "time_over")
            #expect(over["allowance"]["remaining_ms"] == 0 && over["allowance"]["ends_at"] == .null)
            #expect(over["shelves"] == [], "what cannot begin is not offered")
            try await api.play(videos[0], in: family).expect(.timeOver)
            try await api.play(videos[0], in: family, as: family.guardian.token).expect(.timeOver)
            // What a parent grants opens it again.
            let path = family.path + "/bonus"
            try await api.send(.post, path, ["minutes": 5], as: family.guardian.token).require(201)
            try await api.play(videos[0], in: family).require(201)
        }
    }

    @Test("a video longer than what is left begins only where the guardian lets it", arguments: Engine.allCases)
    func cannotFinish(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let short = try await api.publish("짧은 노래") { $0.duration = .seconds(60) }
            let long = try await api.publish("긴 노래") { $0.duration = .minutes(10) }
            try await api.watch(long, seconds: 500, in: family)
            try await Self.limit(family, api) { $0["minutes"] = APIFixture.every(10) }
            // A hundred seconds are left, and as much of the long one.
            #expect(Self.offered(try await Self.home(family, api)) == [short.description, long.description])
            try await api.watch(short, seconds: 10, in: family)
            #expect(Self.offered(try await Self.home(family, api)) == [short.description])
            try await api.play(long, in: family).expect(.cannotFinish)
            try await Self.limit(family, api) {
                $0["minutes"] = APIFixture.every(10)
                $0["may_offer_what_cannot_finish"] = true
            }
            #expect(Self.offered(try await Self.home(family, api)) == [short.description, long.description])
            try await api.play(long, in: family).require(201)
        }
    }

    @Test("no episode is offered before one that there is no time for", arguments: Engine.allCases)
    func seriesOrder(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let series = try await api.addSeries("하나둘셋")
            let lengths: [Span] = [.seconds(60), .minutes(20), .seconds(60), .seconds(60)]
            let episodes = try await api.publish(
                lengths.enumerated().map { number, length in
                    SeedVideo("\(number + 1)화") {
                        ($0.series, $0.episode, $0.duration) = (series, number + 1, length)
                    }
                }
            )
            try await api.watch(episodes[0], seconds: 60, state: .ended, in: family)
            try await Self.limit(family, api) { $0["minutes"] = APIFixture.every(10) }
            let home = try await Self.home(family, api)
            #expect(
                Self.offered(home) == [episodes[0].description],
                "the first may come again, the second waits for time"
            )
        }
    }

    @Test("at bedtime nothing begins, and what nearly is through may finish", arguments: Engine.allCases)
    func bedtime(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래") { $0.duration = .minutes(6) }
            try await Self.limit(family, api) {
                $0["bedtimes"] = [["weekdays": ["monday"], "start": "10:05", "end": "11:00"]]
                $0["may_offer_what_cannot_finish"] = true
            }
            let play = try await api.begin(video, in: family)
            for minute in Int64(1)...6 {
                api.clock.advance(.minutes(1))
                let beat = Self.beat(minute, at: api.clock.now, position: minute * 60, played: 60)
                let allowance = try await api.beats(play, [beat], as: family.childToken).require(200).json["allowance"]
                #expect(
                    allowance["watched_today_ms"].int == minute * 60_000,
                    "what is played after the end counts, too"
                )
                #expect(allowance["over"] == .bool(minute >= 5))
                #expect(allowance["cause"] == (minute >= 5 ? JSON.string("bedtime") : .null))
                #expect(allowance["may_finish"] == true, "a minute of it is left when the night begins")
            }
            try await api.play(video, in: family).expect(.bedtime)
            let home = try await Self.home(family, api)
            #expect(home["shelves"] == [] && home["allowance"]["total_left_ms"] == .null)
        }
    }

    @Test("a budget stops its own kind of video and no other", arguments: Engine.allCases)
    func budgets(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let area = try await api.addLabel(.area, CurriculumArea.nature.rawValue)
            let learning = try await api.publish("씨앗") { ($0.duration, $0.labels) = (.seconds(60), [area]) }
            let fun = try await api.publish("춤") { $0.duration = .seconds(60) }
            try await Self.limit(family, api) {
                $0["fun"] = APIFixture.every(1)
                $0["learning"] = APIFixture.every(30)
            }
            try await api.watch(learning, seconds: 60, state: .ended, in: family)
            try await api.watch(fun, seconds: 60, state: .ended, in: family)
            let home = try await Self.home(family, api)
            #expect(home["allowance"]["fun_left_ms"] == 0 && home["allowance"]["over"] == false)
            #expect(home["allowance"]["learning_left_ms"] == 1_740_000)
            #expect(Self.offered(home) == [learning.description])
            try await api.play(fun, in: family).expect(.timeOver)
            try await api.play(learning, in: family).require(201)
        }
    }

    // MARK: Several devices

    @Test("two devices of one child share its minutes, beat by beat", arguments: Engine.allCases)
    func twoDevices(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("긴 노래") { $0.duration = .minutes(30) }
            try await Self.limit(family, api) {
                $0["minutes"] = APIFixture.every(2)
                $0["may_offer_what_cannot_finish"] = true
            }
            let tablet = try await api.childToken(family.child, as: family.guardian.token)
            let plays = [try await api.begin(video, in: family), try await api.begin(video, in: family)]
            for round in Int64(1)...7 {
                api.clock.advance(.seconds(10))
                for (place, token) in [family.childToken, tablet].enumerated() {
                    let beat = Self.beat(round, at: api.clock.now, position: round * 10)
                    let answer = try await api.beats(plays[place], [beat], as: token).require(200).json
                    let used = (round - 1) * 20 + Int64(place + 1) * 10
                    #expect(answer["accepted"] == 1)
                    #expect(answer["allowance"]["watched_today_ms"].int == used * 1_000)
                    #expect(answer["allowance"]["remaining_ms"].int == max(0, 120 - used) * 1_000)
                    #expect(answer["allowance"]["over"] == .bool(used >= 120))
                }
            }
            try await api.play(video, in: family, as: tablet).expect(.timeOver)
        }
    }

    @Test("beats of many devices at once are each told a sum of their own", arguments: Engine.allCases)
    func atOnce(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("긴 노래") { $0.duration = .minutes(30) }
            try await Self.limit(family, api) {
                $0["minutes"] = APIFixture.every(1)
                $0["may_offer_what_cannot_finish"] = true
            }
            var plays: [Play.ID] = []
            for _ in 1...8 { plays.append(try await api.begin(video, in: family)) }
            api.clock.advance(.seconds(10))
            let beat = Self.beat(1, at: api.clock.now, position: 10)
            let told = try await withThrowingTaskGroup(of: JSON.self) { group in
                for play in plays {
                    group.addTask { try await api.beats(play, [beat], as: family.childToken).require(200).json }
                }
                return try await group.reduce(into: [JSON]()) { $0.append($1["allowance"]) }
            }
            let sums = told.compactMap { $0["watched_today_ms"].int }.sorted()
            #expect(sums == (1...8).map { $0 * 10_000 })
            #expect(told.count { $0["over"] == true } == 3)
            #expect(told.allSatisfy { ($0["remaining_ms"].int ?? -1) >= 0 })
        }
    }

    // MARK: What follows by itself

    private static func begin(
        _ video: Video.ID,
        _ surface: Surface,
        in family: APIFixture.Family,
        key: String? = nil,
        _ api: APIFixture
    ) async throws -> APIAnswer {
        var headers = HTTPFields()
        headers[.idempotencyKey] = key
        let body: JSON = ["video_id": .string(video.description), "surface": .string(surface.rawValue)]
        return try await api.send(.post, family.path + "/plays", body, as: family.childToken, headers: headers)
    }

    @Test("no more videos follow by themselves than the guardian allows", arguments: Engine.allCases)
    func autoplay(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            try await Self.limit(family, api) { $0["autoplay_cap"] = 2 }
            for _ in 1...2 {
                let chosen = try await Self.begin(video, .home, in: family, api).require(201).json
                #expect(chosen["may_autoplay_next"] == true)
                for number in 1...2 {
                    api.clock.advance(.seconds(1))
                    let key = "auto-\(api.clock.now.millisecondsSince1970)-\(number)"
                    let first = try await Self.begin(video, .autoplay, in: family, key: key, api).require(201).json
                    #expect(first["may_autoplay_next"] == .bool(number < 2))
                    // The same request again is the same play and not one too many.
                    try await api.database.write { try $0.run("DELETE FROM idempotency_key") }
                    let again = try await Self.begin(video, .autoplay, in: family, key: key, api).require(201).json
                    #expect(again["play_id"] == first["play_id"])
                    #expect(again["may_autoplay_next"] == first["may_autoplay_next"])
                }
                api.clock.advance(.seconds(1))
                try await Self.begin(video, .autoplay, in: family, api).expect(.autoplayOver)
            }
            #expect(try await api.contents().counts["play"] == 6)
            try await Self.limit(family, api) { $0["autoplay_cap"] = 0 }
            let chosen = try await Self.begin(video, .home, in: family, api).require(201).json
            #expect(chosen["may_autoplay_next"] == false)
            api.clock.advance(.seconds(1))
            try await Self.begin(video, .autoplay, in: family, api).expect(.autoplayOver)
        }
    }

    @Test("several devices at once do not pass the cap together", arguments: Engine.allCases)
    func autoplayAtOnce(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            try await Self.limit(family, api) { $0["autoplay_cap"] = 2 }
            try await Self.begin(video, .home, in: family, api).require(201)
            api.clock.advance(.seconds(1))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...6 { group.addTask { try await Self.begin(video, .autoplay, in: family, api).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 201, 403, 403, 403, 403])
        }
    }

    @Test(
        "what follows by itself and what is counted at the same time do not get in each other's way",
        arguments: Engine.allCases
    )
    func beginningAndBeating(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("긴 노래") { $0.duration = .minutes(30) }
            try await Self.limit(family, api) { ($0["autoplay_cap"], $0["minutes"]) = (10, APIFixture.every(60)) }
            var plays: [Play.ID] = []
            for _ in 1...8 { plays.append(try await api.begin(video, in: family)) }
            api.clock.advance(.seconds(10))
            let beat = Self.beat(1, at: api.clock.now, position: 10)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for play in plays {
                    group.addTask { try await api.beats(play, [beat], as: family.childToken).status }
                    group.addTask { try await Self.begin(video, .autoplay, in: family, api).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == Array(repeating: 200, count: 8) + Array(repeating: 201, count: 8))
            #expect(try await Self.home(family, api)["allowance"]["watched_today_ms"] == 80_000)
        }
    }

    // MARK: What cannot be read

    @Test("rules that cannot be read open nothing, and the guardian sets them anew", arguments: Engine.allCases)
    func unreadable(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let guardian = family.guardian.token
            let video = try await api.publish("노래")
            let play = try await api.begin(video, in: family)
            try await api.send(.put, family.path + "/rules", APIFixture.rules, as: guardian).require(200)
            try await api.database.write { try $0.run("UPDATE watch_rule SET rules = '{\"minutes\":[60]}'") }
            let home = try await Self.home(family, api)
            #expect(home["shelves"] == [] && home["allowance"]["cause"] == "bedtime")
            try await api.play(video, in: family).expect(.bedtime)
            // What is watched all the same is counted, and no grant opens anything.
            api.clock.advance(.seconds(10))
            let beat = Self.beat(1, at: api.clock.now, position: 10)
            let beaten = try await api.beats(play, [beat], as: family.childToken).require(200).json
            #expect(beaten["allowance"]["over"] == true && beaten["allowance"]["watched_today_ms"] == 10_000)
            try await api.send(.post, family.path + "/bonus", ["minutes": 60], as: guardian).require(201)
            try await api.play(video, in: family).expect(.bedtime)
            let held = try await api.send(.get, family.path + "/rules", as: guardian).require(200).json
            #expect(held["bedtimes"].array.count == 2 && held["minutes"] == APIFixture.every(0))
            try await api.send(.put, family.path + "/rules", APIFixture.rules, as: guardian).require(200)
            try await api.play(video, in: family).require(201)
        }
    }

    @Test("a zone nobody knows any more lets nothing begin, and the guardian sets another", arguments: Engine.allCases)
    func unknownZone(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            try await api.database.write { try $0.run("UPDATE guardian SET time_zone = 'Mars/Olympus'") }
            try await api.play(video, in: family).expect(.internal)
            try await api.send(.get, family.path + "/home", as: family.childToken).expect(.internal)
            let zone: JSON = ["time_zone": "Asia/Seoul"]
            try await api.send(.patch, "/v1/me", zone, as: family.guardian.token).require(200)
            try await api.play(video, in: family).require(201)
        }
    }

    // MARK: Time zones

    @Test("moving to another time zone gives no second day's minutes", arguments: Engine.allCases)
    func move(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래") { $0.duration = .seconds(60) }
            try await Self.limit(family, api) { $0["minutes"] = APIFixture.every(2) }
            for _ in 1...2 { try await api.watch(video, seconds: 60, state: .ended, in: family) }
            try await api.play(video, in: family).expect(.timeOver)
            // Still Sunday in the first, the same Monday in the others.
            for zone in ["Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Seoul"] {
                let change: JSON = ["time_zone": .string(zone)]
                try await api.send(.patch, "/v1/me", change, as: family.guardian.token).require(200)
                try await api.play(video, in: family).expect(.timeOver, zone)
                let allowance = try await Self.home(family, api)["allowance"]
                #expect(allowance["watched_today_ms"] == 120_000 && allowance["cause"] == "time_over", "\(zone)")
            }
        }
    }
}
