import API
import Contract
import Domain
import HTTPTypes
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("Boards and events")
struct NoticeTests {
    @Test("Posts are read in the guardian's language, in pages, while they are shown", arguments: Engine.allCases)
    func posts(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            let boards = try await api.send(.get, "/v1/boards", as: mother.token).require(200).json["items"]
            #expect(boards[0] == ["name": "notices", "title": "공지사항"])
            #expect(boards.array.count == 2)
            var ids: [Post.ID] = []
            for number in 1...3 {
                ids.append(try await api.addPost("알림 \(number)"))
                api.clock.advance(.minutes(1))
            }
            let last = try await api.addPost("곧", from: api.clock.now + .hours(1), until: api.clock.now + .hours(2))

            let path = "/v1/boards/notices/posts?limit=2"
            let first = try await api.send(.get, path, as: mother.token).require(200).json
            #expect(first["items"].array.map(\.["title"]) == ["알림 3", "알림 2"])
            #expect(first["items"][0]["ends_at"] == .null && first["items"][0]["board"] == "notices")
            let cursor = try #require(first["next_cursor"].string)
            let second = try await api.send(.get, path + "&cursor=\(cursor)", as: mother.token).require(200).json
            #expect(second["items"].array.map(\.["title"]) == ["알림 1"])
            #expect(second["next_cursor"] == .null)

            let one = "/v1/posts/\(ids[0])"
            #expect(try await api.send(.get, one, as: mother.token).require(200).json == second["items"][0])
            try await api.send(.get, "/v1/posts/\(last)", as: mother.token).expect(.notFound)
            api.clock.advance(.hours(1))
            var token = try await api.signInElsewhere(Person.minji).token
            let shown = try await api.send(.get, "/v1/posts/\(last)", as: token).require(200).json
            #expect(shown["ends_at"].string != nil)
            api.clock.advance(.hours(1))
            token = try await api.signInElsewhere(Person.minji).token
            try await api.send(.get, "/v1/posts/\(last)", as: token).expect(.notFound)
            #expect(try await api.services.stores.notices.withdraw(ids[0], now: api.clock.now) == .withdrawn)
            try await api.send(.get, one, as: token).expect(.notFound)

            try await api.send(.patch, "/v1/me", ["language": "en"], as: token).require(200)
            let english = try await api.send(.get, path, as: token).require(200).json
            #expect(english["items"][0]["title"] == "English: 알림 3")
            for bad in ["/v1/boards/no-such/posts", "/v1/boards/%00/posts", "/v1/posts/\(Person.minji)"] {
                try await api.send(.get, bad, as: token).expect(.notFound, bad)
            }
            try await api.send(.get, "/v1/boards/notices/posts?cursor=MS4wLm5vbnNlbnNl", as: token)
                .expect(.invalidField)
        }
    }

    @Test("An event comes back until it is put away", arguments: Engine.allCases)
    func events(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let mother = try await api.signIn(Person.minji)
            let father = try await api.signIn(Person.park)
            let id = try await api.addEvent("가을 이야기")
            func shown(_ who: SignedIn) async throws -> [JSON] {
                try await api.send(.get, "/v1/events/current", as: who.token).require(200).json["items"].array
            }
            let event = try #require(try await shown(mother).first)
            #expect(event["id"] == .string(id.description) && event["title"] == "가을 이야기")
            #expect(event["path"] == "/report" && event["ends_at"] == .null)
            let path = "/v1/events/\(id)/dismissal"
            let tomorrow = Timestamp(api.clock.now + .days(1)).description
            try await api.send(.put, path, ["until": .string(tomorrow)], as: mother.token).require(204)
            #expect(try await shown(mother).isEmpty)
            #expect(try await shown(father) == [event])
            for bad: JSON in [
                [:], ["until": "tomorrow"], ["until": .string(Timestamp(api.clock.now).description)],
                ["until": .string(Timestamp(api.clock.now + .days(367)).description)], ["until": 5],
            ] {
                try await api.send(.put, path, bad, as: mother.token).expect(.invalidField, "\(bad)")
            }
            // A new day for the session, too.
            api.clock.advance(.days(1))
            let again = try await api.signInElsewhere(Person.minji)
            #expect(try await shown(again) == [event])
            try await api.send(.put, path, ["until": .null], as: again.token).require(204)
            api.clock.advance(.days(20))
            #expect(try await shown(try await api.signInElsewhere(Person.minji)).isEmpty)

            let token = try await api.signInElsewhere(Person.park).token
            let unknown = "/v1/events/\(mother.guardian)/dismissal"
            try await api.send(.put, unknown, ["until": .null], as: token).expect(.notFound)
            #expect(try await api.services.stores.notices.withdraw(id, now: api.clock.now) == .withdrawn)
            try await api.send(.put, path, ["until": .null], as: token).expect(.notFound)
        }
    }
}
