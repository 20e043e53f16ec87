import Foundation
package import Ranking

/// What methods list for users, as CSV: `seed,method,user,place,item,score`. The file has its name only once it is whole.
package final class ListFile {
    /// A file that cannot be written.
    package struct Unwritable: Error, CustomStringConvertible {
        package let description: String
        /// Whether it is the name that will not do, and another would.
        package let isName: Bool
    }

    private static let chunk = 1 << 16

    private let path: String
    private let partPath: String
    private let handle: FileHandle
    private let data: EvaluationData
    private var rows = Data("seed,method,user,place,item,score\n".utf8)

    /// - Parameter data: the names of users and items.
    /// - Throws: ``Unwritable``, also where there is such a file already.
    package init(path: String, naming data: EvaluationData) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Unwritable(description: "\(path) is there already: name another file", isName: true)
        }
        (self.path, partPath, self.data) = (path, "\(path).\(UUID().uuidString).partial", data)
        guard FileManager.default.createFile(atPath: partPath, contents: nil),
            let handle = FileHandle(forWritingAtPath: partPath)
        else {
            throw Unwritable(description: "\(path) cannot be made: is the folder there and writable?", isName: true)
        }
        self.handle = handle
    }

    package func add(_ listing: Evaluator.Listing) throws {
        let head = "\(listing.seed),\(listing.method.rawValue),\(Self.field(data.userNames[listing.user]))"
        for (place, entry) in listing.items.enumerated() {
            let item = Self.field(data.itemNames[Int(entry.item)])
            rows.append(contentsOf: "\(head),\(place + 1),\(item),\(entry.score)\n".utf8)
        }
        if rows.count >= Self.chunk { try write() }
    }

    /// Gives the file its name.
    package func close() throws {
        try write()
        try attempt {
            try handle.close()
            try FileManager.default.moveItem(atPath: partPath, toPath: path)
        }
    }

    /// Leaves nothing behind of a file that was not closed.
    package func discard() throws {
        try FileManager.default.removeItem(atPath: partPath)
    }

    private func write() throws {
        try attempt { try handle.write(contentsOf: rows) }
        rows.removeAll(keepingCapacity: true)
    }

    private func attempt(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch {
            throw Unwritable(description: "\(path) cannot be written: \(error.localizedDescription)", isName: false)
        }
    }

    /// RFC 4180, section 2: in quotes where it has to be. No name has a comma, for none is read with one.
    private static func field(_ name: String) -> String {
        guard name.contains(where: { $0 == "\"" || $0.isNewline }) else { return name }
        return "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
