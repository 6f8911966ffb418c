import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

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
    let now = TestFleet.now.milliseconds
    try run(fleet, RetentionPolicy(days: 1, fullResolutionDays: nil), at: now)
    let left = try fleet.samples()
    #expect(left == Array(samples.suffix(left.count)))
    // The last day, and at most one block of the day before.
    #expect((1_440...1_440 + SeriesWriter.blockSamples).contains(left.count))
    try run(fleet, RetentionPolicy(days: 1, fullResolutionDays: nil), at: now + 3 * Self.day)
    #expect(try fleet.samples() == [])
    _ = try fleet.store(samples)
    #expect(try fleet.samples() == samples)
  }

  @Test("thinning keeps the lowest and the highest of each hour, and of late samples no more")
  func thinning() throws {
    let fleet = try TestFleet()
    var random = SplitMix64(seed: 5)
    let samples = try FleetStoreTests.samples(count: 10_000).map {
      Sample(time: $0.time, handles: $0.handles + Int64.random(in: 0...90, using: &random))
    }
    _ = try fleet.store(samples)
    try run(
      fleet, RetentionPolicy(days: nil, fullResolutionDays: 1), at: TestFleet.now.milliseconds)
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
    // What comes again changes nothing, and is written nowhere.
    let revision = try fleet.database.host("PLC-07", of: "t")?.revision
    #expect(try fleet.store(Array(samples[500..<620])).newSamples == 0)
    #expect(try fleet.samples() == thinned)
    #expect(try fleet.database.host("PLC-07", of: "t")?.revision == revision)
    // The highest of its hour takes the place of the one before.
    let late = Sample(
      time: try #require(Timestamp(milliseconds: samples[510].time.milliseconds + 1)),
      handles: 1_000_000)
    #expect(try fleet.store([late]).newSamples == 1)
    let after = try fleet.samples()
    #expect(after.contains(late) && after.count == thinned.count)
    #expect(try fleet.store([late]).newSamples == 0)
    _ = try fleet.checkBlocks()
  }

  @Test("late samples that are too new to be thinned stay, though a thinned block is before them")
  func lateAfterThinned() throws {
    let fleet = try TestFleet()
    let samples = try FleetStoreTests.samples(count: 10_000)
    let (old, late) = (samples[..<2_048], samples[8_600..<8_700])
    _ = try fleet.store(Array(old + samples[8_700...]))
    let now = TestFleet.now.milliseconds
    try run(fleet, RetentionPolicy(days: nil, fullResolutionDays: 1), at: now)
    let thinned = try fleet.samples()
    #expect(thinned.count < 1_500 && thinned.suffix(1_300) == samples.suffix(1_300))
    #expect(try fleet.store(Array(late)).newSamples == 100)
    #expect(try fleet.samples().suffix(1_400) == samples.suffix(1_400))
    #expect(try fleet.store(Array(late)).newSamples == 0)
    _ = try fleet.checkBlocks()
    try run(fleet, RetentionPolicy(days: nil, fullResolutionDays: 1), at: now + Self.day)
    #expect(try fleet.samples().count < 1_000)
    _ = try fleet.checkBlocks()
  }

  @Test("a round looks at each old row once, in steps of few rows, and finds all that is old")
  func rounds() throws {
    let fleet = try TestFleet()
    // A log of years ago, which is as old as if it ended today, is looked at before what is old.
    for day in 5_000..<5_010 as Range<Int64> {
      try store(fleet, "LOG", last: day, received: 10_000)
    }
    for name in ["A", "B", "C"] { try store(fleet, name, last: 9_000, received: 9_000) }
    let now = try #require(Timestamp(milliseconds: 10_000 * Self.day))
    let policy = RetentionPolicy(days: 800, fullResolutionDays: 20)
    let blocks = try fleet.database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM block") ?? 0
    }
    let revision = try fleet.database.host("A", of: "t")?.revision ?? 0
    for _ in 0..<2 {
      var steps = 1
      let plans = try fleet.plans { () throws in
        while try fleet.database.maintain(policy, at: now, rowsMax: 4) { steps += 1 }
      }
      // Blocks once for each of the two ages, and tails.
      #expect(steps < 2 * (blocks / 4 + 2), "\(steps) for \(blocks) blocks")
      #expect(plans.count > steps)
      for detail in plans.joined() where !detail.contains("SCAN upload") {
        #expect(
          detail.hasPrefix("SEARCH") || detail.contains("SCALAR SUBQUERY"), "\(detail)")
      }
    }
    #expect(try count(fleet, "LOG") == 10 * 1_440)
    for name in ["A", "B", "C"] { #expect(try count(fleet, name) < 500) }
    #expect(try fleet.database.host("A", of: "t")?.revision ?? 0 > revision, "others are left")
    try run(fleet, RetentionPolicy(days: 800), at: 11_000 * Self.day)
    #expect(try fleet.database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM tail") } == 0)
  }

  /// A day of samples up to `last` days after 1970, received at `received` days.
  private func store(_ fleet: TestFleet, _ host: String, last: Int64, received: Int64) throws {
    let samples = try (0..<1_440).map {
      Sample(
        time: try #require(
          Timestamp(milliseconds: last * Self.day - Int64($0) * 60_000)),
        handles: Int64($0))
    }
    _ = try fleet.database.store(
      FleetUpload(
        tenant: "t", series: [HandleSeries(host: host, process: "P", samples: samples)],
        received: try #require(Timestamp(milliseconds: received * Self.day))))
  }

  private func count(_ fleet: TestFleet, _ host: String) throws -> Int {
    let host = try #require(try fleet.database.host(host, of: "t"))
    return try fleet.database.series(of: host, SeriesSelection()).reduce(0) {
      $0 + $1.samples.count
    }
  }

  @Test("age is what it was when the host's newest sample came, plus the time since")
  func age() throws {
    let fleet = try TestFleet()
    try store(fleet, "LIVE", last: 10_000, received: 10_000)
    // A log of years ago, in two uploads, the later part first.
    try store(fleet, "LOG", last: 5_010, received: 9_990)
    try store(fleet, "LOG", last: 5_000, received: 10_000)
    // Its clock is a year ahead now.
    try store(fleet, "AHEAD", last: 9_999, received: 9_999)
    try store(fleet, "AHEAD", last: 10_365, received: 10_000)
    let policy = RetentionPolicy(days: 8, fullResolutionDays: nil)
    try run(fleet, policy, at: 10_000 * Self.day)
    #expect(try count(fleet, "LIVE") == 1_440)
    // Blocks go as a whole: one may hold the end of a day that is too old.
    let day = 1_440..<1_440 + SeriesWriter.blockSamples
    #expect(day.contains(try count(fleet, "LOG")), "ten days before the newest is too old")
    #expect(try count(fleet, "AHEAD") == 2_880)
    try run(fleet, policy, at: 10_006 * Self.day)
    #expect(day.contains(try count(fleet, "LOG")))
    try run(fleet, policy, at: 10_010 * Self.day)
    #expect(try count(fleet, "LIVE") == 0)
    #expect(try count(fleet, "LOG") == 0, "silent for ten days")
    #expect(day.contains(try count(fleet, "AHEAD")), "what lies ahead is not old")
  }

  @Test("the detector finds in thinned samples what it finds in all", arguments: [0.0, 2.5])
  func detectorAfterThinning(perHour: Double) throws {
    let fleet = try TestFleet()
    var random = SplitMix64(seed: 11)
    let samples = try (0..<(60 * 24 * 60)).map { minute in
      Sample(
        time: try #require(
          Timestamp(
            milliseconds: 920_246_400_000 + Int64(minute) * 60_000)),
        handles: 800 + Int64(Double(minute) / 60 * perHour)
          + Int64.random(in: 0...20, using: &random))
    }
    func diagnosis() throws -> Diagnosis {
      let host = try #require(try fleet.database.host("PLC-07", of: "t"))
      return try diagnose(
        DiagnosisRequest(
          article: .q179827, catalogue: .builtIn,
          host: HostDescription(
            name: "PLC-07", product: "windows-nt-server-4.0", servicePack: "SP3"),
          series: try fleet.database.series(of: host, SeriesSelection()), format: "fleet"))
    }
    _ = try fleet.store(samples)
    let before = try diagnosis()
    try run(fleet, RetentionPolicy(), at: TestFleet.now.milliseconds)
    #expect(try fleet.samples().count < samples.count / 3)
    let after = try diagnosis()
    #expect(after.finding == before.finding && after.wrap == before.wrap)
    #expect(after.finding == (perHour > 0 ? .leaking : .steady))
    let rates = [before, after].map { $0.processes.first?.leak.handlesPerHour ?? 0 }
    #expect(abs(rates[0] - rates[1]) <= 0.01 * max(perHour, 1), "\(rates)")
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
