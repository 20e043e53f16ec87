import API
import Contract
import Domain
import Foundation
import HTTPTypes
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("Export and deletion")
struct LeavingTests {
    @Test(
        "after the request everybody is signed out, the child is hidden, and it can be taken back",
        arguments: Engine.allCases
    )
    func takeBack(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let asked = try await api.send(.delete, "/v1/me", as: family.guardian.token).require(202)
            #expect(asked.json["deletes_at"] == .string(Timestamp(api.clock.now + .days(6)).description))
            try await api.send(.get, "/v1/me", as: family.guardian.token).expect(.sessionRevoked)
            try await api.send(.get, family.path + "/home", as: family.childToken).expect(.sessionRevoked)
            try await api.refresh(family.guardian.refreshToken).expect(.sessionRevoked)

            let back = try await api.signInElsewhere(Person.minji)
            #expect(back.guardian == family.guardian.guardian)
            #expect(try await api.send(.get, "/v1/children", as: back.token).json["items"] == [])
            try await api.send(.get, family.path, as: back.token).expect(.notFound)
            try await api.send(.post, "/v1/children", APIFixture.newChild("민아"), as: back.token).expect(.conflict)
            let me = try await api.send(.get, "/v1/me", as: back.token)
            #expect(me.json["deletes_at"] == asked.json["deletes_at"])
            // Asking again does not put it off.
            api.clock.advance(.minutes(1))
            let again = try await api.send(.delete, "/v1/me", as: back.token).require(202)
            #expect(again.json["deletes_at"] == asked.json["deletes_at"])

            let third = try await api.signInElsewhere(Person.minji)
            try await api.send(.delete, "/v1/me/deletion", as: third.token).require(204)
            try await api.send(.delete, "/v1/me/deletion", as: third.token).expect(.notFound)
            #expect(try await api.send(.get, "/v1/children", as: third.token).json["items"].array.count == 1)
            api.clock.advance(.days(10))
            #expect(try await api.services.stores.guardians.deleteDue(now: api.clock.now) == 0)
        }
    }

    @Test("six days later nothing in any table remembers the family", arguments: Engine.allCases)
    func everythingGoes(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let videos = try await api.publishForBusyFamilies()
            let minji = try await api.busyFamily(Person.minji, "민지", videos)
            let park = try await api.busyFamily(Person.park, "서준", videos)
            let phones = api.services.secrets.phones
            let lookup = { (phone: String) in try phones.seal(try #require(PhoneNumber(phone))).lookup }
            let before = try await api.contents()
            // Where the search must find something, or it would prove nothing.
            let holding = before.tables(holding: minji.child.description)
            for table in [
                "child", "consent", "block", "approval", "favourite", "less_of", "play", "watched_video", "watch_hour",
                "watch_day", "taste", "idempotency_key",
            ] { #expect(holding.contains(table), "the search does not find the child in \(table)") }
            #expect(before.tables(holding: minji.guardian.guardian).contains("video_health"))
            #expect(before.tables(holding: try lookup(Person.minji)) == ["guardian", "otp_challenge"])

            try await api.send(.delete, "/v1/me", as: minji.guardian.token).require(202)
            api.clock.advance(.days(6) - Span(milliseconds: 1))
            #expect(try await api.services.stores.guardians.deleteDue(now: api.clock.now) == 0)
            api.clock.advance(Span(milliseconds: 1))
            #expect(try await api.services.stores.guardians.deleteDue(now: api.clock.now) == 1)

            let after = try await api.contents()
            for trace in [minji.guardian.guardian, minji.child.description, minji.guardian.session, "민지"] {
                #expect(after.tables(holding: trace) == [], "\(trace)")
            }
            #expect(after.tables(holding: try lookup(Person.minji)) == [])
            // The neighbours keep everything.
            let count = { (contents: DatabaseContents, needle: String) in contents.tables(holding: needle) }
            #expect(count(after, park.child.description) == count(before, park.child.description))
            #expect(after.tables["video"] == before.tables["video"])
            let returned = try await api.signIn(Person.minji)
            #expect(returned.isNew)
            #expect(returned.guardian != minji.guardian.guardian)
        }
    }

    private static let day: JSON = [
        "day": "2026-11-23", "watched_ms": 100_000, "learning_ms": 100_000, "fun_ms": 0,
    ]

    @Test("the export holds everything of the family and nothing of another", arguments: Engine.allCases)
    func export(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let videos = try await api.publishForBusyFamilies()
            let minji = try await api.busyFamily(Person.minji, "민지", videos)
            let park = try await api.busyFamily(Person.park, "서준", videos)
            let fresh = try SignedIn(try await api.refresh(minji.guardian.refreshToken).require(200))
            let export = try await api.send(.post, "/v1/me/export", as: fresh.token).require(200)
            let json = export.json
            #expect(json["phone"] == "+821023456789")
            #expect(json["guardian"]["id"].string == minji.guardian.guardian)
            #expect(json["sessions"].array.map { $0["device_name"] } == ["민지네 폰"])
            #expect(json["consents"].array.map { $0["child_id"].string } == [minji.child.description])
            let child = json["children"][0]
            #expect(json["children"].array.count == 1)
            #expect(child["profile"]["nickname"] == "민지")
            #expect(child["favourites"].array.map { $0["video_id"].string } == [videos[0].description])
            #expect(child["approvals"].array.map { $0["video_id"].string } == [videos[1].description])
            #expect(child["less_of"].array.map { $0["video_id"].string } == [videos[1].description])
            #expect(child["blocks"].array.map { $0["id"].string } == [videos[2].description])
            #expect(child["plays"].array.map { $0["watched_ms"] } == [100_000])
            #expect(child["plays"][0]["video_id"].string == videos[0].description)
            #expect(child["days"] == [Self.day])
            #expect(child["hours"].array.map { $0["areas"] } == [["nature"]])
            #expect(child["videos"].array.map { $0["position_ms"] } == [100_000])
            #expect(Set(child["taste"]["labels"].array.map { $0["name"] }) == ["숫자", "nature"])
            #expect(child["taste"]["labels"].array.allSatisfy { ($0["weight"].double ?? 0) > 0 })
            #expect(json["health_reports"].array.map { $0["error_code"] } == [150])
            for foreign in [park.guardian.guardian, park.child.description, park.guardian.session, "서준", "98765432"] {
                #expect(!export.text.contains(foreign), "\(foreign)")
            }
        }
    }

    @Test("a deleted child is gone with what it watched, and its consent is withdrawn", arguments: Engine.allCases)
    func deleteChild(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let videos = try await api.publishForBusyFamilies()
            let minji = try await api.busyFamily(Person.minji, "민지", videos)
            let sister = try await api.addChild("민아", as: minji.guardian.token)
            try await api.send(.delete, minji.path, as: minji.guardian.token).require(204)
            try await api.send(.get, minji.path + "/home", as: minji.childToken).expect(.notFound)
            try await api.send(.delete, minji.path, as: minji.guardian.token).expect(.notFound)
            let contents = try await api.contents()
            // The consent is kept as proof.
            #expect(contents.tables(holding: minji.child.description) == ["consent"])
            let list = try await api.send(.get, "/v1/children", as: minji.guardian.token).json["items"].array
            #expect(list.map { $0["id"].string } == [sister.description])
            let export = try await api.send(.post, "/v1/me/export", as: minji.guardian.token).require(200)
            let consents = export.json["consents"].array
            #expect(consents.map { $0["withdrawn_at"] != .null } == [true, false])
        }
    }
}
