import Domain
import SQL

/// A label of the kind `content` that no edition of the curriculum has.
package struct UnknownContent: Error, Sendable, Hashable, CustomStringConvertible {
    package let name: String

    package var description: String { "'\(name)' is no content of the curriculum" }
}

/// What labels of the kind `content` mean, kept beside them in `video_content`: edition and code, so that a report of
/// years ago stays readable after the curriculum was revised, and whose reading of the video it is, because that is all it
/// is.
struct ContentReading: Sendable {
    private let curriculum: Curriculum
    private let source: String?
    private let now: Instant

    init(curriculum: Curriculum, source: String?, at now: Instant) {
        self.curriculum = curriculum
        self.source = source
        self.now = now
    }

    /// Lets a video mean these contents and no others. What it meant before under one of these names stays as it is: a
    /// code without an edition goes on to mean the edition it was put on with.
    func replace(on video: Video.ID, by names: Set<String>, _ transaction: any Transaction) throws {
        let present = try transaction.rows("SELECT edition, code FROM video_content WHERE video_id = \(video)")
            .map { CurriculumReference(edition: try $0["edition"], code: try $0["code"]) }
        for old in present where !names.contains(old.description) && !names.contains(old.code.description) {
            try transaction.run(
                """
                DELETE FROM video_content
                WHERE video_id = \(video) AND edition = \(old.edition) AND code = \(old.code)
                """
            )
        }
        let known = Set(present.flatMap { [$0.description, $0.code.description] })
        try add(names.subtracting(known), to: video, transaction)
    }

    /// Adds what these names mean to a video.
    func add(_ names: Set<String>, to video: Video.ID, _ transaction: any Transaction) throws {
        for name in names.sorted() {
            guard let content = curriculum.reference(label: name, on: Day(of: now)) else {
                throw UnknownContent(name: name)
            }
            let mapping = CurriculumMapping(video: video, content: content, labelledBy: source, labelledAt: now)
            try transaction.run(
                """
                INSERT INTO video_content (video_id, edition, code, labelled_by, labelled_at)
                VALUES (\(mapping.video), \(mapping.content.edition), \(mapping.content.code), \(mapping.labelledBy),
                    \(mapping.labelledAt))
                ON CONFLICT (video_id, edition, code) DO NOTHING
                """
            )
        }
    }
}
