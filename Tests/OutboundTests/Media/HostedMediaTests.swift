import AsyncHTTPClient
import Foundation
import Outbound
import Testing

@Suite("Taking in our own videos")
struct HostedMediaTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "kyck-media-\(UUID().uuidString)")
    private static let mp4: [UInt8] = [0, 0, 0, 0x20] + Array("ftypisom".utf8) + [UInt8](repeating: 7, count: 600_000)
    private static let webm: [UInt8] =
        [0x1A, 0x45, 0xDF, 0xA3, 0x9F] + Array("BwebmB".utf8) + [UInt8](repeating: 1, count: 100)

    private func take(_ bytes: [UInt8], limit: Int64 = 1_000_000) async throws -> HostedMedia.Taken {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = folder.appending(path: "source.bin")
        try Data(bytes).write(to: source)
        let media = HostedMedia(http: .shared, folder: folder.appending(path: "media"), limit: limit)
        return try await media.take(file: source.path(percentEncoded: false))
    }

    private var kept: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "media").path())) ?? []
    }

    @Test("names a file by its contents and keeps one copy of it")
    func keeps() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await take(Self.mp4)
        let second = try await take(Self.mp4)
        let third = try await take(Self.webm)
        #expect(first == second)
        #expect(first.name.hasSuffix(".mp4"))
        #expect(third.name.hasSuffix(".webm"))
        #expect(Set(kept) == [first.name, third.name])
        let copy = try Data(contentsOf: folder.appending(path: "media/\(first.name)"))
        #expect([UInt8](copy) == Self.mp4)
    }

    @Test("refuses what is no video, empty, too large or missing, and leaves nothing behind")
    func refuses() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        await #expect(throws: HostedMedia.Failure.notVideo) { try await take(Array("<html>".utf8)) }
        await #expect(throws: HostedMedia.Failure.notVideo) { try await take([UInt8](repeating: 3, count: 5_000)) }
        await #expect(throws: HostedMedia.Failure.empty) { try await take([]) }
        await #expect(throws: HostedMedia.Failure.tooLarge(limit: 1_000)) { try await take(Self.mp4, limit: 1_000) }
        let media = HostedMedia(http: .shared, folder: folder)
        await #expect(throws: HostedMedia.Failure.notFound("/nowhere")) { try await media.take(file: "/nowhere") }
        await #expect(throws: HostedMedia.Failure.notHTTPS("http://example.org/a.mp4")) {
            try await media.take(address: "http://example.org/a.mp4")
        }
        #expect(kept.isEmpty)
    }
}
