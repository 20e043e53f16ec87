import API
import Contract
import Domain
import HTTPTypes
import SQL
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("Asking and granting")
struct RequestTests {
    private struct World: Sendable {
        let family: APIFixture.Family
        let video: Video.ID
        let blocked: Video.ID

        /// A child that sees only what is approved.
        init(_ api: APIFixture) async throws {
            family = try await api.family()
            video = try await api.publish("노래")
            blocked = try await api.publish("무서운 노래")
            let token = family.guardian.token
            try await api.setRules(family.child, approvedOnly: true, as: token)
            try await api.send(.put, family.path + "/blocks/video/\(blocked)", as: token).require(204)
        }

        var path: String { family.path + "/requests" }

        static func wish(_ video: Video.ID) -> JSON { ["kind": "video", "video_id": .string(video.description)] }

        func ask(_ body: JSON, _ api: APIFixture) async throws -> APIAnswer {
            try await api.send(.post, path, body, as: family.childToken)
        }

        func decide(_ id: JSON, _ body: JSON, _ api: APIFixture, as token: String? = nil) async throws -> APIAnswer {
            let path = path + "/\(id.string ?? "")/decision"
            return try await api.send(.post, path, body, as: token ?? family.guardian.token)
        }
    }

    @Test("a video that is asked for and granted can be seen", arguments: Engine.allCases)
    func video(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let (family, video) = (world.family, world.video)
            try await api.play(video, in: family).expect(.notAllowed)
            let asked = try await world.ask(World.wish(video), api).require(201).json
            #expect(asked["state"] == "waiting")
            #expect(
                asked["video"] == .null && asked["video_id"] == .null,
                "a child is told nothing of what it may not see"
            )
            let again = try await world.ask(World.wish(video), api).require(200).json
            #expect(again["id"] == asked["id"], "what waits is asked for once")
            let list = try await api.send(.get, world.path, as: family.guardian.token).require(200).json["items"].array
            #expect(list.map { $0["video"]["title"] } == ["노래"])

            let granted = try await world.decide(asked["id"], ["granted": true], api).require(200).json
            #expect(granted["state"] == "granted" && granted["decided_at"] != .null)
            #expect(granted["video_id"].string == video.description)
            try await world.decide(asked["id"], ["granted": true], api).require(200)
            try await world.decide(asked["id"], ["granted": false], api).expect(.conflict)
            try await api.play(video, in: family).require(201)
            try await world.ask(World.wish(video), api).expect(.conflict, "what may be seen needs no asking")
        }
    }

    @Test("time that is asked for and granted is a bonus of the day, once", arguments: Engine.allCases)
    func time(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            var rules = APIFixture.rules
            rules["minutes"] = APIFixture.every(10)
            try await api.send(.put, world.family.path + "/rules", rules, as: world.family.guardian.token).require(200)
            let asked = try await world.ask(["kind": "time"], api).require(201).json
            for wrong: JSON in [
                ["granted": true], ["granted": true, "minutes": 0], ["granted": true, "minutes": 241],
                ["granted": false, "minutes": 5],
            ] {
                try await world.decide(asked["id"], wrong, api).expect(.invalidField, "\(wrong)")
            }
            let decision: JSON = ["granted": true, "minutes": 15]
            for _ in 1...2 {
                let granted = try await world.decide(asked["id"], decision, api).require(200).json
                #expect(granted["minutes"] == 15 && granted["state"] == "granted")
                #expect(granted["allowance"]["total_left_ms"] == 1_500_000)
            }
            let home = try await api.send(.get, world.family.path + "/home", as: world.family.childToken).require(200)
            #expect(home.json["allowance"]["total_left_ms"] == 1_500_000)
            // Another time it is asked for anew, and may be refused.
            let second = try await world.ask(["kind": "time"], api).require(201).json
            #expect(second["id"] != asked["id"])
            try await world.decide(second["id"], ["granted": false], api).require(200)
            let after = try await api.send(.get, world.family.path + "/home", as: world.family.childToken).json
            #expect(after["allowance"]["total_left_ms"] == 1_500_000)
        }
    }

    @Test("what approval would not open is not asked for, and a request makes sense", arguments: Engine.allCases)
    func refused(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let before = try await api.contents()
            try await world.ask(World.wish(world.blocked), api).expect(.notAllowed)
            try await world.ask(World.wish(api.ids.next()), api).expect(.notFound)
            let video = JSON.string(world.video.description)
            for wrong: JSON in [
                ["kind": "video"], ["kind": "time", "video_id": video], ["kind": "toy"], ["video_id": video],
                ["kind": "video", "video_id": "nonsense"],
            ] {
                try await world.ask(wrong, api).expect(.invalidField, "\(wrong)")
            }
            #expect(try await api.contents() == before)
        }
    }

    @Test("only the child's own guardian decides, and nobody sees another family's", arguments: Engine.allCases)
    func whose(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let park = try await api.family(Person.park, child: "서준")
            let asked = try await world.ask(World.wish(world.video), api).require(201).json
            let before = try await api.contents()
            let decision: JSON = ["granted": true]
            try await world.decide(asked["id"], decision, api, as: world.family.childToken).expect(.forbidden)
            try await world.decide(asked["id"], decision, api, as: park.guardian.token).expect(.notFound)
            // Under one's own child there is no request of another's.
            let path = park.path + "/requests/\(asked["id"].string ?? "")/decision"
            try await api.send(.post, path, decision, as: park.guardian.token).expect(.notFound)
            try await api.send(.get, world.path, as: park.guardian.token).expect(.notFound)
            #expect(try await api.contents() == before)
        }
    }

    @Test("what waits stands first in the list, however much was decided since", arguments: Engine.allCases)
    func waitingFirst(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let asked = try await world.ask(World.wish(world.video), api).require(201).json
            let (child, now) = (world.family.child, api.clock.now)
            try await api.database.write { transaction in
                for minute in 1...Int64(RequestStore.listed) {
                    let (id, decided): (ChildRequest.ID, Instant) = (api.ids.next(), now + .minutes(minute))
                    try transaction.run(
                        """
                        INSERT INTO request (id, child_id, kind, state, created_at, decided_at)
                        VALUES (\(id), \(child), 'time', 'refused', \(decided), \(decided))
                        """
                    )
                }
            }
            let answer = try await api.send(.get, world.path, as: world.family.guardian.token).require(200)
            let list: List<RequestResponse> = try answer.decode()
            let refused = [ChildRequest.State](repeating: .refused, count: RequestStore.listed - 1)
            #expect(list.items.map(\.state) == [.waiting] + refused)
            #expect(list.items.first?.id.description == asked["id"].string)
            let others = list.items.dropFirst().map(\.createdAt)
            #expect(others == others.sorted(by: >))
            let guardian = try #require(Guardian.ID(world.family.guardian.guardian))
            let children = try await api.services.stores.export.family(of: guardian).children
            let times = children.flatMap(\.requests).map(\.createdAt)
            #expect(times.count == RequestStore.listed + 1)
            #expect(times == times.sorted(), "who takes them along has them oldest first")
        }
    }

    @Test("asked twenty times at once, it waits once; and no more than twenty wait", arguments: Engine.allCases)
    func atOnce(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let world = try await World(api)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...20 { group.addTask { try await world.ask(["kind": "time"], api).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == Array(repeating: 200, count: 19) + [201])
            let more = try await api.publish((1...20).map { SeedVideo("노래 \($0)") })
            for video in more.dropLast() { try await world.ask(World.wish(video), api).require(201) }
            try await world.ask(World.wish(more[19]), api).expect(.conflict)
            #expect(try await api.contents().counts["request"] == ChildRequest.maximumWaiting)
        }
    }
}
