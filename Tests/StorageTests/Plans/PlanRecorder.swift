import SQL
import Synchronization

/// A database that asks the engine for the plan of every statement before it runs it: the stores' own queries are judged,
/// not copies of them.
final class PlanRecorder: Database {
    struct Step: Sendable, Hashable {
        let sql: String
        /// The tables read from first row to last.
        let scanned: [String]
    }

    let dialect: Dialect
    private let wrapped: any Database
    private let recorded = Mutex<[Step]>([])

    init(_ wrapped: any Database) {
        self.wrapped = wrapped
        dialect = wrapped.dialect
    }

    /// What was planned since the last call.
    func takeSteps() -> [Step] {
        recorded.withLock { steps in
            defer { steps = [] }
            return steps
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await wrapped.read { try body(Recording($0, in: self)) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await wrapped.write { try body(Recording($0, in: self)) }
    }

    func checkWritable() async throws { try await wrapped.checkWritable() }
    func close() async throws { try await wrapped.close() }

    private struct Recording: Transaction {
        private let wrapped: any Transaction
        private let recorder: PlanRecorder

        init(_ wrapped: any Transaction, in recorder: PlanRecorder) throws {
            self.wrapped = wrapped
            self.recorder = recorder
            if wrapped.dialect == .postgresql {
                // A small table is rightly scanned; what is asked is whether an index could serve at all.
                try wrapped.run("SET LOCAL enable_seqscan = off")
            }
        }

        var dialect: Dialect { wrapped.dialect }

        func rows(_ query: Query) throws -> [Row] {
            try record(query)
            return try wrapped.rows(query)
        }

        func run(_ query: Query) throws -> Int {
            try record(query)
            return try wrapped.run(query)
        }

        private func record(_ query: Query) throws {
            let scanned: [String]
            switch dialect {
            case .sqlite:
                let plan = try wrapped.rows("EXPLAIN QUERY PLAN \(query)").map { row -> String in try row["detail"] }
                scanned = plan.compactMap { $0.wholeMatch(of: /SCAN (\w+)(?: .*)?/).map { String($0.1) } }
            case .postgresql:
                let plan = try wrapped.rows("EXPLAIN \(query)").map { row -> String in try row["QUERY PLAN"] }
                scanned = plan.compactMap { $0.firstMatch(of: /Seq Scan on (\w+)/).map { String($0.1) } }
            }
            recorder.recorded.withLock { $0.append(Step(sql: query.sql, scanned: scanned)) }
        }
    }
}
