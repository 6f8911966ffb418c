import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPTypes
import Handles
import SQLite
import Synchronization
import System
import Testing

@testable import FleetPrometheus

@Suite("A database that is sent to an engine", .timeLimit(.minutes(10)))
struct FleetTransferTests {
  private let engine: FakeEngine
  private let now = StoreUnderTest.now()

  init() throws { engine = try FakeEngine() }

  private func samples(_ count: Int, daysAgo: Int64 = 0) throws -> [Sample] {
    try (0..<count).map {
      let time = now.milliseconds - daysAgo * Timestamp.millisecondsPerDay
      return Sample(
        time: try #require(Timestamp(milliseconds: time - Int64(count - $0) * 60_000)),
        handles: 500 + Int64($0))
    }
  }

  /// Adds a token, so that the tenant is known, and hosts.
  private func fill(_ database: FleetDatabase, _ tenant: String, hosts: Int) throws {
    _ = try database.add(
      NewToken(
        tenant: tenant, name: "test", scope: .admin, prefix: tenant,
        hash: (0..<32).map { _ in UInt8.random(in: 0...255) }, created: now, expires: nil))
    for number in 0..<hosts {
      var upload = FleetUpload(
        tenant: tenant,
        series: [
          HandleSeries(
            host: "H\(number)", process: "EXTRA", pid: 7,
            samples: try samples(3, daysAgo: 60) + samples(200))
        ], received: now)
      upload.descriptions["H\(number)"] = HostDescription(
        product: "windows-nt-server-4.0", servicePack: "SP3")
      _ = try database.store(upload)
    }
  }

  @Test(
    "all hosts of all tenants arrive with what is said of them, once, however often they are sent")
  func whole() throws {
    let source = try StoreUnderTest(.sqlite)
    let database = try #require(source.store as? FleetDatabase)
    try fill(database, "one", hosts: 105)
    try fill(database, "two", hosts: 2)
    _ = try database.declare("H0", of: "two", as: HostDescription(servicePack: "SP6a"))
    var configuration = ClusterConfiguration(readURL: engine.url)
    configuration.listInterval = 0
    let target = PrometheusFleet(
      configuration, tenants: { ["one", "two"] }, now: StoreUnderTest.now)
    defer { target.close() }
    for _ in 0..<2 {
      let count = try FleetTransfer(source: database, target: target, days: 30, now: now).run()
      #expect(count == FleetTransfer.Count(hosts: 107, samples: 107 * 200))
    }
    #expect(try target.summary(of: "one").hosts == 105)
    #expect(try target.summary(of: "two").hosts == 2)
    let declared = try #require(try target.host("H0", of: "two"))
    #expect(declared.isDeclared && declared.servicePack == "SP6a")
    #expect(declared.product == "windows-nt-server-4.0")
    // What uploads reported isn't declared now, and each is said once, at the last sample.
    let said = engine.state.withLock { state in
      state.series.filter {
        $0.key["__name__"] == "fixlevel_host_info" && $0.key["tenant"] == "two"
          && $0.key["host"] == "H0"
      }
    }
    #expect(Set(said.keys.map { $0["source"] }) == ["declared", "reported"])
    for (labels, values) in said {
      #expect((labels["product"] == nil) == (labels["source"] == "declared"))
      #expect(Array(values.keys) == [now.milliseconds - 60_000])
    }
    let reported = try #require(try target.host("H1", of: "two"))
    #expect(!reported.isDeclared && reported.servicePack == "SP3")
    let series = try target.series(of: reported, SeriesSelection())
    #expect(series.map(\.samples) == [try samples(200)])
    #expect(series.first?.pid == 7)
  }

  @Test("an engine that refuses ends it, and says at which host")
  func refused() throws {
    let source = try StoreUnderTest(.sqlite)
    let database = try #require(source.store as? FleetDatabase)
    try fill(database, "one", hosts: 2)
    engine.state.withLock {
      $0.writeFault = FakeEngine.Fault(status: .serviceUnavailable)
    }
    let target = PrometheusFleet(
      ClusterConfiguration(readURL: engine.url), tenants: { [] }, now: StoreUnderTest.now)
    defer { target.close() }
    do {
      _ = try FleetTransfer(source: database, target: target, days: 30, now: now).run()
      Issue.record("it was sent")
    } catch let refusal as FleetTransfer.Refusal {
      #expect(refusal.host == "H0" && refusal.tenant == "one")
      #expect(refusal.reason == .away(retryAfter: 5))
    }
  }
}
