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
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let logging = product(name: "Logging", package: "swift-log")
  static let mustache = product(name: "Mustache", package: "swift-mustache")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let real = product(name: "RealModule", package: "swift-numerics")
}

// The floors of ARCHITECTURE.md, lowest first: a target names only targets above it in this list.
let package = Package(
  name: "fixlevel",
  products: [.executable(name: "fixlevel", targets: ["fixlevel"])],
  // One version each, so that everybody builds what the tests were passed with (Package.resolved is not kept).
  // ARCHITECTURE.md says what each is for.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CLinux"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "KnowledgeBase", swiftSettings: settings),
    .target(name: "Meters", swiftSettings: settings),

    .target(name: "Compression", dependencies: ["CSnappy", "CZlib"], swiftSettings: settings),
    .target(name: "Diagnosis", dependencies: ["KnowledgeBase", .real], swiftSettings: settings),
    .target(name: "HTTPClient", dependencies: ["CCurl"], swiftSettings: settings),
    .target(name: "HTTPWire", dependencies: ["Meters", .httpTypes], swiftSettings: settings),

    .target(
      name: "Telemetry", dependencies: ["KnowledgeBase", "Diagnosis", .protobuf],
      exclude: ["Protobuf/otlp_metrics.proto", "Protobuf/remote_write.proto"],
      swiftSettings: settings),
    .target(
      name: "Storage",
      dependencies: ["KnowledgeBase", "Compression", "CSQLite", "Diagnosis", .grdb, .sqlite],
      swiftSettings: settings),

    .target(
      name: "HTTPServer", dependencies: ["HTTPWire", "Meters", "CLinux", .httpTypes],
      swiftSettings: settings),
    .target(
      name: "UseCases",
      dependencies: [
        "KnowledgeBase", "Diagnosis", "Meters", "Telemetry", "Storage", "CZlib", .crypto,
      ], swiftSettings: settings),
    .target(
      name: "Web", dependencies: ["Compression", "HTTPWire", "Meters", .crypto, .httpTypes],
      swiftSettings: settings),
    .target(
      name: "Service",
      dependencies: [
        "KnowledgeBase", "Compression", "Diagnosis", "HTTPWire", "Meters", "Telemetry", "Storage",
        "UseCases", "Web", .crypto, .httpTypes, .mustache,
      ], swiftSettings: settings),

    .target(
      name: "Cluster",
      dependencies: [
        "KnowledgeBase", "Compression", "Diagnosis", "HTTPClient", "Telemetry", "Storage",
      ], swiftSettings: settings),

    .executableTarget(
      name: "fixlevel",
      dependencies: [
        "KnowledgeBase", "Diagnosis", "HTTPClient", "HTTPWire", "Meters", "Telemetry", "Storage",
        "HTTPServer", "UseCases", "Web", "Service", "Cluster", .argumentParser, .logging,
      ], swiftSettings: settings),

    // What the project measures itself with; no part of the program.
    .executableTarget(
      name: "bench-detect", dependencies: ["Diagnosis", "KnowledgeBase"], swiftSettings: settings),
    .executableTarget(
      name: "bench-fixlists", dependencies: ["KnowledgeBase"], swiftSettings: settings),
    .executableTarget(
      name: "bench-parse", dependencies: ["KnowledgeBase"], swiftSettings: settings),
    .executableTarget(
      name: "bench-search", dependencies: ["Storage"], swiftSettings: settings),

    .testTarget(
      name: "KnowledgeBaseTests", dependencies: ["KnowledgeBase"], swiftSettings: settings),
    .testTarget(
      name: "CompressionTests", dependencies: ["Compression"], swiftSettings: settings),
    .testTarget(
      name: "DiagnosisTests", dependencies: ["Diagnosis", "KnowledgeBase"], exclude: ["Vectors"],
      swiftSettings: settings),
    .testTarget(name: "MetersTests", dependencies: ["Meters"], swiftSettings: settings),
    .testTarget(
      name: "HTTPWireTests", dependencies: ["HTTPWire", "Meters", .httpTypes],
      swiftSettings: settings),
    .testTarget(
      name: "TelemetryTests", dependencies: ["Telemetry", "Diagnosis"], swiftSettings: settings),
    .testTarget(
      name: "StorageTests", dependencies: ["Storage", "KnowledgeBase", "Diagnosis", .grdb],
      swiftSettings: settings
    ),
    .testTarget(
      name: "HTTPServerTests", dependencies: ["HTTPServer", "HTTPWire", .httpTypes],
      swiftSettings: settings),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "UseCases", "Web", "Service", "KnowledgeBase", "Compression", "Diagnosis", "HTTPWire",
        "Meters", "Storage",
        .httpTypes, .mustache,
      ],
      exclude: ["Snapshots"], swiftSettings: settings),
    .testTarget(
      name: "ClusterTests",
      dependencies: [
        "Cluster", "Storage", "KnowledgeBase", "Compression", "Diagnosis", "HTTPClient",
        "Telemetry", "HTTPServer", "HTTPWire", .httpTypes,
      ], swiftSettings: settings),
    .testTarget(
      name: "ProgramTests",
      dependencies: ["fixlevel", "HTTPWire", "Meters", "UseCases", "Web", .logging],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
