import Foundation
import Testing

/// Every index is paid for with each write. Read from the schema dumps, which `StorageTests` hold to what the engines
/// themselves say.
@Suite("The schema dumps")
struct IndexTests {
    @Test("No table has more than four indexes, those of its keys included", arguments: ["sqlite", "postgresql"])
    func indexes(engine: String) throws {
        let counts = Self.indexCounts(in: try Checkout.text("Tests/StorageTests/Golden/schema-\(engine).sql"))
        #expect(counts.count > 20, "the dump is not read as it is written")
        #expect(counts["video", default: 0] >= 2 && counts["otp_challenge"] == 3)
        for (table, count) in counts.sorted(by: { $0.key < $1.key }) {
            #expect((1...4).contains(count), "\(table) has \(count) indexes")
        }
    }

    /// Of each table, read by line: keys stand between `CREATE TABLE` and its end, other indexes in lines of their own. A
    /// key that SQLite keeps without an index counts as well.
    private static func indexCounts(in dump: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        var table = ""
        for line in dump.split(separator: "\n") {
            if let match = line.firstMatch(of: /^CREATE TABLE (\w+)/) {
                table = String(match.1)
                counts[table] = 0
            } else if let match = line.firstMatch(of: /^CREATE (?:UNIQUE )?INDEX \w+ ON (\w+)/) {
                counts[String(match.1), default: 0] += 1
            } else {
                counts[table, default: 0] += line.matches(of: /PRIMARY KEY|\bUNIQUE\b/).count
            }
        }
        return counts
    }
}
