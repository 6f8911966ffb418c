import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import Meters
import SQLite
import Synchronization
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("The fleet while its disk is full, and with texts that are none", .timeLimit(.minutes(10)))
struct FleetFaultTests {
  private let csv = ["Content-Type": "text/csv"]

  @Test("a diagnosis is read while it can't be written down, and written down when there is room")
  func fullDisk() throws {
    let reads = Reads()
    let client = try FleetClient(store: { CountingStore(store: $0, reads: reads) })
    let token = try client.token(.admin)
    _ = try client.send("POST", "/telemetry", token, csv, FleetRouteTests.upload)
    reads.recordFailure.withLock { $0 = .full }
    for _ in 0..<2 {
      let answer = try client.get("/hosts/PLC-07/diagnosis", token)
      #expect(answer.status == 200)
      #expect(try answer.json()["finding"] as? String == "leaking")
    }
    let reported = Atomic<Int>(0)
    let keeper = try FleetKeeper(
      store: client.fleet.store, desk: client.desk, knowledgeBase: client.knowledgeBase,
      policy: RetentionPolicy(), meter: client.meter.diagnoses, retryInterval: 0.1,
      report: { _ in reported.add(1, ordering: .relaxed) })
    defer { keeper.stop() }
    try eventually { reported.load(ordering: .relaxed) > 0 }
    #expect(client.meter.diagnoses.backlog.value == 1)
    reads.recordFailure.withLock { $0 = nil }
    // Nobody uploads: the keeper tries again by itself.
    try eventually { try client.database.host("PLC-07", of: "t")?.isAssessed == true }
    try eventually { client.meter.diagnoses.backlog.value == 0 }
  }

  @Test(
    "products and levels hold nothing that moves text or ends a line",
    arguments: [
      "\u{202E}SP3", "SP3\r\nX: y", "SP3\u{0}SP4", "\u{61C}", String(repeating: "9", count: 10_000),
    ])
  func descriptions(text: String) throws {
    let client = try FleetClient()
    let token = try client.token(.admin)
    let query = try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    for name in ["product", "service_pack"] {
      let answer = try client.send(
        "POST", "/telemetry?\(name)=\(query)", token, csv, FleetRouteTests.leak(minutes: 0..<3))
      #expect(answer.status == 400, "\(name)")
    }
    let body = try JSONSerialization.data(
      withJSONObject: ["product": "windows-nt-server-4.0", "service_pack": text])
    let answer = try client.send("PUT", "/hosts/A", token, [:], bytes: Array(body))
    #expect(answer.status == 400)
    #expect(try client.database.host("A", of: "t") == nil)
  }
}
