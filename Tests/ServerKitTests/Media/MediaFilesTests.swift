import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServerKit
import Testing

@Suite final class MediaFilesTests {
    private let root: URL
    private let film = Data((0..<1000).map { UInt8($0 % 251) })

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "media-\(UUID().uuidString)")
        let folder = root.appending(path: "media/shapes")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try film.write(to: folder.appending(path: "circle.mp4"))
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

    private var application: some ApplicationProtocol {
        let service = ServiceRouter<AppRequestContext>(drain: Drain())
        MediaFiles(folder: root.appending(path: "media").path()).add(at: "/media", to: service.router)
        return Application(router: service)
    }

    private func get(
        _ path: String,
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await application.test(.live) { client in
            try await client.execute(uri: path, method: method, headers: headers)
        }
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
        #expect(response.headers[.cacheControl] == "public, max-age=3600")
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
        let response = try await application.test(.router) { try await $0.execute(uri: path, method: .get) }
        #expect(response.status == .notFound)
        #expect(try response.problem().code == "not_found")
    }
}
