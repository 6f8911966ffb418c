// swift-tools-version: 6.3
import PackageDescription

// The fuzzer is a package of its own, so that nothing of it touches the normal build. It compiles
// the sources of the package above (`Sources` is a link to them) with libFuzzer's coverage counters
// and AddressSanitizer, and links them into one program that has all targets.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let instrumented = settings + [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])]

extension Target.Dependency {
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let mustache = product(name: "Mustache", package: "swift-mustache")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let real = product(name: "RealModule", package: "swift-numerics")
}

let package = Package(
  name: "fuzz",
  dependencies: [
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLinux"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Bytes", swiftSettings: instrumented),
    .target(name: "Meters", swiftSettings: instrumented),
    .target(name: "System", dependencies: ["CCrypto", "CLinux"], swiftSettings: instrumented),
    .target(name: "Compression", dependencies: ["CSnappy", "CZlib"], swiftSettings: instrumented),
    .target(name: "Handles", dependencies: ["Bytes"], swiftSettings: instrumented),
    .target(
      name: "HTTPWire", dependencies: ["Bytes", "Meters", .httpTypes], swiftSettings: instrumented),
    .target(name: "KnowledgeBase", dependencies: ["Bytes"], swiftSettings: instrumented),
    .target(
      name: "Diagnosis", dependencies: ["Bytes", "Handles", "KnowledgeBase", .real],
      swiftSettings: instrumented),
    .target(
      name: "Telemetry",
      dependencies: ["Bytes", "Handles", "KnowledgeBase", .protobuf],
      exclude: ["Protobuf/otlp_metrics.proto", "Protobuf/remote_write.proto"],
      swiftSettings: instrumented),
    .target(
      name: "Fleet",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Handles", "KnowledgeBase", "Meters", "System",
      ], swiftSettings: instrumented),
    .target(
      name: "SQLite", dependencies: ["CSQLite", "System", .grdb, .sqlite],
      swiftSettings: instrumented),
    .target(
      name: "ArticleStore", dependencies: ["Bytes", "KnowledgeBase", "SQLite", "System", .grdb],
      swiftSettings: instrumented),
    .target(
      name: "FleetSQLite",
      dependencies: [
        "Bytes", "Compression", "Diagnosis", "Fleet", "Handles", "KnowledgeBase", "SQLite",
        "System",
        .grdb, .sqlite,
      ], swiftSettings: instrumented),
    .target(
      name: "UseCases",
      dependencies: [
        "ArticleStore", "Bytes", "Diagnosis", "Fleet", "Handles", "KnowledgeBase", "Meters",
        "System",
        "Telemetry",
      ], swiftSettings: instrumented),
    .target(
      name: "Web",
      dependencies: ["Bytes", "Compression", "HTTPWire", "Meters", "System", .httpTypes],
      swiftSettings: instrumented),
    .target(
      name: "Service",
      dependencies: [
        "ArticleStore", "Bytes", "Compression", "Diagnosis", "Fleet", "Handles", "HTTPWire",
        "KnowledgeBase", "Meters", "System", "Telemetry", "UseCases", "Web", .httpTypes, .mustache,
      ], swiftSettings: instrumented),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "ArticleStore", "Bytes", "Compression", "Diagnosis", "Fleet", "FleetSQLite", "Handles",
        "HTTPWire",
        "KnowledgeBase", "Service", "SQLite", "System", "Telemetry", "UseCases", "Web", .httpTypes,
      ],
      path: "Targets", swiftSettings: settings,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v6]
)
