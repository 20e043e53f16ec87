import Foundation

/// A file of rows `user,item,value[,timestamp]` or `user,item`, read for an evaluation. Millions of rows are common, so
/// bytes are read as they are and names become numbers at once; a name may stand in quotes but holds no comma.
struct InteractionFile: Sendable {
    struct Row: Sendable, Equatable {
        /// Numbers of the ``NameTable``s.
        let user: Int32
        let item: Int32
        let value: Float
        let time: Int64
    }

    private(set) var rows: [Row] = []
    private let hasValues: Bool

    /// - Parameters:
    ///   - hasValues: whether a row has a value, and may have a time, behind user and item.
    ///   - users: learns the names that are new, as `items` does.
    init(
        path: String,
        hasValues: Bool,
        users: inout NameTable,
        items: inout NameTable
    ) throws(EvaluationFiles.Malformed) {
        self.hasValues = hasValues
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        } catch {
            throw EvaluationFiles.Malformed(unreadable: path, error)
        }
        let problem = data.withUnsafeBytes { bytes in read(bytes, &users, &items) }
        if let problem { throw EvaluationFiles.Malformed(file: path, line: problem.line, problem: problem.sentence) }
        guard !rows.isEmpty else { throw EvaluationFiles.Malformed(file: path, line: nil, problem: "has no rows") }
    }

    /// - Returns: the first line that cannot be used, and why.
    private mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        _ users: inout NameTable,
        _ items: inout NameTable
    ) -> (line: Int, sentence: String)? {
        rows.reserveCapacity(bytes.count / 24)
        var fields: [Range<Int>] = []
        var (start, line) = (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, 0)
        while start < bytes.count {
            line += 1
            fields.removeAll(keepingCapacity: true)
            var (end, fieldStart) = (start, start)
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
                if bytes[end] == UInt8(ascii: ",") {
                    fields.append(fieldStart..<end)
                    fieldStart = end + 1
                }
                end += 1
            }
            start = end + 1
            if end > fieldStart, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            fields.append(fieldStart..<end)
            let isEmpty = fields.count == 1 && fields[0].isEmpty
            if isEmpty || (line == 1 && isHeading(bytes, fields, users, items)) { continue }
            do {
                rows.append(try row(bytes, fields, &users, &items))
            } catch {
                return (line, error.sentence)
            }
        }
        return nil
    }

    private struct RowProblem: Error {
        let sentence: String

        init(_ sentence: String) {
            self.sentence = sentence
        }
    }

    /// A first line of column names: a value that is no number behind a user that is none, or, where rows have no value,
    /// names that nobody knows.
    private func isHeading(
        _ bytes: UnsafeRawBufferPointer,
        _ fields: [Range<Int>],
        _ users: NameTable,
        _ items: NameTable
    ) -> Bool {
        guard fields.count >= 2 else { return false }
        let (first, second) = (text(bytes, fields[0]), text(bytes, fields[1]))
        if ["user", "userid", "user_id", "child", "child_id"].contains(first.lowercased()) { return true }
        guard Int64(first) == nil else { return false }
        if hasValues {
            guard fields.count >= 3 else { return false }
            let value = text(bytes, fields[2])
            return Float(value) == nil && value.first?.isLetter == true
        }
        return Int64(second) == nil && !users.names.isEmpty && users.number(ofKnown: NameTable.Name(first)) == nil
            && items.number(ofKnown: NameTable.Name(second)) == nil
    }

    private func row(
        _ bytes: UnsafeRawBufferPointer,
        _ fields: [Range<Int>],
        _ users: inout NameTable,
        _ items: inout NameTable
    ) throws(RowProblem) -> Row {
        guard hasValues ? (3...4).contains(fields.count) : fields.count >= 2 else {
            let there = fields.count == 1 ? "there is one column" : "there are \(fields.count) columns"
            throw RowProblem(
                hasValues
                    ? "user,item,value or user,item,value,timestamp is wanted, \(there)"
                    : "user,item is wanted, \(there)"
            )
        }
        let user = users.number(of: try name(bytes, fields[0], "user"))
        let item = items.number(of: try name(bytes, fields[1], "item"))
        guard hasValues else { return Row(user: user, item: item, value: 1, time: 0) }
        let given = text(bytes, fields[2])
        guard let value = Float(given) else { throw RowProblem("the value \"\(given)\" is not a number") }
        guard value.isFinite else { throw RowProblem("the value \(given) is not finite") }
        guard value >= 0 else { throw RowProblem("the value \(given) is negative") }
        guard fields.count == 4, !fields[3].isEmpty else { return Row(user: user, item: item, value: value, time: 0) }
        let stamp = text(bytes, fields[3])
        guard let time = Double(stamp), let whole = Int64(exactly: time.rounded(.down)) else {
            throw RowProblem("the timestamp \"\(stamp)\" is not a number")
        }
        return Row(user: user, item: item, value: value, time: whole)
    }

    private func name(
        _ bytes: UnsafeRawBufferPointer,
        _ field: Range<Int>,
        _ column: String
    ) throws(RowProblem) -> NameTable.Name {
        guard !field.isEmpty else { throw RowProblem("the \(column) is empty") }
        if let number = number(bytes, field) { return .number(number) }
        guard let text = String(validating: bytes[field], as: UTF8.self) else {
            throw RowProblem("the \(column) is not UTF-8")
        }
        let bare = text.unquoted
        guard !bare.contains("\"") else { throw RowProblem("the \(column) has a quotation mark inside") }
        guard !bare.isEmpty else { throw RowProblem("the \(column) is empty") }
        return NameTable.Name(bare)
    }

    /// The usual name, without making text of it: up to 18 digits, no zero before others.
    private func number(_ bytes: UnsafeRawBufferPointer, _ field: Range<Int>) -> Int64? {
        guard field.count <= 18, bytes[field.lowerBound] != UInt8(ascii: "0") || field.count == 1 else { return nil }
        var number: Int64 = 0
        for index in field {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int64(digit)
        }
        return number
    }

    private func text(_ bytes: UnsafeRawBufferPointer, _ field: Range<Int>) -> String {
        String(decoding: bytes[field], as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without the quotation marks it may stand in.
    var unquoted: String {
        count > 1 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : String(self)
    }
}
