import Domain
import SQL
import Storage
import TestSupport
import Testing

/// What happens at once, on both engines.
@Suite("Accounts under several requests at once")
struct AccountRaceTests {
    private static let now = Instant(millisecondsSince1970: 1_795_000_000_000)
    private static let ids = IdentifierSource(clock: .system)

    @Test("Of many requests for a code at once one gets it", arguments: Engine.allCases)
    func codes(engine: Engine) async throws {
        let otp = OTPStore(database: try await engine.makeDatabase())
        for number in UInt8(1)...10 {
            let phone = SealedPhone(lookup: [number], cipher: [0], keyID: "e1")
            let issued = try await withThrowingTaskGroup(of: OTPStore.Issue.self) { group in
                for _ in 0..<5 {
                    let challenge = OTPChallenge(id: Self.ids.next(), phone: phone, codeHMAC: [1], createdAt: Self.now)
                    group.addTask { try await otp.issue(challenge) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(issued.filter { $0 == .issued }.count == 1)
            #expect(issued.filter { $0 == .tooMany(until: Self.now + OTPChallenge.resendDelay) }.count == 4)
        }
    }

    @Test("A new name beside a new rule loses neither", arguments: Engine.allCases)
    func profileAndRules(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 1)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let children = ChildStore(database: database)
        let child = try #require(world.children.first { !$0.rules.approvedOnly })
        let strict = ViewingRules(approvedOnly: true, searchEnabled: true, autoplayCap: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await children.setRules(try WatchRules(viewing: strict), of: child.id, now: Self.now)
            }
            group.addTask {
                _ = try await children.updateProfile(of: child.id, nickname: nil, birthMonth: nil, avatar: .whale)
            }
            try await group.waitForAll()
        }
        let after = try #require(try await children.profile(child.id)).child
        #expect(after.rules == strict)
        #expect(after.avatar == .whale)
        #expect(after.nickname == child.nickname)
    }

    @Test("An account whose deletion was taken back in time stays", arguments: Engine.allCases)
    func deletionTakenBack(engine: Engine) async throws {
        let database = try await engine.makeDatabase()
        var random = SeededGenerator(seed: 2)
        let world = RandomWorld(now: Self.now, using: &random)
        try await world.store(in: database)
        let guardians = GuardianStore(database: database)
        let guardian = try #require(world.children.first).guardianID
        _ = try await guardians.requestDeletion(of: guardian, now: Self.now)
        #expect(try await guardians.cancelDeletion(of: guardian))
        #expect(try await guardians.deleteDue(now: Self.now + .days(30)) == 0)
        _ = try await guardians.requestDeletion(of: guardian, now: Self.now)
        #expect(try await guardians.deleteDue(now: Self.now + .days(5)) == 0)
        #expect(try await guardians.deleteDue(now: Self.now + .days(6)) == 1)
    }

    @Test("A clock that was wrong once neither holds a lease nor puts a job off", arguments: Engine.allCases)
    func wrongClock(engine: Engine) async throws {
        let jobs = JobStore(database: try await engine.makeDatabase())
        func take(_ now: Instant) async throws -> JobStore.Lease? {
            try await jobs.take("purge", holder: "a", every: .hours(1), lease: .minutes(5), now: now)
        }
        func finish(_ lease: JobStore.Lease, _ now: Instant) async throws -> Bool {
            try await jobs.finish(lease, .succeeded(count: 1), every: .hours(1), now: now)
        }
        let early = try #require(try await take(Self.now + .days(365)))
        let first = try #require(try await take(Self.now), "the lease is from the future")
        #expect(try await !finish(early, Self.now), "it ends nobody else's run")
        #expect(try await finish(first, Self.now + .days(365)))
        let second = try #require(try await take(Self.now), "the last run is from the future")
        #expect(try await take(Self.now + .minutes(1)) == nil, "the lease is held")
        #expect(try await finish(second, Self.now + .minutes(2)))
        #expect(try await take(Self.now + .minutes(30)) == nil, "the job is not due")
        #expect(try await take(Self.now + .minutes(62)) != nil)
    }

    @Test(
        "Clocks a few minutes apart and leases of other lengths take nobody's lease and repeat no run",
        arguments: Engine.allCases
    )
    func clocksApart(engine: Engine) async throws {
        let jobs = JobStore(database: try await engine.makeDatabase())
        func take(_ now: Instant, lease: Span) async throws -> JobStore.Lease? {
            try await jobs.take("train", holder: "a", every: .hours(24), lease: lease, now: now)
        }
        let ahead = Self.now + .minutes(5)
        let lease = try #require(try await take(ahead, lease: .hours(2)))
        #expect(try await take(Self.now, lease: .hours(2)) == nil, "a clock that is behind")
        #expect(try await take(Self.now, lease: .minutes(5)) == nil, "a version with a shorter lease")
        #expect(try await jobs.finish(lease, .succeeded(count: 1), every: .hours(24), now: ahead))
        #expect(try await take(Self.now, lease: .minutes(5)) == nil, "it has just run")
    }
}
