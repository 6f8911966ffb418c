import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles
import KnowledgeBase
import Synchronization
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

@Suite("The fleet store")
struct FleetStoreTests {
  @Test(
    "samples in any order and any number of uploads are read in order, each once", arguments: 0..<8)
  func anyOrder(seed: UInt64) throws {
    let fleet = try TestFleet()
    var random = SplitMix64(seed: seed)
    let samples = try Self.samples(count: 3_000)
    var shuffled = samples.shuffled(using: &random)
    // Some come twice.
    shuffled += shuffled.prefix(500)
    var new = 0
    while !shuffled.isEmpty {
      let part = shuffled.prefix(Int.random(in: 1...1_500, using: &random))
      shuffled.removeFirst(part.count)
      new += try fleet.store(Array(part)).newSamples
    }
    #expect(new == samples.count, "seed \(seed)")
    #expect(try fleet.samples() == samples, "seed \(seed)")
    #expect(try fleet.checkBlocks() > 4, "seed \(seed)")
  }

  @Test("of two counts at one time the higher one stays, whichever comes first")
  func conflict() throws {
    for counts in [[5, 9], [9, 5]] as [[Int64]] {
      let fleet = try TestFleet()
      let time = try #require(Timestamp(milliseconds: 1_000))
      for count in counts { _ = try fleet.store([Sample(time: time, handles: count)]) }
      #expect(try fleet.samples() == [Sample(time: time, handles: 9)])
    }
  }

  @Test("series differ by process, instance, PID and start; unknown ones are kept as such")
  func identity() throws {
    let fleet = try TestFleet()
    let samples = try Self.samples(count: 1)
    let start = try #require(Timestamp(milliseconds: -1))
    let series = [
      HandleSeries(host: "A", process: "X", samples: samples),
      HandleSeries(host: "A", process: "X", pid: 0, samples: samples),
      HandleSeries(host: "A", process: "X", instance: 1, samples: samples),
      HandleSeries(host: "A", process: "X", started: start, samples: samples),
    ]
    for _ in 0..<2 {
      _ = try fleet.database.store(
        FleetUpload(tenant: "t", series: series, received: TestFleet.now))
    }
    let host = try #require(try fleet.database.host("A", of: "t"))
    #expect(try fleet.database.series(of: host, SeriesSelection()) == series)
  }

  @Test("a key stores once and answers the same, also when both arrive at once")
  func keys() throws {
    let fleet = try TestFleet()
    let upload = FleetUpload(
      tenant: "t", series: [try Self.series("A", count: 3)], received: TestFleet.now, key: "k",
      fingerprint: [1])
    let results = fleet.storeAtOnce(Array(repeating: upload, count: 8))
    let receipts = try results.map { try $0.get() }
    #expect(receipts.count { !$0.isRepeated } == 1)
    #expect(receipts.allSatisfy { $0.acceptedSamples == 3 })
    var other = upload
    other.fingerprint = [2]
    #expect(throws: FleetError.keyReused) { try fleet.database.store(other) }
    other.tenant = "another"
    #expect(try !fleet.database.store(other).isRepeated)
  }

  @Test("uploads that wait share a commit, and none is acknowledged before it")
  func groupCommit() throws {
    let fleet = try TestFleet()
    let uploads = try (0..<64).map {
      FleetUpload(
        tenant: "t", series: [try Self.series("H\($0)", count: 2)], received: TestFleet.now)
    }
    let commits = Mutex(0)
    fleet.database.onCommit { commits.withLock { $0 += 1 } }
    commits.withLock { $0 = 0 }
    let seen = Mutex<[Int]>([])
    let done = DispatchSemaphore(value: 0)
    // The connection is busy while the uploads come in.
    try fleet.database.write { _ in
      for upload in uploads {
        fleet.database.store(upload) { _ in
          seen.withLock { $0.append(commits.withLock { $0 }) }
          done.signal()
        }
      }
      #expect(seen.withLock { $0.isEmpty })
    }
    for _ in uploads { done.wait() }
    #expect(commits.withLock { $0 } == 2, "one of the blocker, one of all uploads")
    #expect(seen.withLock { $0 } == Array(repeating: 2, count: 64))
  }

  @Test("an upload that is refused takes none of the others of its commit with it")
  func savepoints() throws {
    var limits = FleetLimits()
    limits.hostsPerTenant = 2
    let fleet = try TestFleet(limits: limits)
    func upload(_ hosts: [String]) throws -> FleetUpload {
      FleetUpload(
        tenant: "t", series: try hosts.map { try Self.series($0, count: 2) },
        received: TestFleet.now)
    }
    let results = fleet.storeAtOnce([
      try upload(["A"]), try upload(["B", "C", "D"]), try upload(["E"]),
    ])
    #expect((try? results[0].get())?.newSamples == 2)
    #expect((try? results[1].get()) == nil)
    #expect((try? results[2].get())?.newSamples == 2)
    let names = try fleet.database.hosts(of: "t", HostSelection()).items.map(\.name)
    #expect(Set(names) == ["A", "E"])
  }

  @Test("a full disk refuses uploads, reads go on, and room lets them in again")
  func fullDisk() throws {
    let fleet = try TestFleet()
    _ = try fleet.store(try Self.samples(count: 600))
    try fleet.database.setPagesMax(spare: 4)
    var random = SplitMix64(seed: 1)
    let noise = random.samples(count: 50_000)
    #expect(throws: FleetError.full) { try fleet.store(noise, process: "NOISE") }
    #expect(try fleet.samples().count == 600)
    try fleet.database.setPagesMax(spare: 100_000)
    #expect(try fleet.store(noise, process: "NOISE").newSamples == noise.count)
  }

  @Test("that the disk is full, and that there is room again, is said once")
  func fullDiskSaid() throws {
    let said = Said()
    let fleet = try TestFleet(diskFilled: { said.add($0) })
    try fleet.database.setPagesMax(spare: 4)
    var random = SplitMix64(seed: 1)
    let noise = random.samples(count: 50_000)
    for _ in 0..<3 {
      #expect(throws: FleetError.full) { try fleet.store(noise, process: "NOISE") }
    }
    #expect(said.all == [true])
    try fleet.database.setPagesMax(spare: 100_000)
    for _ in 0..<2 { _ = try fleet.store(noise, process: "NOISE") }
    #expect(said.all == [true, false])
  }

  private final class Said: Sendable {
    private let values = Mutex<[Bool]>([])
    var all: [Bool] { values.withLock { $0 } }
    func add(_ value: Bool) { values.withLock { $0.append(value) } }
  }

  @Test("counts of keys stay with their series and go with their samples")
  func keyCounts() throws {
    let fleet = try TestFleet()
    let samples = try Self.samples(count: 30)
    let keys = samples.map { Sample(time: $0.time, handles: $0.handles / 4) }
    func store(_ range: Range<Int>) throws {
      let series = HandleSeries(
        host: "PLC-07", process: "_Total", samples: Array(samples[range]), keys: Array(keys[range]))
      _ = try fleet.database.store(
        FleetUpload(tenant: "t", series: [series], received: TestFleet.now))
    }
    try store(10..<30)
    try store(0..<20)
    let host = try #require(try fleet.database.host("PLC-07", of: "t"))
    #expect(try fleet.database.series(of: host, SeriesSelection()).map(\.keys) == [keys])
    let part = try fleet.database.series(
      of: host, SeriesSelection(from: samples[5].time, to: samples[8].time))
    #expect(part.map(\.keys) == [Array(keys[5...8])])
    let revision = host.revision
    try store(0..<30)
    #expect(try fleet.database.host("PLC-07", of: "t")?.revision == revision)
  }

  @Test("what waits is bounded")
  func busy() throws {
    var limits = FleetLimits()
    limits.waitingUploads = 2
    let fleet = try TestFleet(limits: limits)
    let upload = FleetUpload(
      tenant: "t", series: [try Self.series("A", count: 1)], received: TestFleet.now)
    let results = fleet.storeAtOnce(Array(repeating: upload, count: 5))
    #expect(results.count { (try? $0.get()) != nil } == 2)
    #expect(throws: FleetError.busy) { try results[4].get() }
  }

  @Test("tenants see nothing of each other")
  func tenants() throws {
    let fleet = try TestFleet()
    _ = try fleet.store(try Self.samples(count: 1))
    #expect(try fleet.database.host("PLC-07", of: "other") == nil)
    #expect(try fleet.database.hosts(of: "other", HostSelection()).items.isEmpty)
    #expect(try fleet.database.summary(of: "other").hosts == 0)
  }

  @Test("a reopened database has it all, and numbers go on")
  func reopen() throws {
    let fleet = try TestFleet()
    let samples = try Self.samples(count: 1_200)
    _ = try fleet.store(Array(samples.prefix(700)))
    try fleet.reopen()
    _ = try fleet.store(Array(samples.dropFirst(700)))
    #expect(try fleet.samples() == samples)
  }

  static func samples(count: Int) throws -> [Sample] {
    try (0..<count).map {
      Sample(
        time: try #require(Timestamp(milliseconds: 920_246_400_000 + Int64($0) * 60_000)),
        handles: 800 + Int64($0) / 3)
    }
  }

  static func series(_ host: String, count: Int) throws -> HandleSeries {
    HandleSeries(host: host, process: "EXTRA", samples: try samples(count: count))
  }
}
