package import Domain
import Foundation
package import Storage

/// A table of labels: the first column names the video, every further column is a kind of label, as in
/// `video_id,show,age_rating`. It is read and checked whole before anything is written.
package struct LabelSheet: Sendable {
    package struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        package var file: String
        /// From 1, the header being line 1; nil when the file as a whole is at fault.
        package var line: Int?
        package var problem: String

        package init(file: String, line: Int?, problem: String) {
            self.file = file
            self.line = line
            self.problem = problem
        }

        package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
    }

    /// One for each video, in the order the videos first appear.
    package let assignments: [LabelAssignment]
    package let kinds: [Label.Kind]

    /// The problem of a file that is missing or may not be read.
    package static let unreadable = "cannot be read"

    private static let longestName = 120
    private static let mostKinds = 64

    /// - Parameters:
    ///   - curriculum: whose contents a column `content` may name.
    ///   - day: says which edition a code without one belongs to.
    package init(file: String, curriculum: Curriculum, on day: Day) throws(Malformed) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Malformed(file: file, line: nil, problem: Self.unreadable)
        }
        try self.init([UInt8](data), file: file, curriculum: curriculum, on: day)
    }

    /// Rows of one video are merged. An empty cell says nothing: it leaves the video's labels of that kind alone.
    package init(_ bytes: [UInt8], file: String, curriculum: Curriculum, on day: Day) throws(Malformed) {
        var reader = CSVReader(bytes)
        guard let header = try Self.next(&reader, file) else {
            throw Malformed(file: file, line: nil, problem: "is empty; the first line must name the columns")
        }
        kinds = try Self.kinds(header, file)
        var names: [VideoReference: [Label.Kind: Set<String>]] = [:]
        var order: [VideoReference] = []
        while let record = try Self.next(&reader, file) {
            func fail(_ problem: String) -> Malformed { Malformed(file: file, line: record.line, problem: problem) }
            guard record.fields.count == kinds.count + 1 else {
                throw fail("has \(record.fields.count) columns, the header has \(kinds.count + 1)")
            }
            guard let video = VideoReference(record.fields[0]) else {
                throw fail("'\(record.fields[0].prefix(40))' is no video id")
            }
            if names[video] == nil {
                names[video] = [:]
                order.append(video)
            }
            for (kind, field) in zip(kinds, record.fields.dropFirst()) {
                let name = field.trimmingCharacters(in: .whitespacesAndNewlines)
                if name.isEmpty { continue }
                if let problem = Self.problem(with: name, of: kind) { throw fail(problem) }
                if kind == .content, curriculum.reference(label: name, on: day) == nil {
                    throw fail(
                        "'\(name.prefix(40))' is no content of the curriculum, which are written 5.2.2 or nuri-2019/5.2.2"
                    )
                }
                names[video]?[kind, default: []].insert(name)
            }
        }
        assignments = order.map { LabelAssignment(video: $0, names: names[$0] ?? [:]) }
    }

    /// What labels of a file are said to come from: its name without its folder.
    package static func name(of file: String) -> String { URL(filePath: file).lastPathComponent }

    private static func next(_ reader: inout CSVReader, _ file: String) throws(Malformed) -> CSVReader.Record? {
        do throws(CSVReader.Malformed) {
            return try reader.next()
        } catch {
            throw Malformed(file: file, line: error.line, problem: error.problem)
        }
    }

    private static func kinds(_ header: CSVReader.Record, _ file: String) throws(Malformed) -> [Label.Kind] {
        func fail(_ problem: String) -> Malformed { Malformed(file: file, line: header.line, problem: problem) }
        guard header.fields.count > 1 else { throw fail("names no kind of label beside the video's column") }
        guard header.fields.count <= mostKinds + 1 else { throw fail("has more than \(mostKinds) kinds of labels") }
        // A header that looks like data is a file without one: its first row would be lost silently.
        guard VideoReference(header.fields[0]) == nil else { throw fail("must name the columns, but names a video") }
        var kinds: [Label.Kind] = []
        for field in header.fields.dropFirst() {
            guard let kind = Label.Kind(field) else {
                throw fail("'\(field.prefix(40))' is no kind of label: a–z, 0–9 and _, at most 40")
            }
            guard !kinds.contains(kind) else { throw fail("names '\(field)' twice") }
            kinds.append(kind)
        }
        return kinds
    }

    private static func problem(with name: String, of kind: Label.Kind) -> String? {
        if name.count > longestName { return "a label of \(kind) is longer than \(longestName) characters" }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "a label of \(kind) has a control character"
        }
        if kind == .ageRating, Int(name).map({ (0...99).contains($0) }) != true {
            return "'\(name.prefix(20))' is no age in years"
        }
        if kind == .area, CurriculumArea(rawValue: name) == nil {
            let areas = CurriculumArea.allCases.map(\.rawValue).joined(separator: ", ")
            return "'\(name.prefix(40))' is none of the curriculum areas \(areas)"
        }
        return nil
    }
}
