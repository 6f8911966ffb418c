import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System
import Testing

@testable import FleetPrometheus

/// The stores that keep the contract of `FleetStore`.
enum StoreKind: String, CaseIterable, Sendable {
  case sqlite
  /// `PrometheusFleet` on an engine in memory.
  case engineInMemory = "engine in memory"
  /// `PrometheusFleet` on the engine that the environment names.
  case engine

  /// The base of a real engine's API.
  static let engineURL = ProcessInfo.processInfo.environment["FIXLEVEL_TEST_ENGINE_URL"]
    .flatMap { URL(string: $0) }

  static let available = allCases.filter { $0 != .engine || engineURL != nil }
}

/// The time of day, until a test sets it.
final class TestClock: Sendable {
  private let time = Mutex<Timestamp?>(nil)

  var now: Timestamp { time.withLock { $0 } ?? StoreUnderTest.now() }

  func set(_ milliseconds: Int64) {
    time.withLock { $0 = Timestamp(milliseconds: milliseconds) }
  }
}

/// A store with a tenant of its own.
final class StoreUnderTest {
  let store: any FleetStore
  let tenant = "tenant-\(UUID().uuidString)"
  /// Samples begin here: engines take none from long ago. A whole hour.
  let start: Timestamp
  private let end: () throws -> Void

  init(
    _ kind: StoreKind, shard: Shard = .whole, lookbackDays: Int = 30, clock: TestClock = TestClock()
  ) throws {
    let now = Int64(Date.now.timeIntervalSince1970 * 1_000)
    let hour = Timestamp.millisecondsPerHour
    start = try #require(Timestamp(milliseconds: now / hour * hour - 40 * hour))
    switch kind {
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "fixlevel-test-\(UUID().uuidString)", directoryHint: .isDirectory)
      let lock = try DataDirectoryLock(directory: folder)
      let migrations = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Migrations/fleet")
      let database = try FleetDatabase(
        directory: folder, lockedBy: lock, migrations: try Migrations(folder: migrations))
      let held = Held(lock)
      store = database
      end = {
        try database.close()
        withExtendedLifetime(held) {}
        try FileManager.default.removeItem(at: folder)
      }
    case .engineInMemory:
      let engine = try FakeEngine()
      let fleet = Self.fleet(engine.url, tenant, shard, lookbackDays, clock)
      store = fleet
      end = {
        fleet.close()
        engine.stop()
      }
    case .engine:
      let url = try #require(StoreKind.engineURL)
      let fleet = Self.fleet(url, tenant, shard, lookbackDays, clock)
      store = fleet
      end = { fleet.close() }
    }
  }

  deinit { try? end() }

  private static func fleet(
    _ url: URL, _ tenant: String, _ shard: Shard, _ lookbackDays: Int, _ clock: TestClock
  ) -> PrometheusFleet {
    var configuration = ClusterConfiguration(readURL: url)
    configuration.lookbackDays = lookbackDays
    configuration.scanInterval = 0
    configuration.listInterval = 0
    configuration.shard = shard
    return PrometheusFleet(configuration, tenants: { [tenant] }, now: { clock.now })
  }

  static let now: @Sendable () -> Timestamp = {
    guard let now = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000)) else {
      preconditionFailure("a time")
    }
    return now
  }

  /// A lock that lives as long as the store.
  private final class Held {
    let lock: DataDirectoryLock
    init(_ lock: consuming DataDirectoryLock) { self.lock = lock }
  }

  // MARK: What tests do with it

  func samples(count: Int, minutes: Int64 = 1) throws -> [Sample] {
    try (0..<count).map {
      Sample(
        time: try #require(
          Timestamp(milliseconds: start.milliseconds + Int64($0) * minutes * 60_000)),
        handles: 800 + Int64($0) / 3)
    }
  }

  @discardableResult
  func store(
    _ samples: [Sample], host: String = "PLC-07", process: String = "EXTRA",
    _ description: HostDescription? = nil
  ) throws -> UploadReceipt {
    var upload = FleetUpload(
      tenant: tenant, series: [HandleSeries(host: host, process: process, samples: samples)],
      received: Self.now())
    upload.descriptions[host] = description
    return try store.store(upload)
  }

  func host(_ name: String) throws -> FleetHost? { try store.host(name, of: tenant) }

  func series(
    _ name: String = "PLC-07", _ selection: SeriesSelection = SeriesSelection()
  ) throws -> [HandleSeries] {
    guard let host = try host(name) else { return [] }
    return try store.series(of: host, selection)
  }

  func assess(_ host: FleetHost, _ wrap: WrapStatus, at wrapAt: Timestamp? = nil) throws {
    try store.record([
      HostAssessment(
        host: host,
        outcome: FleetHost.Outcome(
          product: "windows-nt-server-4.0", level: "SP3", verdict: .affected, finding: .leaking,
          wrap: wrap, wrapAt: wrapAt), diagnosed: Self.now(), document: [1, 2])
    ])
  }

  /// Waits until an engine shows what it has taken.
  func eventually(
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
  ) throws {
    let deadline = ContinuousClock.now + .seconds(600)
    while try !condition() {
      guard ContinuousClock.now < deadline else {
        Issue.record(comment, sourceLocation: sourceLocation)
        return
      }
      usleep(10_000)
    }
  }
}
