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
  static let crypto = product(name: "Crypto", package: "swift-crypto")
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
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "KnowledgeBase", swiftSettings: instrumented),
    .target(
      name: "Diagnosis", dependencies: ["KnowledgeBase", .real], swiftSettings: instrumented),
    .target(name: "Meters", swiftSettings: instrumented),
    .target(name: "Compression", dependencies: ["CSnappy", "CZlib"], swiftSettings: instrumented),
    .target(
      name: "HTTPWire", dependencies: ["Meters", .httpTypes], swiftSettings: instrumented),
    .target(
      name: "Telemetry", dependencies: ["KnowledgeBase", "Diagnosis", .protobuf],
      exclude: ["Protobuf/otlp_metrics.proto", "Protobuf/remote_write.proto"],
      swiftSettings: instrumented),
    .target(
      name: "Storage",
      dependencies: ["KnowledgeBase", "Compression", "CSQLite", "Diagnosis", .grdb, .sqlite],
      swiftSettings: instrumented),
    .target(
      name: "UseCases",
      dependencies: [
        "KnowledgeBase", "Diagnosis", "Meters", "Telemetry", "Storage", "CZlib", .crypto,
      ], swiftSettings: instrumented),
    .target(
      name: "Web", dependencies: ["Compression", "HTTPWire", "Meters", .crypto, .httpTypes],
      swiftSettings: instrumented),
    .target(
      name: "Service",
      dependencies: [
        "KnowledgeBase", "Compression", "Diagnosis", "HTTPWire", "Meters", "Telemetry", "Storage",
        "UseCases", "Web", .crypto, .httpTypes, .mustache,
      ], swiftSettings: instrumented),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "KnowledgeBase", "Compression", "Diagnosis", "HTTPWire", "Telemetry", "Storage",
        "UseCases", "Web", "Service", .httpTypes,
      ],
      path: "Targets", swiftSettings: settings,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v6]
)
