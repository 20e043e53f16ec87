import Domain
import Foundation
import ServerKit
import Testing

@Suite struct MediaLinksTests {
    private let links: MediaLinks

    init() throws {
        links = MediaLinks(keyring: try .ofTests())
    }

    @Test("an address is good for two to three hours, and the same for everybody who asks within an hour")
    func life() throws {
        let hour = Instant(millisecondsSince1970: 1_795_395_600_000)
        let first = links.address(of: "/media/a.mp4", at: hour)
        for minute in 0..<60 as Range<Int64> {
            let now = hour + .minutes(minute)
            #expect(links.address(of: "/media/a.mp4", at: now) == first)
            let query = try #require(first.split(separator: "?").last)
            let left = try links.expiry(path: "/media/a.mp4", query: String(query), at: now) - now
            #expect(left > .hours(2) && left <= .hours(3))
        }
        #expect(links.address(of: "/media/a.mp4", at: hour + .hours(1)) != first)
    }

    @Test("every file has a signature of its own, and every secret, too")
    func distinct() throws {
        let now = Instant(millisecondsSince1970: 1_795_395_600_000)
        let others = MediaLinks(keyring: try .ofTests(lookup: 9))
        let signatures = [
            links.address(of: "/media/a.mp4", at: now), links.address(of: "/media/b.mp4", at: now),
            links.address(of: "/media/a.mp4", at: now + .hours(1)), others.address(of: "/media/a.mp4", at: now),
        ].compactMap { $0.split(separator: "=").last }
        #expect(Set(signatures).count == 4)
        #expect(signatures.allSatisfy { $0.utf8.count == 43 })
    }

    @Test(
        "an address elsewhere is given out as it is",
        arguments: [
            "https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg", "https://example.org/media/a.mp4", "/medial.mp4",
        ]
    )
    func elsewhere(address: String) {
        #expect(links.address(of: address, at: Instant(millisecondsSince1970: 0)) == address)
    }
}

extension Keyring {
    /// Secrets that anybody can read here; `lookup` is the byte of the one that others are derived from.
    static func ofTests(lookup: UInt8 = 3) throws -> Keyring {
        func key(_ byte: UInt8) -> String { Data(repeating: byte, count: 32).base64EncodedString() }
        return try Keyring(signing: "k1:" + key(1), encryption: "k1:" + key(2), lookup: key(lookup))
    }
}
