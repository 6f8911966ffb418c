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

@Suite("Dates and zones of uploads over HTTP")
struct UploadTimesTests {
  /// Rows of one day that can be the 1st of November or the 11th of January.
  private static let log =
    "timestamp;host;process;handles\n"
    + (8..<20).map { "01/11/2023 \($0):00;PLC-07;EXTRA;\(800 + $0)\n" }.joined()

  @Test("a diagnosis takes the order and the zone of the request, and says what it assumed without")
  func diagnosis() throws {
    let client = try TestClient()
    let first = { (query: String) in
      let answer = try client.post("/api/v1/diagnoses\(query)", Self.log.utf8)
      let processes = try answer.json()["processes"] as? [[String: Any]]
      return processes?.first?["from"] as? String
    }
    #expect(try first("") == "2023-01-11T08:00:00Z")
    #expect(try first("?date_order=dmy") == "2023-11-01T08:00:00Z")
    #expect(try first("?date_order=dmy&time_zone=Europe/Berlin") == "2023-11-01T07:00:00Z")
    #expect(try first("?date_order=dmy&time_zone=%2B02:00") == "2023-11-01T06:00:00Z")
    // A plus sign that nobody escaped.
    #expect(try first("?date_order=dmy&time_zone=+02:00") == "2023-11-01T06:00:00Z")
    let assumed = try client.post("/api/v1/diagnoses", Self.log.utf8).text
    #expect(assumed.contains("were read month-first"))
  }

  @Test("an answer says its times in the zone of the log and in UTC")
  func zones() throws {
    let client = try TestClient()
    let rows = (0..<48).map { hour in
      let day = 13 + hour / 24
      return
        "1999-03-\(day)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00%,EXTRA,\(800 + 400 * hour)"
    }
    let log = "timestamp,process,handles\n" + rows.joined(separator: "\n")
    for (offset, query, zone, shown) in [
      ("+05:30", "", "+05:30", "+05:30 ("), ("Z", "", nil, "UTC (in "),
      ("", "&time_zone=Europe/Berlin", "Europe/Berlin", "+01:00 ("),
      ("", "&time_zone=Europe/London", "Europe/London", "UTC (in "),
    ] {
      let answer = try client.post(
        "/api/v1/diagnoses?as_of=1999-03-14T23:00:00Z" + query,
        log.replacing("%", with: offset).utf8
      ).json()
      #expect(answer["time_zone"] as? String == zone, "\(offset)\(query)")
      let summary = try #require(answer["summary"] as? String)
      #expect(summary.contains(shown), "\(summary)")
      #expect(!summary.contains(") ("), "\(summary)")
    }
  }

  @Test(
    "what is no order and no zone is refused with what is one",
    arguments: [
      "date_order=md", "date_order=", "time_zone=", "time_zone=Mars/Base",
      "time_zone=../../etc/passwd",
      "time_zone=+24:00", "time_zone=/etc/localtime",
    ])
  func refused(query: String) throws {
    let answer = try TestClient().post("/api/v1/diagnoses?\(query)", Self.log.utf8)
    #expect(answer.status == 400)
    #expect(answer.text.contains("such as Europe/Berlin") || answer.text.contains("mdy"))
  }

  @Test("nothing is stored in an order that nobody knows, and the refusal says the way out")
  func stored() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let refused = try client.send("POST", "/telemetry", token, [:], Self.log)
    #expect(refused.status == 400)
    #expect(refused.text.contains("date_order=dmy"))
    let stored = try client.send(
      "POST", "/telemetry?date_order=dmy&time_zone=Europe/Berlin", token, [:], Self.log)
    let receipt = try stored.json()
    #expect(receipt["accepted_samples"] as? Int == 12)
    #expect(receipt["date_order"] as? String == "dmy")
    #expect(receipt["time_zone"] as? String == "Europe/Berlin")
    #expect((receipt["notes"] as? [String])?.isEmpty == false)
  }

  @Test("counts of GDI objects are diagnosed, but not stored as if they were handles")
  func otherCounts() throws {
    let text = #"""
      {"host":"PLC-07","process":"P","at":0,"handles":9500,"resource":"gdi_objects"}
      {"host":"PLC-07","process":"P","at":0,"handles":50}
      """#
    let client = try FleetClient()
    let receipt = try client.send(
      "POST", "/telemetry", try client.token(.upload), [:], text
    ).json()
    #expect(receipt["accepted_samples"] as? Int == 1)
    #expect(receipt["rejected_count"] as? Int == 1)
  }
}
