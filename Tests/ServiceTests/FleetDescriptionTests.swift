import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("A host that is described anew")
struct FleetDescriptionTests {
  private let csv = ["Content-Type": "text/csv"]

  private static func put(_ client: FleetClient, _ level: String) throws -> [String: Any] {
    try client.send(
      "PUT", "/hosts/PLC-07", try client.token(.admin), [:],
      #"{"product":"windows-nt-server-4.0","service_pack":"\#(level)"}"#
    ).json()
  }

  @Test("shows what is said now, and no diagnosis of what it was before")
  func declared() throws {
    let client = try FleetClient()
    let read = try client.token(.read)
    _ = try client.send(
      "POST", "/telemetry", try client.token(.upload), csv, FleetRouteTests.upload)
    _ = try Self.put(client, "SP3")
    _ = try client.get("/hosts/PLC-07/diagnosis", read)
    #expect(try client.get("/hosts/PLC-07", read).json()["verdict"] as? String == "affected")

    let put = try Self.put(client, "Service Pack 4")
    for host in [put, try client.get("/hosts/PLC-07", read).json()] {
      #expect(host["service_pack"] as? String == "SP4")
      #expect(host["source"] as? String == "declared")
      #expect(host["current"] as? Bool == false)
      for name in ["verdict", "finding", "wrap", "wrap_at"] { #expect(host[name] == nil) }
    }
    _ = try client.get("/hosts/PLC-07/diagnosis", read)
    #expect(try client.get("/hosts/PLC-07", read).json()["verdict"] as? String == "fixed")
  }

  @Test("keeps its diagnosis where other words say the same, and where only samples came")
  func unchanged() throws {
    let client = try FleetClient()
    let (upload, read) = (try client.token(.upload), try client.token(.read))
    _ = try client.send("POST", "/telemetry", upload, csv, FleetRouteTests.upload)
    _ = try Self.put(client, "SP3")
    _ = try client.get("/hosts/PLC-07/diagnosis", read)
    #expect(try Self.put(client, "Service Pack 3")["verdict"] as? String == "affected")
    _ = try client.get("/hosts/PLC-07/diagnosis", read)
    let more = FleetRouteTests.leak(minutes: 5_000..<5_001)
    _ = try client.send("POST", "/telemetry", upload, csv, more)
    let host = try client.get("/hosts/PLC-07", read).json()
    #expect(host["current"] as? Bool == false)
    #expect(host["verdict"] as? String == "affected")
  }

  @Test("can be a later Windows, with any level, and is told nothing of service packs")
  func laterWindows() throws {
    let client = try FleetClient()
    let read = try client.token(.read)
    _ = try client.send(
      "POST", "/telemetry", try client.token(.upload), csv, FleetRouteTests.upload)
    for product in ["windows-10", "windows-server-2019", "linux", "windows-2000"] {
      let put = try client.send(
        "PUT", "/hosts/PLC-07", try client.token(.admin), [:],
        #"{"product":"\#(product)","service_pack":"SP1"}"#)
      #expect(put.status == 200, "\(product)")
      let diagnosis = try client.get("/hosts/PLC-07/diagnosis", read).json()
      #expect(diagnosis["verdict"] as? String == "not_applicable", "\(product)")
      #expect((diagnosis["by_service_pack"] as? [Any])?.isEmpty == true)
      #expect(diagnosis["as_of"] as? String != nil)
      let host = try client.get("/hosts/PLC-07", read).json()
      #expect(host["verdict"] as? String == "not_applicable", "\(product)")
    }
    let list = try client.get("/hosts?verdict=not_applicable", read).json()
    #expect((list["items"] as? [Any])?.count == 1)
  }
}
