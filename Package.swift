// swift-tools-version: 6.3
import PackageDescription

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let loggingInMemory = Target.Dependency.product(name: "InMemoryLogging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let trees = Target.Dependency.product(name: "HashTreeCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let metricsTesting = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
    name: "kyck",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(
            name: "Domain",
            resources: [.embedInCode("Curriculum/Data/nuri-2019.tsv"), .embedInCode("Reports/Data/together.tsv")]
        ),
        .systemLibrary(
            name: "CLAPACK",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]
        ),
        .target(name: "CKernels", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "Ranking", dependencies: ["Domain", "CKernels", "CLAPACK", trees]),
        .target(name: "Contract", dependencies: ["Domain"]),
        .target(name: "SQL"),
        .target(name: "SQLite", dependencies: ["SQL", grdb, sqlite]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(name: "PostgreSQL", dependencies: ["SQL", "CLibpq", nioPosix]),
        .target(name: "Storage", dependencies: ["Domain", "SQL"]),
        .target(
            name: "Outbound",
            dependencies: [
                "Domain", "Contract", httpClient, nioCore, nioHTTP1, nioHTTPCompression, crypto, jwtKit, logging,
                subprocess, system,
            ]
        ),
        .target(name: "Telemetry", dependencies: [metrics, logging]),
        .target(
            name: "ServerKit",
            dependencies: [
                "Domain", "Contract", hummingbird, hummingbirdCore, jwtKit, crypto, cryptoExtras, logging, metrics,
                lifecycle, nioCore, nioHTTP1, httpTypes, mustache,
            ]
        ),
        .target(
            name: "API",
            dependencies: ["ServerKit", "Domain", "Contract", "Storage", hummingbird, nioCore, logging],
            resources: [
                .embedInCode("Reports/Templates/report.mustache"), .embedInCode("Reports/Templates/report.css"),
            ]
        ),
        .target(
            name: "Recommender",
            dependencies: [
                "ServerKit", "Domain", "Contract", "Storage", "Ranking", hummingbird, crypto, lifecycle, logging,
            ]
        ),
        .target(name: "Jobs", dependencies: ["Domain", "Storage", "Outbound", "Ranking", lifecycle, logging]),
        .executableTarget(
            name: "kyck",
            dependencies: [
                "Domain", "Ranking", "Contract", "SQL", "SQLite", "PostgreSQL", "Storage", "Outbound", "Telemetry",
                "ServerKit", "API", "Recommender", "Jobs", hummingbird, lifecycle, logging, metrics, crypto, httpClient,
                nioCore, nioHTTP1, .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                system,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Domain", "SQL", "SQLite", "PostgreSQL", "Storage"],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "ContractTests", dependencies: ["Contract", "Domain"]),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", logging, metrics]),
        .testTarget(
            name: "ServerKitTests",
            dependencies: [
                "ServerKit", "Domain", "Contract", hummingbird, hummingbirdTesting, httpTypes, nioCore, nioPosix,
                nioEmbedded,
                logging,
                metrics, metricsTesting, lifecycle,
            ]
        ),
        .testTarget(name: "ArchitectureTests", dependencies: ["API", "Domain"]),
        .testTarget(
            name: "APITests",
            dependencies: [
                "kyck", "API", "ServerKit", "Storage", "SQL", "Domain", "Contract", "Telemetry", "TestSupport",
                "Ranking", "Recommender", "FaultyServer", hummingbird, hummingbirdTesting, httpTypes, crypto, nioCore,
                lifecycle, logging,
                metrics,
            ]
        ),
        .testTarget(
            name: "KyckTests",
            dependencies: [
                "kyck", "Domain", "Jobs", "PostgreSQL", "Ranking", "Recommender", "SQL", "SQLite", "ServerKit",
                "Storage",
                "Telemetry",
                "TestSupport",
                httpClient, logging, nioCore, nioHTTP1, subprocess, system,
            ]
        ),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .target(
            name: "YouTubeDouble",
            dependencies: [nioCore, nioPosix, nioHTTP1, nioHTTPCompression],
            path: "Tests/YouTubeDouble"
        ),
        .target(name: "FaultyServer", dependencies: [nioCore, nioPosix], path: "Tests/FaultyServer"),
        .testTarget(
            name: "OutboundTests",
            dependencies: [
                "Domain", "Outbound", "FaultyServer", "YouTubeDouble", httpClient, crypto, cryptoExtras, logging,
                loggingInMemory,
            ]
        ),
        .testTarget(
            name: "JobsTests",
            dependencies: [
                "Domain", "Jobs", "Outbound", "Ranking", "SQL", "Storage", "TestSupport", "YouTubeDouble", httpClient,
                lifecycle, logging, loggingInMemory,
            ]
        ),
        .testTarget(name: "RankingTests", dependencies: ["Domain", "Ranking"], exclude: ["Fixtures"]),
        .testTarget(name: "SQLTests", dependencies: ["SQL", "TestSupport"]),
        .testTarget(name: "SQLiteTests", dependencies: ["SQL", "SQLite", subprocess]),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Domain", "SQL", "Storage", "TestSupport"],
            exclude: ["Golden"]
        ),
        .testTarget(name: "PostgreSQLTests", dependencies: ["SQL", "PostgreSQL", "TestSupport"]),
    ]
)

/// What `bin/bench neighbours` and `bin/bench rules` measure. Apart from the product, which has one executable.
if Context.environment["KYCK_BENCHMARKS"] != nil {
    package.targets += [
        .executableTarget(name: "NeighboursBench", dependencies: ["Ranking"], path: "Benchmarks/neighbours/program"),
        .executableTarget(name: "RulesBench", dependencies: ["Domain"], path: "Benchmarks/rules/program"),
    ]
}

/// Every target gets the same strict settings, each with its Swift Evolution number.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),  // SE-0335
            .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
            .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
            .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
            .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
            .treatAllWarnings(as: .error),
        ]
}
