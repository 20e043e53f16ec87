import SQL
import Testing

@Suite struct QueryTests {
    @Test func `a literal is text and a value is a placeholder`() {
        let (id, note): (String, String?) = ("a'b", nil)
        let query: Query = "SELECT * FROM thing WHERE id = \(id) AND note = \(note) AND count = \(3)"
        #expect(query.sql == "SELECT * FROM thing WHERE id = $1 AND note = $2 AND count = $3")
        #expect(query.bindings == [.text("a'b"), .null, .integer(3)])
    }

    @Test func `queries inside queries are numbered anew`() {
        let inner: Query = "count > \(1) AND count < \(9)"
        let query: Query = "SELECT \(5) FROM thing WHERE \(inner) OR (\(inner)) LIMIT \(2)"
        #expect(
            query.sql == "SELECT $1 FROM thing WHERE count > $2 AND count < $3 OR (count > $4 AND count < $5) LIMIT $6"
        )
        #expect(query.bindings == [5, 1, 9, 1, 9, 2].map { .integer($0) })
    }

    @Test func `text meets text without a value between`() {
        let column: Query = "count"
        let condition: Query = "\(column) > \(1)"
        let query: Query = "SELECT \(column) FROM thing WHERE \(condition)\(condition) AND (\(column))"
        #expect(query.sql == "SELECT count FROM thing WHERE count > $1count > $2 AND (count)")
        #expect(query.bindings == [.integer(1), .integer(1)])
        #expect(("\(1)\(2)" as Query).sql == "$1$2")
        #expect(Query([column, column], joinedBy: ", ").sql == "count, count")
        #expect(Query([], joinedBy: ", ").sql.isEmpty)
        #expect(("" as Query).sql.isEmpty)
    }

    @Test func `the same text with other values is the same statement`() {
        func query(_ id: String?, _ numbers: [Int]) -> Query {
            "SELECT * FROM thing WHERE id = \(id) AND count IN (\(list: numbers))"
        }
        #expect(query("a", [1, 2]).sql == query(nil, [3, 4]).sql)
        #expect(query("a", [1, 2]).sql != query("a", [1, 2, 3]).sql)
        let other = query("a", [1, 2]).with([.null, .integer(3), .integer(4)])
        #expect(other.sql == query(nil, [3, 4]).sql)
        #expect(other.bindings == query(nil, [3, 4]).bindings)
        let longer: Query = "\(other) LIMIT \(5)"
        #expect(longer.sql == "SELECT * FROM thing WHERE id = $1 AND count IN ($2, $3) LIMIT $4")
        #expect(longer.bindings == [.null, .integer(3), .integer(4), .integer(5)])
    }

    @Test func `every placeholder up to the last has its number`() {
        let all = (1...Query.maximumBindings).map { "$\($0)" }.joined(separator: ", ")
        #expect(("\(list: Array(1...Query.maximumBindings))" as Query).sql == all)
    }

    @Test func `lists are joined`() {
        let rows = ["a", "b"].map { "(\($0), \(true))" as Query }
        let query: Query = "INSERT INTO thing (id, flag) VALUES \(Query(rows, joinedBy: ", "))"
        #expect(query.sql == "INSERT INTO thing (id, flag) VALUES ($1, $2), ($3, $4)")
        #expect(query.bindings == [.text("a"), .integer(1), .text("b"), .integer(1)])
        #expect(("IN (\(list: [1, 2, 3]))" as Query).sql == "IN ($1, $2, $3)")
        #expect(("IN (\(list: [Int]()))" as Query).sql == "IN (NULL)")
    }

    @Test(arguments: Dialect.allCases)
    func `words differ by engine and bind nothing`(dialect: Dialect) {
        let query: Query = "SELECT \(dialect.greatest)(a, \(1)) FROM thing \(dialect.forUpdate)"
        #expect(query.bindings == [.integer(1)])
        switch dialect {
        case .sqlite: #expect(query.sql == "SELECT max(a, $1) FROM thing ")
        case .postgresql: #expect(query.sql == "SELECT greatest(a, $1) FROM thing FOR UPDATE")
        }
    }

    @Test func `the limit of values is exact`() throws {
        let most: Query = "\(list: Array(0..<Query.maximumBindings))"
        #expect(try most.checked().bindings.count == Query.maximumBindings)
        let tooMany: Query = "\(most), \(1)"
        #expect(throws: DatabaseError.tooManyBindings(count: 8_193, limit: 8_192)) { try tooMany.checked() }
    }

    @Test func `a row refuses what does not fit`() throws {
        let row = Row(columns: .init(["n", "x"]), values: [.integer(2), .real(1.5)])
        #expect(throws: DatabaseError.unexpectedValue(column: "n", expected: "Bool")) { try row["n"] as Bool }
        #expect(throws: DatabaseError.unexpectedValue(column: "x", expected: "Int")) { try row["x"] as Int }
        #expect(try row["n"] as Double == 2)
    }
}
