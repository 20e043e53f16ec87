import Domain
import Foundation
import Outbound
import Storage

/// Reads saved answers file by file and hands out batches, each with the place behind it.
struct FileImport {
    /// Where to go on: which file, and where in it.
    struct Cursor: Codable {
        var file = 0
        var place: SavedPages.Place?
        var bytesBefore: Int64 = 0
    }

    struct Step: Sendable {
        var batch = ImportBatch()
        var cursor: String
        var bytes: Int64
    }

    /// Large enough that the commits' waits for the disk do not count, small enough (a few tens of milliseconds) that
    /// other writers are not kept waiting; one batch being written and one being read are held at a time.
    private static let batchSize = 2_000

    private let paths: [String]
    private let gate: SafetyGate
    private var cursor: Cursor
    private var pages: SavedPages?
    private let encoder = JSONEncoder()

    init(_ paths: [String], gate: SafetyGate, goingOnFrom text: String) {
        self.paths = paths
        self.gate = gate
        cursor = (try? JSONDecoder().decode(Cursor.self, from: Data(text.utf8))) ?? Cursor()
    }

    static func size(of path: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }

    /// The next batch, which may reach over several small files; nil when all are read.
    mutating func next() throws -> Step? {
        var batch = ImportBatch()
        var items = 0
        while items < Self.batchSize, cursor.file < paths.count {
            if pages == nil { pages = try SavedPages(file: paths[cursor.file], at: cursor.place) }
            guard let item = try pages?.next() else {
                cursor.bytesBefore += Self.size(of: paths[cursor.file])
                cursor.file += 1
                cursor.place = nil
                pages = nil
                continue
            }
            add(item, to: &batch)
            items += 1
        }
        guard !batch.isEmpty else { return nil }
        if let pages { cursor.place = pages.place }
        let text = String(decoding: try encoder.encode(cursor), as: UTF8.self)
        return Step(batch: batch, cursor: text, bytes: cursor.bytesBefore + (cursor.place?.offset ?? 0))
    }

    private func add(_ item: YouTubeItem, to batch: inout ImportBatch) {
        switch item {
        case .video(let id, let facts): batch.videos.append(JudgedVideo(id: id, facts: facts, gate: gate))
        case .channel(let facts): batch.channels.append(facts)
        case .listed: batch.listed += 1
        case .malformed: batch.malformed += 1
        }
    }
}

extension YouTubeImport {
    /// Reads the next batch while the last one is written.
    func importFiles(_ paths: [String], into run: inout ImportRun, _ report: ImportProgressReport) async throws {
        let total = paths.reduce(0) { $0 + FileImport.size(of: $1) }
        var files = FileImport(paths, gate: gate, goingOnFrom: run.cursor)
        var step = try files.next()
        while let current = step {
            try Task.checkCancellation()
            let target = run
            async let written = store.apply(current.batch, to: target, cursor: current.cursor, at: clock.now())
            let following = Result<FileImport.Step?, any Error> { try files.next() }
            run.counts += try await written
            run.cursor = current.cursor
            report(
                ImportProgress(
                    done: current.bytes,
                    total: total,
                    unit: .bytes,
                    videos: run.counts.accepted + run.counts.refused
                )
            )
            step = try following.get()
        }
    }
}
