import API
import Contract
import Domain
import HTTPTypes
import SQL
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("Addresses of our own films")
struct MediaAddressTests {
    private func unsigned(_ address: String) -> String {
        String(address.prefix { $0 != "?" })
    }

    @Test("a film and its picture play by the addresses an answer gives out, without a token")
    func plays() async throws {
        try await APIFixture.run(.sqlite) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let film = try await api.film(video, for: family)
            let name = "\(video).mp4"
            let whole = try await api.send(.get, film).require(200)
            #expect(whole.text == name)
            #expect(whole.headers[.contentType] == "video/mp4")
            #expect(whole.headers[.cacheControl] == "private, max-age=3600")
            let part = try await api.send(.get, film, headers: [.range: "bytes=-4"]).require(206)
            #expect(part.text == ".mp4")
            let head = try await api.send(.head, film).require(200)
            #expect(head.headers[.contentLength] == String(name.utf8.count) && head.data.isEmpty)
            let answer = try await api.send(.get, family.path + "/videos/\(video)", as: family.childToken)
            let picture = try #require(answer.json["thumbnail"].string)
            #expect(try await api.send(.get, picture).require(200).headers[.contentType] == "image/jpeg")
            // Both families are given the same address: it says nothing about who was given it.
            let park = try await api.family(Person.park, child: "서준")
            #expect(try await api.film(video, for: park) == film)
        }
    }

    @Test("without the signature, with another file's, or too late, nothing plays")
    func refused() async throws {
        try await APIFixture.run(.sqlite) { api in
            let family = try await api.family()
            let videos = try await api.publish([SeedVideo("노래 하나"), SeedVideo("노래 둘")])
            let film = try await api.film(videos[0], for: family)
            let other = try await api.film(videos[1], for: family)
            let exchanged = unsigned(film) + other.dropFirst(unsigned(other).count)
            for method in [HTTPRequest.Method.get, .head] {
                for address in [unsigned(film), film.dropLast() + "!", exchanged, film + "&expires=9999999999"] {
                    let answer = try await api.send(method, String(address), as: family.childToken)
                    #expect(answer.status == 403)
                    if method == .get { answer.expect(.linkInvalid) }
                }
            }
            api.clock.advance(.hours(2))
            try await api.send(.get, film).require(200)
            api.clock.advance(.hours(1))
            try await api.send(.get, film).expect(.linkExpired)
            let back = try await api.signIn(Person.minji)
            let again = try await api.film(videos[0], for: family, as: back.token)
            #expect(again != film)
            try await api.send(.get, again).require(200)
        }
    }

    @Test("staff withdraw a film: its addresses open nothing from then on", arguments: Engine.allCases)
    func withdrawn(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let film = try await api.film(video, for: family)
            try await api.send(.get, film).require(200)
            let counts = try await PublishStore(database: api.database).withdraw([.own(video)], at: api.clock.now)
            #expect(counts.withdrawn == 1)
            for headers in [[:], [.range: "bytes=0-1"]] as [HTTPFields] {
                let answer = try await api.send(.get, film, headers: headers)
                answer.expect(.notAllowed)
                #expect(answer.headers[.cacheControl] == "no-store")
            }
            #expect(try await api.send(.head, film).status == 403)
        }
    }

    @Test(
        "whatever takes a video out of all children's sight stops its film and its picture",
        arguments: Engine.allCases
    )
    func everyRefusal(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let answer = try await api.send(.get, family.path + "/videos/\(video)", as: family.childToken)
            let addresses = [
                try #require(answer.json["source"]["url"].string), try #require(answer.json["thumbnail"].string),
            ]
            let changes: [(Query, back: Query)] =
                Video.State.allCases.filter { $0 != .published }.map { ("state = \($0)", "state = 'published'") }
                + [
                    ("healthy = 0", "healthy = 1"), ("embeddable = 0", "embeddable = 1"),
                    ("made_for_kids = 0", "made_for_kids = 1"), ("duration_ms = NULL", "duration_ms = 1000"),
                ]
            func change(_ assignment: Query) async throws {
                try await api.database.write { transaction in
                    try transaction.run("UPDATE video SET \(assignment) WHERE id = \(video)")
                    try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
                }
            }
            for (fault, back) in changes {
                try await change(fault)
                for address in addresses { try await api.send(.get, address).expect(.notAllowed, "\(fault)") }
                try await change(back)
                for address in addresses { try await api.send(.get, address).require(200) }
            }
        }
    }

    @Test("a parent's block takes the film out of every answer; what was given out before ends when it expires")
    func blocked() async throws {
        try await APIFixture.run(.sqlite) { api in
            let family = try await api.family()
            let video = try await api.publish("노래")
            let film = try await api.film(video, for: family)
            try await api.send(.put, family.path + "/blocks/video/\(video)", as: family.guardian.token).require(204)
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200)
            #expect(home.json.strings.allSatisfy { !$0.hasPrefix("/media/") })
            try await api.send(.get, film).require(200)
            api.clock.advance(.hours(3))
            try await api.send(.get, film).expect(.linkExpired)
        }
    }

    @Test("a file no video of the catalogue owns is not served, well signed as its address may be")
    func unowned() async throws {
        try await APIFixture.run(.sqlite) { api in
            try api.addFile("numbers.mp4")
            let address = api.services.secrets.mediaLinks.address(of: "/media/numbers.mp4", at: api.clock.now)
            try await api.send(.get, address).expect(.notAllowed)
        }
    }
}
