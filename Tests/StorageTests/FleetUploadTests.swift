import Diagnosis
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Storage

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
}
