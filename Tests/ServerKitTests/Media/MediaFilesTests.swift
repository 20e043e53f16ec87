import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServerKit
import Testing

@Suite final class MediaFilesTests {
    private let root: URL
    private let film = Data((0..<1000).map { UInt8($0 % 251) })
    private let links: MediaLinks
    /// A quarter past the hour.
    private static let now = Instant(millisecondsSince1970: 1_795_396_500_000)

    init() throws {
        links = MediaLinks(keyring: try .ofTests())
        root = FileManager.default.temporaryDirectory.appending(path: "media-\(UUID().uuidString)")
        let folder = root.appending(path: "media/shapes")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try film.write(to: folder.appending(path: "circle.mp4"))
        try film.write(to: folder.appending(path: "withdrawn.mp4"))
        for name in ["a.webm", "a.jpg", "a.png", "a.webp", "notes.txt", ".hidden.png"] {
            try Data(name.utf8).write(to: root.appending(path: "media/\(name)"))
        }
        try Data().write(to: root.appending(path: "media/empty.mp4"))
        try Data("secret".utf8).write(to: root.appending(path: "secret.png"))
        try FileManager.default.createSymbolicLink(
            at: root.appending(path: "media/link.png"),
            withDestinationURL: root.appending(path: "secret.png")
        )
        try FileManager.default.createSymbolicLink(at: root.appending(path: "media/out"), withDestinationURL: root)
    }

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    private func application(at now: Instant) -> some ApplicationProtocol {
        let service = ServiceRouter<AppRequestContext>(drain: Drain())
        MediaFiles(
            folder: root.appending(path: "media").path(),
            links: links,
            clock: Clock { now },
            isOffered: { !$0.hasSuffix("/withdrawn.mp4") }
        ).add(at: "/media", to: service.router)
        return Application(router: service)
    }

    /// Asks for an address exactly as it is written here.
    private func ask(
        _ address: String,
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:],
        at now: Instant = now
    ) async throws -> TestResponse {
        try await application(at: now).test(.live) { client in
            try await client.execute(uri: address, method: method, headers: headers)
        }
    }

    /// Asks for the address that is given out for a path.
    private func get(
        _ path: String,
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await ask(links.address(of: path, at: Self.now), method: method, headers: headers)
    }

    @Test("a film is served whole, with its type, its tag and the word that parts can be had")
    func whole() async throws {
        let response = try await get("/media/shapes/circle.mp4")
        #expect(response.status == .ok)
        #expect(response.data == film)
        #expect(response.headers[.contentType] == "video/mp4")
        #expect(response.headers[.acceptRanges] == "bytes")
        #expect(response.headers[.contentLength] == "1000")
        #expect(response.headers[.eTag]?.hasPrefix("\"") == true)
        #expect(response.headers[.cacheControl] == "private, max-age=3600")
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test(
        "a part is served as asked",
        arguments: [
            ("bytes=0-0", 0...0), ("bytes=0-1", 0...1), ("bytes=100-199", 100...199), ("bytes=990-", 990...999),
            ("bytes=-10", 990...999), ("bytes=-5000", 0...999), ("bytes=500-99999", 500...999),
            ("bytes=500-99999999999999999999", 500...999),
        ]
    )
    func part(range: String, expected: ClosedRange<Int>) async throws {
        let response = try await get("/media/shapes/circle.mp4", headers: [.range: range])
        #expect(response.status == .partialContent)
        #expect(response.data == film[expected])
        #expect(response.headers[.contentRange] == "bytes \(expected.lowerBound)-\(expected.upperBound)/1000")
        #expect(response.headers[.contentLength] == String(expected.count))
    }

    @Test("a part the file does not have is refused", arguments: ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
    func unsatisfiable(range: String) async throws {
        let response = try await get("/media/shapes/circle.mp4", headers: [.range: range])
        #expect(response.status == .rangeNotSatisfiable)
        #expect(response.headers[.contentRange] == "bytes */1000")
        #expect(try response.problem().code == "range_not_satisfiable")
    }

    @Test(
        "a range that says nothing is ignored",
        arguments: ["bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "lines=0-1", "bytes=+1-2", "bytes"]
    )
    func nonsense(range: String) async throws {
        let response = try await get("/media/shapes/circle.mp4", headers: [.range: range])
        #expect(response.status == .ok)
        #expect(response.body.readableBytes == 1000)
    }

    @Test("who has the file is told so; who has an old half gets the whole new one")
    func conditions() async throws {
        let tag = try #require(try await get("/media/shapes/circle.mp4").headers[.eTag])
        for match in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let response = try await get("/media/shapes/circle.mp4", headers: [.ifNoneMatch: match])
            #expect(response.status == .notModified)
            #expect(response.body.readableBytes == 0)
        }
        #expect(try await get("/media/shapes/circle.mp4", headers: [.ifNoneMatch: "\"x\""]).status == .ok)
        let same = try await get("/media/shapes/circle.mp4", headers: [.range: "bytes=0-9", .ifRange: tag])
        #expect(same.status == .partialContent)
        let changed = try await get("/media/shapes/circle.mp4", headers: [.range: "bytes=0-9", .ifRange: "\"x\""])
        #expect(changed.status == .ok && changed.body.readableBytes == 1000)
    }

    @Test("HEAD says how long the file is and sends nothing")
    func head() async throws {
        let response = try await get("/media/shapes/circle.mp4", method: .head)
        #expect(response.status == .ok)
        #expect(response.headers[.contentLength] == "1000")
        #expect(response.body.readableBytes == 0)
    }

    @Test(
        "each kind has its type",
        arguments: [
            ("a.webm", "video/webm"), ("a.jpg", "image/jpeg"), ("a.png", "image/png"), ("a.webp", "image/webp"),
            ("empty.mp4", "video/mp4"),
        ]
    )
    func types(name: String, type: String) async throws {
        let response = try await get("/media/\(name)")
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == type)
    }

    @Test(
        "nothing else is there",
        arguments: [
            "/media", "/media/", "/media/none.mp4", "/media/shapes", "/media/notes.txt", "/media/.hidden.png",
            "/media/../secret.png", "/media/..%2Fsecret.png", "/media/%2e%2e/secret.png",
            "/media/shapes/../../secret.png",
            "/media/link.png", "/media/out/secret.png", "/media//etc/passwd", "/media/shapes%2Fcircle.mp4",
            "/media/shapes/circle.mp4%00.png", "/media/..\\secret.png",
        ]
    )
    func absent(path: String) async throws {
        let address = links.address(of: path, at: Self.now)
        let response = try await application(at: Self.now).test(.router) {
            try await $0.execute(uri: address, method: .get)
        }
        #expect(response.status == .notFound)
        #expect(try response.problem().code == "not_found")
    }

    // MARK: Addresses

    private static let path = "/media/shapes/circle.mp4"
    private var good: String { links.address(of: Self.path, at: Self.now) }

    private func expectRefusal(_ address: String, _ code: String, at now: Instant = now) async throws {
        try await application(at: now).test(.router) { client in
            for headers in [[:], [.range: "bytes=0-9"], [.ifNoneMatch: "*"]] as [HTTPFields] {
                let response = try await client.execute(uri: address, method: .get, headers: headers)
                #expect(response.status == .forbidden, "\(address)")
                #expect(try response.problem().code == code, "\(address)")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(response.headers[.eTag] == nil)
            }
            let head = try await client.execute(uri: address, method: .head)
            #expect(head.status == .forbidden && head.body.readableBytes == 0, "\(address)")
            #expect(head.headers[.eTag] == nil)
        }
    }

    @Test("an address is good until the second it expires, and a client keeps the file no longer")
    func expiry() async throws {
        let end = Instant(millisecondsSince1970: 1_795_406_400_000)
        #expect(good.hasPrefix(Self.path + "?expires=1795406400&signature="))
        for (left, age) in [(Span.hours(2), 3600), (.minutes(5), 300), (Span(milliseconds: 1), 0)] {
            let response = try await ask(good, at: end - left)
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "private, max-age=\(age)")
        }
        try await expectRefusal(good, "link_expired", at: end)
        try await expectRefusal(good, "link_expired", at: end + .days(365))
    }

    @Test("an address that nobody gave out opens nothing")
    func forged() async throws {
        let parts = good.split(separator: "=").map(String.init)
        let (expiry, signature) = ("1795406400", try #require(parts.last))
        let flipped = (signature.hasPrefix("A") ? "B" : "A") + signature.dropFirst()
        let others = MediaLinks(keyring: try .ofTests(lookup: 9)).address(of: Self.path, at: Self.now)
        let ofAnother = try #require(links.address(of: "/media/a.webm", at: Self.now).split(separator: "?").last)
        let forged = [
            Self.path, "\(Self.path)?", "\(Self.path)?expires=\(expiry)", "\(Self.path)?signature=\(signature)",
            "\(Self.path)?expires=\(expiry)&signature=", "\(Self.path)?expires=\(expiry)&signature=\(flipped)",
            "\(Self.path)?expires=\(expiry)&signature=\(signature.dropLast())", "\(good)A", "\(good)=",
            "\(Self.path)?expires=1795410000&signature=\(signature)",
            "\(Self.path)?expires=99999999999999999999&signature=\(signature)",
            "\(Self.path)?expires=+\(expiry)&signature=\(signature)",
            "\(Self.path)?signature=\(signature)&expires=\(expiry)",
            "\(Self.path)?expires=\(expiry)&expires=\(expiry)&signature=\(signature)",
            "\(good)&signature=\(signature)", "\(good)&a=b", "\(Self.path)?a=b&\(ofAnother)",
            "\(Self.path)?expires=\(expiry)&signature=%00", "\(Self.path)?expires=%zz&signature=\(signature)",
            others, "\(Self.path)?\(ofAnother)",
        ]
        for address in forged { try await expectRefusal(address, "link_invalid") }
        // The file is there all the while.
        #expect(try await ask(good).status == .ok)
    }

    @Test(
        "one file's signature opens no other spelling and no other file",
        arguments: [
            "/media/shapes/withdrawn.mp4", "/media/a.webm", "/media//shapes/circle.mp4", "/media/shapes//circle.mp4",
            "/media/./shapes/circle.mp4", "/media/shapes/../shapes/circle.mp4", "/media/shapes/../a.webm",
            "/media/shapes/circle.mp4/", "/media/shapes/circle%2Emp4", "/media/shapes%2Fcircle.mp4",
            "/media/%73hapes/circle.mp4", "/media/shapes/Circle.mp4", "/media/shapes/circle.mp4/../withdrawn.mp4",
            "/media/shapes/circle.mp4%3Fexpires=1795406400",
        ]
    )
    func spelling(path: String) async throws {
        let query = try #require(good.split(separator: "?").last)
        let response = try await application(at: Self.now).test(.router) { client in
            try await client.execute(uri: "\(path)?\(query)", method: .get)
        }
        #expect(response.status == .forbidden)
        #expect(try response.problem().code == "link_invalid")
    }

    @Test("what was taken out of the catalogue is refused, good as its address is")
    func notOffered() async throws {
        try await expectRefusal(links.address(of: "/media/shapes/withdrawn.mp4", at: Self.now), "not_allowed")
    }
}
