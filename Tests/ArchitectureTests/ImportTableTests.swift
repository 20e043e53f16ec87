import Foundation
import Testing

/// The house rules of ARCHITECTURE.md: who may import whom. SwiftPM does not hold layers apart by itself.
@Suite("The import table")
struct ImportTableTests {
    /// Beside Foundation, swift-log and the standard library's own modules, which everybody may import.
    private static let free: Set<String> = ["Foundation", "Logging", "Synchronization"]

    private static let table: [String: Set<String>] = [
        "Domain": [],
        "Ranking": [
            "Domain", "Collections", "HashTreeCollections", "Algorithms", "Numerics", "CKernels", "CLAPACK",
            "Accelerate",
        ],
        "Contract": ["Domain"],
        "SQL": ["Metrics", "CoreMetrics", "Tracing"],
        "SQLite": ["SQL", "GRDB", "GRDBSQLite"],
        "PostgreSQL": ["SQL", "CLibpq", "NIOPosix"],
        "Storage": ["Domain", "SQL"],
        "Outbound": [
            "Domain", "Contract", "AsyncHTTPClient", "Crypto", "JWTKit", "NIOCore", "NIOHTTP1", "NIOHTTPCompression",
            "Subprocess", "SystemPackage",
        ],
        "Telemetry": ["Metrics", "CoreMetrics", "Tracing", "AsyncHTTPClient", "ServiceLifecycle"],
        "ServerKit": [
            "Domain", "Contract", "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "JWTKit",
            "Crypto",
            "CryptoExtras", "CoreMetrics", "ServiceLifecycle", "Mustache",
        ],
        "API": ["ServerKit", "Domain", "Contract", "Storage", "Hummingbird", "NIOCore"],
        "Recommender": [
            "ServerKit", "Domain", "Contract", "Storage", "Ranking", "Hummingbird", "Crypto", "ServiceLifecycle",
        ],
        "Jobs": ["Domain", "Storage", "Outbound", "Ranking", "ServiceLifecycle"],
    ]

    @Test("Every target imports only what the table allows", arguments: table.keys.sorted())
    func imports(target: String) throws {
        let allowed = try #require(Self.table[target]).union(Self.free)
        let files = Checkout.swiftFiles(in: "Sources/\(target)")
        #expect(!files.isEmpty, "Sources/\(target) is empty: is the table out of date?")
        for file in files {
            for module in try Checkout.imports(of: file) where !allowed.contains(module) {
                Issue.record("\(target)/\(file.lastPathComponent) imports \(module)")
            }
        }
    }

    @Test("The table knows every target, and only the executable may import everything")
    func complete() throws {
        let targets = Set(try Checkout.folders(in: "Sources")).subtracting(["kyck", "CLibpq", "CLAPACK", "CKernels"])
        #expect(targets == Set(Self.table.keys))
    }

    @Test("Nobody imports the executable, and nothing is public", arguments: table.keys.sorted() + ["kyck"])
    func executable(target: String) throws {
        for file in Checkout.swiftFiles(in: "Sources/\(target)") {
            #expect(
                try !Checkout.imports(of: file).contains("kyck"),
                "\(file.lastPathComponent) imports the executable"
            )
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(
                !text.contains(/(?m)^\s*(public|open) (struct|class|enum|func|let|var|init|actor|extension|protocol)/),
                "\(file.lastPathComponent) declares something public; package is enough"
            )
        }
    }

    @Test("Only @main reads the process environment")
    func environment() throws {
        for target in Self.table.keys.sorted() {
            for file in Checkout.swiftFiles(in: "Sources/\(target)") {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains("ProcessInfo.processInfo.environment"), "\(file.lastPathComponent)")
            }
        }
    }
}
