package import AsyncHTTPClient
import Crypto
package import Foundation
import NIOCore
import NIOHTTP1

/// Takes our own videos into the media folder, from a file or an https address.
///
/// A file is named by its contents, so that taking it again gives the same name and no second copy. What is neither MP4
/// nor WebM by its first bytes is refused, whatever it is called.
package struct HostedMedia: Sendable {
    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case notFound(String)
        case notHTTPS(String)
        case notVideo
        case empty
        case tooLarge(limit: Int64)
        case answered(status: Int)
        case unreachable(String)
        case cannotWrite(String)

        package var description: String {
            switch self {
            case .notFound(let path): "\(path): no such file"
            case .notHTTPS(let address): "\(address): only https addresses are read"
            case .notVideo: "neither MP4 nor WebM by its first bytes"
            case .empty: "the file is empty"
            case .tooLarge(let limit): "larger than \(limit / 1_048_576) MiB"
            case .answered(let status): "the server answers \(status)"
            case .unreachable(let reason): "the server cannot be reached (\(reason))"
            case .cannotWrite(let reason): "cannot write into the media folder: \(reason)"
            }
        }
    }

    package struct Taken: Sendable, Hashable {
        /// Below the media folder.
        package var name: String
        package var size: Int64
    }

    private static let chunk = 256 * 1_024

    private let http: HTTPClient
    private let folder: URL
    private let limit: Int64

    package init(http: HTTPClient, folder: URL, limit: Int64 = 2 * 1_024 * 1_024 * 1_024) {
        self.http = http
        self.folder = folder
        self.limit = limit
    }

    package func take(file path: String) async throws -> Taken {
        guard let source = FileHandle(forReadingAtPath: path) else { throw Failure.notFound(path) }
        defer { try? source.close() }
        var writer = try Writer(folder: folder, limit: limit)
        do {
            while let data = try source.read(upToCount: Self.chunk), !data.isEmpty {
                try Task.checkCancellation()
                try writer.append([UInt8](data))
            }
            return try writer.finish()
        } catch {
            writer.discard()
            throw error
        }
    }

    /// Plain http is taken from this machine only.
    package func take(address: String) async throws -> Taken {
        guard let parts = URLComponents(string: address), let host = parts.host,
            parts.scheme == "https" || (parts.scheme == "http" && ["127.0.0.1", "localhost"].contains(host))
        else { throw Failure.notHTTPS(address) }
        let response: HTTPClientResponse
        do {
            response = try await http.execute(HTTPClientRequest(url: address), timeout: .minutes(30))
        } catch let error as HTTPClientError {
            throw Failure.unreachable(error.shortDescription)
        }
        guard response.status == .ok else { throw Failure.answered(status: Int(response.status.code)) }
        var writer = try Writer(folder: folder, limit: limit)
        do {
            for try await buffer in response.body { try writer.append(Array(buffer: buffer)) }
            return try writer.finish()
        } catch {
            writer.discard()
            throw error
        }
    }

    /// Where a taken file is.
    package func location(of taken: Taken) -> URL {
        folder.appending(path: taken.name)
    }

    /// Writes beside the others under a name nobody serves, and takes the place only once whole.
    private struct Writer {
        private let folder: URL
        private let temporary: URL
        private let handle: FileHandle
        private let limit: Int64
        private var hash = SHA256()
        private var head: [UInt8] = []
        private var size: Int64 = 0

        init(folder: URL, limit: Int64) throws {
            self.folder = folder
            self.limit = limit
            temporary = folder.appending(path: ".incoming-\(UUID().uuidString)")
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data().write(to: temporary)
                handle = try FileHandle(forWritingTo: temporary)
            } catch {
                throw Failure.cannotWrite(error.localizedDescription)
            }
        }

        mutating func append(_ bytes: [UInt8]) throws {
            size += Int64(bytes.count)
            guard size <= limit else { throw Failure.tooLarge(limit: limit) }
            let isHeadComplete = head.count >= MediaKind.headLength
            if !isHeadComplete {
                head += bytes.prefix(MediaKind.headLength - head.count)
                if head.count >= MediaKind.headLength, MediaKind(head: head) == nil { throw Failure.notVideo }
            }
            hash.update(data: bytes)
            do {
                try handle.write(contentsOf: bytes)
            } catch {
                throw Failure.cannotWrite(error.localizedDescription)
            }
        }

        mutating func finish() throws -> Taken {
            if size == 0 { throw Failure.empty }
            guard let kind = MediaKind(head: head) else { throw Failure.notVideo }
            let digest = hash.finalize().prefix(16).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
            let name = "\(digest).\(kind.rawValue)"
            let target = folder.appending(path: name)
            do {
                try handle.synchronize()
                try handle.close()
                if FileManager.default.fileExists(atPath: target.path(percentEncoded: false)) {
                    try FileManager.default.removeItem(at: temporary)
                } else {
                    try FileManager.default.moveItem(at: temporary, to: target)
                }
            } catch {
                throw Failure.cannotWrite(error.localizedDescription)
            }
            return Taken(name: name, size: size)
        }

        /// After a failure: what is left of the copy is of no use.
        func discard() {
            try? handle.close()
            try? FileManager.default.removeItem(at: temporary)
        }
    }
}

/// The two containers every browser plays.
enum MediaKind: String {
    case mp4, webm

    static let headLength = 64

    /// By magic bytes: `ftyp` at 4 (ISO 14496-12 §4.3), or an EBML head (RFC 8794) of type `webm`.
    init?(head: [UInt8]) {
        if head.count >= 12, head[4..<8].elementsEqual("ftyp".utf8) {
            self = .mp4
        } else if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]), head.contains(Array("webm".utf8)) {
            self = .webm
        } else {
            return nil
        }
    }
}
