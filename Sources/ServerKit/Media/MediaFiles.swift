import Contract
package import Domain
import Foundation
package import Hummingbird

/// Serves the films and pictures of one folder, with `Range`, without which Safari plays no film and nothing can be
/// sought in. Hummingbird's `FileMiddleware` (2.28.1) reads `bytes=-500` as the first 501 bytes, answers a range beyond
/// the file with a negative length and serves files whose names begin with a dot, so this is our own.
package struct MediaFiles: Sendable {
    private let folder: String
    private let links: MediaLinks
    private let clock: Domain.Clock
    private let isOffered: @Sendable (String) async throws -> Bool
    private let maximumAge: Int
    private let files = FileIO()

    /// The types we have; a file with any other ending is not served.
    private static let contentTypes = [
        "mp4": "video/mp4", "webm": "video/webm", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
        "webp": "image/webp", "vtt": "text/vtt; charset=utf-8",
    ]

    /// - Parameters:
    ///   - folder: a path; sub-folders are served, too, links are not followed.
    ///   - links: what signed the addresses that are asked for.
    ///   - isOffered: whether the file of a path (`/media/…`) belongs to a video that is still in the catalogue: what staff
    ///     take out stops at once, whatever addresses are about.
    ///   - maximumAge: seconds a client may keep a file without asking again, if its address is good for that long.
    package init(
        folder: String,
        links: MediaLinks,
        clock: Domain.Clock = .system,
        isOffered: @escaping @Sendable (String) async throws -> Bool,
        maximumAge: Int = 3600
    ) {
        self.folder = folder
        self.links = links
        self.clock = clock
        self.isOffered = isOffered
        self.maximumAge = maximumAge
    }

    /// Adds `GET <path>/…` (and `HEAD`, which the router makes of it).
    package func add<Context: RequestContext>(at path: String, to router: some RouterMethods<Context>) {
        router.get(RouterPath("\(path)/**")) { request, context in
            try await respond(to: request, context: context)
        }
    }

    private struct File {
        let path: String
        let size: Int
        let modified: Date
        let contentType: String

        /// Strong enough for `If-Range`: films are put in place whole and are not written to afterwards.
        var entityTag: String {
            let milliseconds = Int64(modified.timeIntervalSince1970 * 1000)
            return "\"\(String(size, radix: 16))-\(String(milliseconds, radix: 16))\""
        }
    }

    private func respond(to request: Request, context: some RequestContext) async throws -> Response {
        let now = clock.now()
        let expiry = try links.expiry(path: request.uri.path, query: request.uri.query, at: now)
        guard try await isOffered(request.uri.path) else { throw Problem(.notAllowed) }
        guard let file = file(at: context.parameters.getCatchAll()) else { throw Problem.notFound }
        let secondsLeft = Int((expiry - now).milliseconds / 1_000)
        var headers: HTTPFields = [
            .contentType: file.contentType,
            .eTag: file.entityTag,
            .acceptRanges: "bytes",
            .cacheControl: "private, max-age=\(min(maximumAge, secondsLeft))",
        ]
        if request.headers[values: .ifNoneMatch].contains(where: { Self.list($0, contains: file.entityTag) }) {
            return Response(status: .notModified, headers: headers)
        }
        // With a tag that is not the file's any more, the client's half is of an older file: it gets the whole new one.
        let range = request.headers[.ifRange].map { $0 == file.entityTag } ?? true ? request.headers[.range] : nil
        switch ByteRange(header: range, size: file.size) {
        case .whole:
            headers[.contentLength] = String(file.size)
            let body = try await files.loadFile(path: file.path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(file.size)"
            headers[.contentLength] = String(part.count)
            let body = try await files.loadFile(path: file.path, range: part, context: context)
            return Response(status: .partialContent, headers: headers, body: body)
        case .unsatisfiable:
            throw Problem(.rangeNotSatisfiable, headers: [.contentRange: "bytes */\(file.size)"])
        }
    }

    /// The file that the parts of a path name, if it is one of ours: names of plain characters only, so that nothing needs
    /// decoding and neither `..` nor a hidden file can be said; no links on the way, so that nothing leads out.
    private func file(at parts: [Substring]) -> File? {
        guard !parts.isEmpty, parts.count <= 8, parts.allSatisfy(Self.isPlain),
            let contentType = Self.contentTypes[parts.last?.split(separator: ".").last?.lowercased() ?? ""]
        else { return nil }
        var path = folder
        for (index, part) in parts.enumerated() {
            path += "/\(part)"
            // Does not follow links: a link's type is link.
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
            let type = attributes[.type] as? FileAttributeType
            guard index == parts.count - 1 else {
                guard type == .typeDirectory else { return nil }
                continue
            }
            guard type == .typeRegular, let size = (attributes[.size] as? NSNumber)?.intValue,
                let modified = attributes[.modificationDate] as? Date
            else { return nil }
            return File(path: path, size: size, modified: modified, contentType: contentType)
        }
        return nil
    }

    private static func isPlain(_ name: Substring) -> Bool {
        name.first != "."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// `If-None-Match` compares weakly and may list several.
    private static func list(_ header: String, contains tag: String) -> Bool {
        header.split(separator: ",").contains { entry in
            let entry = entry.trimmingCharacters(in: .whitespaces)
            return entry == "*" || entry == tag || entry == "W/\(tag)"
        }
    }
}
