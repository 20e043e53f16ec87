import Domain
import SQL
import Storage
import TestSupport
import Testing

/// Every statement that a child's tap or a beat causes is served by an index, however large the tables grow.
@Suite("The hot queries")
struct HotQueryTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)

    /// Small by nature: one row, or the words staff chose. In SQLite's plans a table may go by its alias.
    private static let small: Set<String> = ["catalogue_version", "label", "series", "channel", "CONSTANT"]

    /// - Parameter others: what a plan calls scanned that is no table: the values of a statement, beside their number.
    private func expectIndexed(_ recorder: PlanRecorder, _ what: String, besides others: Set<String> = []) {
        let steps = recorder.takeSteps()
        #expect(!steps.isEmpty, "\(what) asked nothing")
        for step in steps {
            let large = step.scanned.filter { !Self.small.contains($0) && !others.contains($0) && Int($0) == nil }
            #expect(large.isEmpty, "\(what) scans \(large.joined(separator: ", ")): \(step.sql)")
        }
    }

    @Test("Signing in and staying signed in scan nothing", arguments: Engine.allCases)
    func sessions(engine: Engine) async throws {
        let recorder = PlanRecorder(try await engine.makeDatabase())
        let stores = Stores(database: recorder)
        let ids = IdentifierSource(clock: .system)
        let phone = SealedPhone(lookup: [1], cipher: [2], keyID: "e1")
        let challenge = OTPChallenge(id: ids.next(), phone: phone, codeHMAC: [3], createdAt: Self.now)
        _ = try await stores.otp.issue(challenge)
        expectIndexed(recorder, "issuing a code")
        let guardian = Guardian(
            id: ids.next(),
            language: .korean,
            timeZone: "Asia/Seoul",
            pinVersion: nil,
            createdAt: Self.now,
            deletionRequestedAt: nil
        )
        let redemption = try await stores.sessions.signIn(
            redeeming: challenge.id,
            newGuardian: guardian,
            session: ids.next(),
            deviceName: "phone",
            refreshTokenHash: [4],
            now: Self.now
        ) { _ in true }
        guard case .signedIn(let signIn) = redemption else {
            Issue.record("the code was refused: \(redemption)")
            return
        }
        expectIndexed(recorder, "signing in")
        _ = try await stores.sessions.rotate([4], successor: [5], now: Self.now)
        expectIndexed(recorder, "refreshing")
        _ = try await stores.sessions.isActive(signIn.session.id, now: Self.now)
        expectIndexed(recorder, "checking a session")
    }

    @Test("A home, a play and its beats scan nothing", arguments: Engine.allCases)
    func watching(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 3)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let recorder = PlanRecorder(database)
        let stores = Stores(database: recorder)
        let child = try #require(world.children.first)
        let video = try #require(world.subjects.first).video

        _ = try await stores.children.profile(child.id)
        _ = try await stores.sights.sight(of: child.id, now: Self.now)
        _ = try await stores.choices.favourites(of: child.id)
        _ = try await stores.catalogue.version()
        expectIndexed(recorder, "a home")

        let play = WatchingStore.NewPlay(
            id: IdentifierSource(clock: .system).next(),
            child: child.id,
            video: video.id,
            surface: .home,
            reason: .new
        )
        _ = try await stores.watching.begin(play, now: Self.now)
        expectIndexed(recorder, "beginning a play")
        let beat = PlayLedger.Beat(
            number: 1,
            at: Self.now + .seconds(10),
            position: .seconds(10),
            played: .seconds(10),
            state: .playing
        )
        let setting = WatchingStore.Setting(
            areas: [.art],
            duration: .minutes(1)
        )
        let arrival = WatchingStore.Arrival(play: play.id, beats: [beat]) { _ in setting }
        _ = try await stores.watching.count(arrival, now: Self.now + .seconds(10))
        expectIndexed(recorder, "a beat")
        let last = PlayLedger.Beat(
            number: 2,
            at: Self.now + .seconds(60),
            position: .seconds(60),
            played: .seconds(50),
            state: .ended
        )
        let end = WatchingStore.Arrival(play: play.id, beats: [last]) { _ in setting }
        let tally = try await stores.watching.count(end, now: Self.now + .seconds(60))
        #expect(tally?.finished == play.offer)
        expectIndexed(recorder, "the beat that watches a video through")
        _ = try await stores.offers.add(shown: [OfferStore.Cell(play.offer, at: Self.now): 1])
        expectIndexed(recorder, "counting what was shown")
        try await stores.history.saveTaste([1], of: child.id, now: Self.now)
        expectIndexed(recorder, "a taste")
    }

    @Test("Time rules, grants and requests scan nothing", arguments: Engine.allCases)
    func timeRules(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 3)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let recorder = PlanRecorder(database)
        let stores = Stores(database: recorder)
        let ids = IdentifierSource(clock: .system)
        let child = try #require(world.children.first).id
        let rules = try WatchRules(viewing: ViewingRules(autoplayCap: 2), minutes: DailyMinutes(every: 60))
        #expect(try await stores.children.setRules(rules, of: child, now: Self.now))
        expectIndexed(recorder, "setting rules")
        let grant = BonusStore.Grant(id: ids.next(), child: child, minutes: 5)
        _ = try await stores.bonuses.grant(grant, now: Self.now)
        expectIndexed(recorder, "granting minutes")
        _ = try await stores.sights.sight(of: child, now: Self.now)
        expectIndexed(recorder, "a home with a limit")
        let play = WatchingStore.NewPlay(
            id: ids.next(),
            child: child,
            video: try #require(world.subjects.first).video.id,
            surface: .autoplay
        )
        #expect(try await stores.watching.begin(play, now: Self.now).followed == 1)
        expectIndexed(recorder, "a play that follows by itself")
        let beat = PlayLedger.Beat(
            number: 1,
            at: Self.now + .seconds(10),
            position: .seconds(10),
            played: .seconds(10),
            state: .playing
        )
        let setting = WatchingStore.Setting(areas: [], duration: .minutes(1))
        let arrival = WatchingStore.Arrival(play: play.id, beats: [beat]) { _ in setting }
        _ = try await stores.watching.count(arrival, now: Self.now + .seconds(10))
        expectIndexed(recorder, "a beat with a limit")
        let request = ChildRequest(id: ids.next(), child: child, subject: .time, createdAt: Self.now)
        let asked = try await stores.requests.ask(request) { .requestWaiting(id: ids.next(), in: $0) }
        #expect(asked == .asked(request))
        expectIndexed(recorder, "asking")
        _ = try await stores.requests.decide(request.id, of: child, granted: true, minutes: 5, now: Self.now)
        expectIndexed(recorder, "granting what was asked for")
        #expect(try await stores.requests.requests(of: child).map(\.state) == [.granted])
        expectIndexed(recorder, "listing requests")
    }

    @Test("The upkeep that runs every minute scans nothing", arguments: Engine.allCases)
    func upkeep(engine: Engine) async throws {
        let recorder = PlanRecorder(try await engine.makeDatabase())
        let stores = Stores(database: recorder)
        _ = try await stores.consents.unconfirmed(given: Self.now - .days(3)..<Self.now, limit: 100)
        expectIndexed(recorder, "unconfirmed consents")
        _ = try await stores.jobs.take("x", holder: "h", every: .hours(1), lease: .minutes(1), now: Self.now)
        expectIndexed(recorder, "a lease")
        _ = try await stores.guardians.deleteDue(now: Self.now)
        expectIndexed(recorder, "accounts due for deletion")
        _ = try await stores.history.staleTastes(
            after: nil,
            reckonedBy: Self.now - .days(7),
            watchedUntil: Self.now - .hours(1),
            now: Self.now,
            limit: 100
        )
        expectIndexed(recorder, "tastes that have fallen behind", besides: ["c"])
        _ = try await stores.outbox.take(limit: 100, lease: .minutes(1), taker: "t", now: Self.now)
        // What was picked by the index, and joined to the rest.
        expectIndexed(recorder, "messages that are due", besides: ["due"])
        _ = try await stores.outbox.removeOld(now: Self.now)
        expectIndexed(recorder, "old messages")
        _ = try await stores.sessions.removeOld(now: Self.now)
        expectIndexed(recorder, "old sessions")
        _ = try await stores.idempotencyKeys.removeOld(now: Self.now)
        expectIndexed(recorder, "old answers")
    }

    @Test(
        "Popularity is read from one row a video, and a child that goes is taken out by index",
        arguments: Engine.allCases
    )
    func popularity(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 4)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let recorder = PlanRecorder(database)
        let stores = Stores(database: recorder)
        _ = try await stores.popularity.children(now: Self.now)
        let steps = recorder.takeSteps()
        #expect(steps.count == 1)
        #expect(steps.flatMap(\.scanned).allSatisfy { $0 == "video_popularity" })

        let child = try #require(world.children.first)
        _ = try await stores.children.delete(
            child.id,
            of: child.guardianID,
            at: "/v1/children/\(child.id)",
            now: Self.now
        )
        expectIndexed(recorder, "deleting a child")
    }

    @Test("Counting averages reads what is new by index, and so does removing what is old", arguments: Engine.allCases)
    func averages(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 4)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let recorder = PlanRecorder(database)
        let stores = Stores(database: recorder)
        let child = try #require(world.children.first)
        let play = WatchingStore.NewPlay(
            id: IdentifierSource(clock: .system).next(),
            child: child.id,
            video: world.subjects[0].video.id,
            surface: .home
        )
        _ = try await stores.watching.begin(play, now: Self.now)
        _ = recorder.takeSteps()
        #expect(try await stores.averages.count(now: Self.now + .days(2), limit: 10).done == 1)
        expectIndexed(recorder, "counting plays", besides: ["more", "CONSTANT"])
        try await database.write { transaction in
            try transaction.run(
                "INSERT INTO watch_day (child_id, day, watched_ms) VALUES (\(child.id), '2020-01-01', 1)"
            )
        }
        #expect(try await stores.averages.countDays(now: Self.now, limit: 10) == 1)
        expectIndexed(recorder, "counting days", besides: ["mark", "CONSTANT"])
        #expect(try await stores.averages.removePlays(before: Self.now + .days(1), limit: 10) == 1)
        expectIndexed(recorder, "removing plays")
        _ = try await stores.averages.readings(of: .four, hourOfWeek: 7)
        let day = Day(of: Self.now)
        _ = try await stores.averages.average(of: .four, over: day...day)
        expectIndexed(recorder, "reading averages")
    }

    @Test("A report reads its period and scans nothing", arguments: Engine.allCases)
    func report(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 5)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let child = try #require(world.children.first).id
        let (video, now) = (world.subjects[0].video.id, Self.now)
        let curriculum = try Curriculum.bundled()
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO video_content (video_id, edition, code, labelled_at) VALUES (\(video), 'nuri-2019', '5.2.2', 0)
                """
            )
        }
        let stores = Stores(database: database)
        let play = WatchingStore.NewPlay(
            id: IdentifierSource(clock: .system).next(),
            child: child,
            video: video,
            surface: .home
        )
        _ = try await stores.watching.begin(play, now: now)
        let recorder = PlanRecorder(database)
        let watched = Stores(database: recorder)
        for kind in ReportPeriod.Kind.allCases {
            let outcome = try await watched.reports.reading(
                of: child,
                kind,
                on: nil,
                curriculum: curriculum,
                now: now + .minutes(1)
            )
            guard case .read(let reading) = outcome else {
                Issue.record("there is no report: \(outcome)")
                return
            }
            #expect(reading.facts.plays.map(\.video) == [video])
            expectIndexed(recorder, "the facts of a \(kind)")
        }
    }
}
