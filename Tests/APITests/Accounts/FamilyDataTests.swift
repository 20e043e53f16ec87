import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import ServerKit
import Storage
import TestSupport
import Testing

/// The schema, table by table, against what a family is given and what is left when it has gone.
@Suite("What is kept about a family")
struct FamilyDataTests {
    @Test("every table says whether it holds something of a family", arguments: Engine.allCases)
    func everyTable(engine: Engine) async throws {
        let tables = try await DatabaseTables(try await engine.makeDatabase())
        #expect(tables.columns.count > 20)
        for table in tables.columns.keys.sorted() {
            switch FamilyLedger.tables[table] {
            case nil: Issue.record("\(table) is not in FamilyLedger: is it in the export?")
            case .ofNobody: #expect(!tables.ofFamilies.contains(table), "\(table) points to a family")
            case .leftOut, .exported: #expect(tables.ofFamilies.contains(table), "\(table) points to no family")
            }
        }
        for gone in Set(FamilyLedger.tables.keys).subtracting(tables.columns.keys) {
            Issue.record("\(gone) is in FamilyLedger and in no database")
        }
    }

    @Test(
        "what a family is given is what the tables hold, and none of it is left in the end",
        arguments: Engine.allCases
    )
    func takenAlongAndDeleted(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let stores = api.services.stores
            let videos = try await api.publishForBusyFamilies()
            _ = try await api.busyFamily(Person.park, "서준", videos)
            await api.settle()
            try await Self.countAverages(api)
            let tables = try await DatabaseTables(api.database)
            let before = try await tables.rows(of: api.database)
            let popularity = try await stores.popularity.children(now: api.clock.now)
            let start = api.clock.now

            // A device signed out, a consent withdrawn, an account that is leaving: every column has been written.
            let minji = try await api.busyFamily(Person.minji, "민지", videos)
            let sister = try await api.addChild("민아", as: minji.guardian.token)
            try await api.send(.delete, "/v1/children/\(sister)", as: minji.guardian.token).require(204)
            try await api.send(.delete, "/v1/me", as: minji.guardian.token).require(202)
            let back = try await api.signInElsewhere(Person.minji)
            await api.settle()
            try await Self.countAverages(api)
            let export = try await api.send(.post, "/v1/me/export", as: back.token).require(200).json
            let held = try await tables.rows(of: api.database)
            for table in tables.ofFamilies.sorted() {
                let rows = try #require(held[table]).subtracting(before[table] ?? [])
                #expect(!rows.isEmpty, "the family left nothing in \(table): this test proves nothing about it")
                guard case .exported(let path, let besides) = FamilyLedger.tables[table] else { continue }
                let elements = export[path: path].elements
                #expect(
                    elements.count == rows.count,
                    "\(path) has \(elements.count) of the \(rows.count) rows of \(table)"
                )
                for (place, column) in try #require(tables.columns[table]).enumerated() {
                    let kept = rows.map { $0[place] }
                    Self.compare("\(table).\(column)", kept, elements, besides[column] ?? .named(column))
                }
            }

            api.clock.advance(.days(6))
            #expect(try await stores.guardians.deleteDue(now: api.clock.now) == 1)
            _ = try await stores.idempotencyKeys.removeOld(now: api.clock.now)
            let after = try await tables.rows(of: api.database)
            // Sums over all children stay.
            let sums: Set = ["idempotency_key", "video_popularity", "offer_hour", "watch_average_mark"]
            for table in tables.columns.keys.sorted() where !sums.contains(table) {
                #expect(after[table] == before[table], "\(table) is not what it was before the family came")
            }
            let left = try await stores.popularity.children(now: start)
            #expect(left.keys == popularity.keys)
            for (video, children) in popularity {
                let remaining = try #require(left[video])
                for group in AgeGroup.allCases { #expect(abs(remaining[group] - children[group]) < 1e-9) }
            }
            // Answers to whoever is not signed in are kept by address, for a day.
            #expect(after["idempotency_key"] == [])
        }
    }

    /// As if all plays were over.
    private static func countAverages(_ api: APIFixture) async throws {
        let averages = api.services.stores.averages
        #expect(try await averages.count(now: api.clock.now + .days(2), limit: 1_000).done > 0)
        #expect(try await averages.countDays(now: api.clock.now + .days(3), limit: 1_000) > 0)
    }

    private static func compare(
        _ name: String,
        _ kept: [SQLValue],
        _ elements: [JSON],
        _ column: FamilyLedger.Column
    ) {
        switch column {
        case .leftOut: return
        case .becomes(let path):
            #expect(elements.allSatisfy { $0[path: path] != .null }, "\(name) is not in the export as \(path)")
        case .named(let path):
            #expect(kept.contains { $0 != .null }, "\(name) was never written: this test proves nothing about it")
            let given = elements.map { $0[path: path] }
            let unmatched = kept.reduce(into: given) { rest, value in
                if let place = rest.firstIndex(where: { $0.tells(value) }) { rest.remove(at: place) }
            }
            #expect(unmatched.isEmpty, "\(name) is \(kept), the export says \(given) as \(path)")
        }
    }
}

extension JSON {
    /// `children.0.plays`: keys and places.
    fileprivate subscript(path path: String) -> JSON {
        path.split(separator: ".").reduce(self) { value, step in Int(step).map { value[$0] } ?? value[String(step)] }
    }

    /// A list's, or itself.
    fileprivate var elements: [JSON] {
        switch self {
        case .array(let values): values
        case .null: []
        default: [self]
        }
    }

    /// Whether this is what a column's value is on the wire.
    fileprivate func tells(_ value: SQLValue) -> Bool {
        switch (self, value) {
        case (.null, .null): true
        case (.string(let text), .text(let stored)): text == stored
        case (.string(let text), .integer(let number)):
            text == Timestamp(millisecondsSince1970: number).description
        case (.number(let number), .integer(let stored)): number == Double(stored)
        case (.number(let number), .real(let stored)): number == stored
        case (.bool(let flag), .integer(let stored)): flag == (stored != 0)
        default: false
        }
    }
}
