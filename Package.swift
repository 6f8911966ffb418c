// swift-tools-version: 6.3
import PackageDescription

// Warnings are errors where it matters (the check that guards main sets this), not for somebody
// who builds with a newer compiler that knows a new warning.
let strict = Context.environment["FIXLEVEL_WARNINGS_AS_ERRORS"] != nil

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

extension Target.Dependency {
  static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let logging = product(name: "Logging", package: "swift-log")
  static let mustache = product(name: "Mustache", package: "swift-mustache")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let real = product(name: "RealModule", package: "swift-numerics")
}

// The layers of ARCHITECTURE.md, lowest first: a target names only targets above it in this list.
let package = Package(
  name: "fixlevel",
  products: [.executable(name: "fixlevel", targets: ["fixlevel"])],
  // One version each, so that everybody builds what the tests were passed with (Package.resolved is not kept).
  // ARCHITECTURE.md says what each is for.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CLinux"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .target(name: "Bytes", swiftSettings: settings),
    .target(name: "Meters", swiftSettings: settings),
    .target(name: "System", dependencies: ["CCrypto", "CLinux"], swiftSettings: settings),

    .target(name: "Compression", dependencies: ["CSnappy", "CZlib"], swiftSettings: settings),
    .target(name: "Handles", dependencies: ["Bytes"], swiftSettings: settings),
    .target(name: "HTTPClient", dependencies: ["CCurl", "System"], swiftSettings: settings),
    .target(
      name: "HTTPWire", dependencies: ["Bytes", "Meters", .httpTypes], swiftSettings: settings),
    .target(name: "KnowledgeBase", dependencies: ["Bytes"], swiftSettings: settings),

    .target(
      name: "Diagnosis", dependencies: ["Bytes", "Handles", "KnowledgeBase", .real],
      swiftSettings: settings),
    .target(
      name: "Telemetry",
      dependencies: ["Bytes", "Handles", "KnowledgeBase", .protobuf],
      exclude: ["Protobuf/otlp_metrics.proto", "Protobuf/remote_write.proto"],
      swiftSettings: settings),

    .target(
      name: "Fleet",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Handles", "KnowledgeBase", "Meters", "System",
      ], swiftSettings: settings),
    .target(
      name: "SQLite", dependencies: ["CSQLite", "System", .grdb, .sqlite], swiftSettings: settings),

    .target(
      name: "ArticleStore", dependencies: ["Bytes", "KnowledgeBase", "SQLite", "System", .grdb],
      swiftSettings: settings),
    .target(
      name: "FleetPrometheus",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Fleet", "Handles", "HTTPClient", "KnowledgeBase",
        "System", "Telemetry",
      ], swiftSettings: settings),
    .target(
      name: "FleetSQLite",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Fleet", "Handles", "KnowledgeBase", "SQLite",
        "System",
        .grdb, .sqlite,
      ], swiftSettings: settings),

    .target(
      name: "UseCases",
      dependencies: [
        "ArticleStore", "Bytes", "Diagnosis", "Fleet", "Handles", "KnowledgeBase", "Meters",
        "System",
        "Telemetry",
      ], swiftSettings: settings),
    .target(
      name: "Web",
      dependencies: ["Bytes", "Compression", "HTTPWire", "Meters", "System", .httpTypes],
      swiftSettings: settings),

    .target(
      name: "HTTPServer", dependencies: ["CLinux", "HTTPWire", "Meters", "System"],
      swiftSettings: settings),
    .target(
      name: "Service",
      dependencies: [
        "ArticleStore", "Bytes", "Compression", "Diagnosis", "Fleet", "Handles", "HTTPWire",
        "KnowledgeBase", "Meters", "System", "Telemetry", "UseCases", "Web", .httpTypes, .mustache,
      ], swiftSettings: settings),

    .executableTarget(
      name: "fixlevel",
      dependencies: [
        "ArticleStore", "Bytes", "Diagnosis", "Fleet", "FleetPrometheus", "FleetSQLite", "Handles",
        "HTTPClient", "HTTPServer", "HTTPWire", "KnowledgeBase", "Meters", "Service", "SQLite",
        "System", "Telemetry", "UseCases", "Web", .argumentParser, .logging,
      ], swiftSettings: settings),

    // What the project measures itself with; no part of the program.
    .executableTarget(
      name: "bench-detect", dependencies: ["Bytes", "Diagnosis", "Handles"],
      swiftSettings: settings),
    .executableTarget(
      name: "bench-fixlists", dependencies: ["KnowledgeBase"], swiftSettings: settings),
    .executableTarget(
      name: "bench-parse", dependencies: ["KnowledgeBase"], swiftSettings: settings),
    .executableTarget(
      name: "bench-search", dependencies: ["ArticleStore", "SQLite"], swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Bytes", "SQLite"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "ArticleStoreTests",
      dependencies: [
        "ArticleStore", "Bytes", "KnowledgeBase", "SQLite", "System", "TestSupport", .grdb,
      ],
      swiftSettings: settings),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: settings),
    .testTarget(
      name: "CompressionTests", dependencies: ["Compression"], swiftSettings: settings),
    .testTarget(
      name: "DiagnosisTests", dependencies: ["Bytes", "Diagnosis", "Handles", "KnowledgeBase"],
      exclude: ["Vectors"], swiftSettings: settings),
    .testTarget(
      name: "FleetPrometheusTests",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Fleet", "FleetPrometheus", "FleetSQLite", "Handles",
        "HTTPClient", "HTTPServer", "HTTPWire", "KnowledgeBase", "SQLite", "System", "Telemetry",
        .httpTypes,
      ], swiftSettings: settings),
    .testTarget(
      name: "FleetSQLiteTests",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Fleet", "FleetSQLite", "Handles", "KnowledgeBase",
        "SQLite", "System", "TestSupport", .grdb,
      ], swiftSettings: settings),
    .testTarget(
      name: "HTTPServerTests", dependencies: ["HTTPServer", "HTTPWire", .httpTypes],
      swiftSettings: settings),
    .testTarget(
      name: "HTTPWireTests", dependencies: ["Bytes", "HTTPWire", "Meters", .httpTypes],
      swiftSettings: settings),
    .testTarget(
      name: "KnowledgeBaseTests", dependencies: ["Bytes", "KnowledgeBase"], swiftSettings: settings),
    .testTarget(name: "MetersTests", dependencies: ["Meters"], swiftSettings: settings),
    .testTarget(name: "SystemTests", dependencies: ["System"], swiftSettings: settings),
    .testTarget(
      name: "TelemetryTests", dependencies: ["Bytes", "Handles", "Telemetry"],
      swiftSettings: settings),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "ArticleStore", "Bytes", "Compression", "Diagnosis", "Fleet", "FleetSQLite", "Handles",
        "HTTPWire", "KnowledgeBase", "Meters", "Service", "SQLite", "System", "Telemetry",
        "UseCases", "Web",
        .httpTypes, .mustache,
      ],
      exclude: ["Snapshots"], swiftSettings: settings),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "Fleet", "fixlevel", "HTTPWire", "Meters", "System", "Telemetry", "UseCases", "Web",
        .logging,
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
