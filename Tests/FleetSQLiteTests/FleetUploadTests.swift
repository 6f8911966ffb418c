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

@Suite("Uploads and what the writer remembers")
struct FleetUploadTests {
  private static func upload(_ hosts: [String], process: String = "EXTRA") throws -> FleetUpload {
    FleetUpload(
      tenant: "t",
      series: try hosts.map {
        HandleSeries(
          host: $0, process: process, samples: try FleetStoreTests.samples(count: 2))
      },
      received: TestFleet.now)
  }

  /// What the writing connection is asked while `body` runs.
  private static func statements(
    of fleet: TestFleet, _ body: () throws -> Void
  ) throws -> [String] {
    let seen = Mutex<[String]>([])
    try fleet.database.write { database in
      database.trace { event in seen.withLock { $0.append("\(event)") } }
    }
    try body()
    try fleet.database.write { $0.trace(options: []) }
    return seen.withLock { $0 }
  }

  @Test("an upload that is refused counts nothing anew, nor does the next one")
  func refusals() throws {
    var limits = FleetLimits()
    limits.hostsPerTenant = 2
    limits.seriesPerTenant = 3
    let fleet = try TestFleet(limits: limits)
    var keyed = try Self.upload(["A"])
    (keyed.key, keyed.fingerprint) = ("k", [1])
    _ = try fleet.database.store(keyed)
    keyed.fingerprint = [2]
    let statements = try Self.statements(of: fleet) { () throws in
      #expect(throws: FleetError.keyReused) { try fleet.database.store(keyed) }
      #expect(throws: FleetError.quota(what: "hosts", max: 2)) {
        try fleet.database.store(try Self.upload(["B", "C", "D"]))
      }
      #expect(throws: FleetError.quota(what: "series", max: 3)) {
        var upload = try Self.upload(["B"])
        for process in ["X", "Y", "Z"] {
          upload.series += try Self.upload(["A"], process: process).series
        }
        _ = try fleet.database.store(upload)
      }
      // What they took is free again, what was found is known still.
      #expect(try fleet.database.store(try Self.upload(["A", "B"])).newSamples == 2)
      #expect(throws: FleetError.quota(what: "hosts", max: 2)) {
        _ = try fleet.database.declare("C", of: "t", as: HostDescription(servicePack: "SP3"))
      }
      #expect(try fleet.database.store(try Self.upload(["B"], process: "X")).newSamples == 2)
      #expect(throws: FleetError.quota(what: "series", max: 3)) {
        try fleet.database.store(try Self.upload(["B"], process: "Y"))
      }
    }
    #expect(statements.contains { $0.contains("INSERT INTO host") })
    #expect(!statements.contains { $0.contains("count(*)") })
    // The counts of the database are those that the writer has.
    try fleet.reopen()
    #expect(throws: FleetError.quota(what: "hosts", max: 2)) {
      try fleet.database.store(try Self.upload(["E"]))
    }
  }

  @Test("a tenant that came with an upload that was refused is made again")
  func refusedTenant() throws {
    var limits = FleetLimits()
    limits.hostsPerTenant = 1
    let fleet = try TestFleet(limits: limits)
    #expect(throws: FleetError.self) { try fleet.database.store(try Self.upload(["A", "B"])) }
    #expect(try fleet.database.store(try Self.upload(["A"])).newSamples == 2)
    #expect(try fleet.database.host("A", of: "t") != nil)
  }

  // One letter, and one letter with a mark: the same text to Swift, not to SQLite.
  private static let composed = "K\u{E4}fer"
  private static let decomposed = "Ka\u{308}fer"

  @Test("names are the bytes they are made of, whatever their normal form")
  func normalForms() throws {
    let fleet = try TestFleet()
    let (one, other) = (Self.composed, Self.decomposed)
    var upload = try Self.upload([one, other])
    upload.series += try Self.upload([one], process: one).series
    upload.series += try Self.upload([one], process: other).series
    upload.descriptions[one] = HostDescription(servicePack: "SP3")
    #expect(try fleet.database.store(upload).newSamples == 8)
    let hosts = try [one, other].map { try #require(try fleet.database.host($0, of: "t")) }
    #expect(hosts[0].id != hosts[1].id)
    #expect(hosts.map(\.servicePack) == ["SP3", nil])
    #expect(try hosts.map { try fleet.database.series(of: $0, SeriesSelection()).count } == [3, 1])
    // A second tenant whose name is the same text.
    upload.tenant = one
    _ = try fleet.database.store(upload)
    upload.tenant = other
    #expect(try fleet.database.store(upload).newSamples == 8)
    #expect(try fleet.database.summary(of: other).hosts == 2)
  }

  @Test("what a person says of a host is said of the one with these bytes")
  func declaredNormalForm() throws {
    let fleet = try TestFleet()
    _ = try fleet.database.store(try Self.upload([Self.composed]))
    let host = try fleet.database.declare(
      Self.decomposed, of: "t", as: HostDescription(servicePack: "SP3"))
    #expect(host.name.utf8.elementsEqual(Self.decomposed.utf8))
    #expect(try fleet.database.host(Self.composed, of: "t")?.servicePack == nil)
  }

  @Test("an upload that the database fails on takes none of the others of its commit with it")
  func failures() throws {
    let fleet = try TestFleet()
    try fleet.database.write {
      try $0.execute(
        sql: """
          CREATE TEMP TRIGGER bad BEFORE INSERT ON host WHEN new.name = 'BAD' BEGIN
            SELECT RAISE(ABORT, 'no');
          END
          """)
    }
    let names = (0..<9).map { $0 == 5 ? "BAD" : "H\($0)" }
    let results = fleet.storeAtOnce(try names.map { try Self.upload([$0]) })
    for (name, result) in zip(names, results) {
      #expect((try? result.get().newSamples) == (name == "BAD" ? nil : 2), "\(name)")
    }
    #expect(throws: StorageError.self) { try results[5].get() }
    #expect(try fleet.database.summary(of: "t").hosts == 8)
  }

  @Test("uploads are acknowledged before the checkpoint that they make due")
  func acknowledgedBeforeCheckpoint() throws {
    let fleet = try TestFleet()
    // One small upload with a commit of 6 MB.
    try fleet.database.write {
      try $0.execute(
        sql: """
          CREATE TEMP TRIGGER large AFTER INSERT ON host BEGIN
            INSERT INTO assessment VALUES (new.id, 0, zeroblob(6000000));
          END
          """)
    }
    let path = fleet.directory.path(FleetDatabase.fileName)
    @Sendable func size() -> Int {
      (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
    let seen = Mutex(0)
    let done = DispatchSemaphore(value: 0)
    fleet.database.store(try Self.upload(["A"])) { _ in
      seen.withLock { $0 = size() }
      done.signal()
    }
    done.wait()
    try fleet.database.write { _ in }
    #expect(seen.withLock { $0 } < 1_000_000)
    #expect(size() > 6_000_000)
  }

  @Test("a transaction that is rolled back is forgotten, in part and as a whole")
  func rollback() throws {
    struct Broken: Error {}
    let fleet = try TestFleet()
    let (kept, dropped) = (try Self.upload(["A"]), try Self.upload(["B", "C"]))
    try fleet.database.write { database in
      var transaction = UploadTransaction(KnownRows(limits: FleetLimits()))
      _ = try transaction.savepoint(in: database) {
        try $0.store(PreparedUpload(kept), in: database)
      }
      let before = transaction.known
      #expect(throws: Broken.self) {
        try transaction.savepoint(in: database) {
          _ = try $0.store(PreparedUpload(dropped), in: database)
          throw Broken()
        }
      }
      let after = transaction.known
      #expect(after == before && after.hosts == 1)
      // Its ids were rolled back with it: it is stored as if it came for the first time.
      let receipt = try transaction.store(PreparedUpload(dropped), in: database)
      #expect(receipt.newSamples == 4)
      let rows = UploadTransaction(transaction.rollback())
      let none = rows.known
      #expect(none == (0, 0, 0))
      _ = rows.commit()
    }
  }

  @Test("what is remembered of rows is bounded")
  func bounds() throws {
    let fleet = try TestFleet()
    try fleet.database.write { database in
      var transaction = UploadTransaction(
        KnownRows(limits: FleetLimits(), idsMax: 3, tenantsMax: 2))
      for round in 0..<2 {
        for tenant in ["t", "u", "v"] {
          var upload = try Self.upload(["A", "B", "C", "D"])
          upload.tenant = tenant
          let receipt = try transaction.store(PreparedUpload(upload), in: database)
          #expect(receipt.newSamples == (round == 0 ? 8 : 0))
          let known = transaction.known
          #expect(known.tenants <= 2 && known.hosts <= 3 && known.series <= 3)
        }
      }
      _ = transaction.commit()
    }
    #expect(try fleet.database.summary(of: "v").hosts == 4)
  }
}
