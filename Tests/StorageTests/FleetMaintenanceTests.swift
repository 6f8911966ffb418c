import Diagnosis
import Foundation
import GRDB
import Testing

@testable import Storage

@Suite("Old samples and keys")
struct FleetMaintenanceTests {
  private static let day = Timestamp.millisecondsPerDay

  private func run(_ fleet: TestFleet, _ policy: RetentionPolicy, at now: Int64) throws {
    let now = try #require(Timestamp(milliseconds: now))
    var steps = 0
    while try fleet.database.maintain(policy, at: now) {
      steps += 1
      try #require(steps < 1_000, "it comes to an end")
    }
  }

  @Test("what is older than the retention goes, with series of which nothing is left")
  func retention() throws {
    let fleet = try TestFleet()
    let samples = try FleetStoreTests.samples(count: 5_000)
    _ = try fleet.store(samples)
    let end = try #require(samples.last).time.milliseconds
    try run(fleet, RetentionPolicy(days: 1, fullResolutionDays: nil), at: end)
    let left = try fleet.samples()
    #expect(left == Array(samples.suffix(left.count)))
    // The last day, and at most one block of the day before.
    #expect((1_440...1_440 + SeriesWriter.blockSamples).contains(left.count))
    try run(fleet, RetentionPolicy(days: 1, fullResolutionDays: nil), at: end + 3 * Self.day)
    #expect(try fleet.samples() == [])
    _ = try fleet.store(samples)
    #expect(try fleet.samples() == samples)
  }

  @Test("thinning keeps the lowest and the highest of each hour, and late samples find their place")
  func thinning() throws {
    let fleet = try TestFleet()
    var random = SplitMix64(seed: 5)
    let samples = try FleetStoreTests.samples(count: 10_000).map {
      Sample(time: $0.time, handles: $0.handles + Int64.random(in: 0...90, using: &random))
    }
    _ = try fleet.store(samples)
    let end = try #require(samples.last).time.milliseconds
    try run(fleet, RetentionPolicy(days: nil, fullResolutionDays: 1), at: end)
    let thinned = try fleet.samples()
    #expect(thinned.count < samples.count / 3)
    #expect(Set(thinned).isSubset(of: samples))
    #expect(thinned.suffix(1_440) == samples.suffix(1_440))
    func highest(_ samples: [Sample]) -> [Int64: Int64] {
      Dictionary(
        samples.map {
          ($0.time.milliseconds.flooredQuotient(by: FleetDatabase.bucket), $0.handles)
        }, uniquingKeysWith: max)
    }
    #expect(highest(thinned) == highest(samples))
    _ = try fleet.checkBlocks()
    let late = Array(samples[500..<520])
    _ = try fleet.store(late)
    #expect(Set(late).isSubset(of: try fleet.samples()))
    _ = try fleet.checkBlocks()
  }

  @Test("keys expire")
  func keys() throws {
    let fleet = try TestFleet()
    let upload = FleetUpload(
      tenant: "t", series: [try FleetStoreTests.series("A", count: 1)], received: TestFleet.now,
      key: "k", fingerprint: [1])
    _ = try fleet.database.store(upload)
    try run(fleet, RetentionPolicy(), at: TestFleet.now.milliseconds + Self.day - 1)
    #expect(try fleet.database.store(upload).isRepeated)
    try run(fleet, RetentionPolicy(), at: TestFleet.now.milliseconds + Self.day + 1)
    let again = try fleet.database.store(upload)
    #expect(!again.isRepeated && again.newSamples == 0)
  }

  @Test("there are never more keys than allowed")
  func surplusKeys() throws {
    var limits = FleetLimits()
    limits.keys = 3
    let fleet = try TestFleet(limits: limits)
    for key in ["a", "b", "c", "d", "e"] {
      _ = try fleet.database.store(
        FleetUpload(
          tenant: "t", series: [try FleetStoreTests.series("A", count: 1)],
          received: TestFleet.now, key: key))
    }
    try run(fleet, RetentionPolicy(), at: TestFleet.now.milliseconds)
    let left = try fleet.database.read {
      try String.fetchAll($0, sql: "SELECT idempotency_key FROM upload ORDER BY id")
    }
    #expect(left == ["c", "d", "e"])
  }
}
