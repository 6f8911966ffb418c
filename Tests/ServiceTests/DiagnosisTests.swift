import ArticleStore
import Bytes
import Compression
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

@Suite("Diagnoses over HTTP")
struct DiagnosisTests {
  let client: TestClient
  private static let target =
    "/api/v1/diagnoses?product=windows-nt-server-4.0&service_pack=SP3"

  init() throws { client = try TestClient() }

  @Test("a log in the layout of typeperf gives a verdict in the contract's shape")
  func pdh() throws {
    let answer = try client.post(Self.target, TestLog.pdh().utf8, ["Content-Type": "text/csv"])
    #expect(answer.status == 200)
    let json = try answer.json()
    #expect(json["format"] as? String == "pdh-csv")
    #expect(json["verdict"] as? String == "affected")
    #expect(json["finding"] as? String == "leaking")
    #expect(json["wrap"] as? String == "expected")
    #expect((json["host"] as? [String: Any])?["name"] as? String == "PLC-07")
    let processes = try #require(json["processes"] as? [[String: Any]])
    var findings: [String: String] = [:]
    for process in processes {
      let leak = try #require(process["leak"] as? [String: Any])
      findings[try #require(process["process"] as? String)] = leak["finding"] as? String
    }
    #expect(findings == ["EXTRA": "leaking", "SPOOLSS": "steady", "LSASS": "steady"])
    let levels = try #require(json["by_service_pack"] as? [[String: Any]])
    #expect(levels.count == 9)
    for level in levels {
      let isFixed = (level["service_pack"] as? String ?? "") >= "SP4"
      #expect(level["verdict"] as? String == (isFixed ? "fixed" : "affected"))
      let simulation = try #require(level["simulation"] as? [String: Any])
      #expect((simulation["opens_refused_at"] is NSNull) != isFixed)
    }
  }

  @Test("the same upload and seed give the same bytes; gzip changes nothing")
  func repeatable() throws {
    let log = Array(TestLog.pdh().utf8)
    let target = Self.target + "&as_of=1999-03-04T10:00:00Z"
    let first = try client.post(target, log)
    #expect(try client.post(target, log).body == first.body)
    let compressed = try #require(Gzip.compressed(log))
    #expect(
      try client.post(target, compressed, ["Content-Encoding": "gzip"]).body == first.body)
    #expect(try client.post(Self.target + "&seed=2", log).status == 200)
  }

  @Test("JSON and CSV are told apart by their first bytes too")
  func formats() throws {
    let samples = (0..<40).map { #"["1999-03-01T08:00:\#($0 + 10)Z",\#(100 + $0 * 5)]"# }
    let json =
      #"{"host":{"name":"A"},"series":[{"process":"X","samples":[\#(samples.joined(separator: ","))]}]}"#
    let csv =
      "timestamp,process,handles\n"
      + (0..<40).map { "1999-03-01T08:00:\($0 + 10)Z,X,\(100 + $0 * 5)\n" }.joined()
    for (body, format) in [(json, "json"), (csv, "csv")] {
      for type in ["application/octet-stream", "application/x-www-form-urlencoded"] {
        let answer = try client.post(Self.target, body.utf8, ["Content-Type": type])
        #expect(try answer.json()["format"] as? String == format)
        #expect(try answer.json()["finding"] as? String == "leaking")
      }
    }
  }

  @Test(
    "a malformed upload is 400 with line and reason",
    arguments: [
      (
        "application/json",
        "{\"series\":[{\"process\":\"X\",\"samples\":[[\"1999-03-01T08:00:00Z\",-1]]}]}"
      ),
      ("application/json", "{\"series\":"), ("application/json", String(repeating: "[", count: 70)),
      ("text/csv", "timestamp,process,handles\n1999-02-30T08:00:00Z,X,1\n"),
      ("text/csv", "no,known,column\n1,2,3\n"), ("text/csv", ""),
      ("text/csv", "timestamp,process,handles\n\"1999"),
    ])
  func malformed(type: String, body: String) throws {
    let answer = try client.post(Self.target, body.utf8, ["Content-Type": type])
    #expect(answer.status == 400)
    #expect(answer.fields["content-type"] == "application/problem+json")
    let json = try answer.json()
    #expect((json["detail"] as? String)?.isEmpty == false)
    if !body.isEmpty {
      let error = try #require((json["errors"] as? [[String: Any]])?.first)
      #expect((error["line"] as? Int ?? 0) >= 1 && (error["detail"] as? String)?.isEmpty == false)
    }
  }

  @Test("a bad row is rejected with its line, the rest is taken")
  func badRow() throws {
    let rows = (0..<40).map { "1999-03-01T08:00:\($0 + 10)Z,X,\(100 + $0 * 5)\n" }.joined()
    let csv = "timestamp,process,handles\n1999-03-01T08:00:00Z,X,many\n\(rows)"
    let json = try client.post(Self.target, csv.utf8, ["Content-Type": "text/csv"]).json()
    let rejected = try #require(json["rejected"] as? [[String: Any]])
    #expect(rejected.count == 1 && rejected.first?["line"] as? Int == 2)
  }

  @Test("too large, too dense, broken or unknown codings are refused as what they are")
  func codings() throws {
    let zeros = try #require(Gzip.compressed([UInt8](repeating: 48, count: 4 << 20)))
    let whole = try #require(Gzip.compressed(Array(TestLog.pdh().utf8)))
    func status(_ body: some Sequence<UInt8>, _ coding: String) throws -> Int {
      try client.post(Self.target, body, ["Content-Encoding": coding]).status
    }
    #expect(try status(zeros, "gzip") == 413)
    #expect(try status(whole.dropLast(9), "gzip") == 400)
    #expect(try status(whole + [1, 2, 3], "gzip") == 400)
    #expect(try status(TestLog.pdh().utf8, "gzip") == 400)
    #expect(try status([], "gzip") == 400)
    #expect(try status(whole, "br") == 415)
    #expect(try status(whole, "gzip, gzip") == 415)
    #expect(
      try client.post(Self.target, [UInt8](repeating: 48, count: (1 << 20) + 1)).status == 413)
  }

  @Test(
    "parameters that can't be right are 400",
    arguments: [
      "service_pack=SP7", "seed=-1", "seed=x", "host=a%0Ab", "host=a%E2%80%AEb",
      "host=\(String(repeating: "x", count: 257))", "kernel_date=soon",
      "as_of=soon", "handle_limit=0", "handle_limit=many",
    ])
  func parameters(query: String) throws {
    let target = "/api/v1/diagnoses?product=windows-nt-server-4.0&\(query)"
    #expect(try client.post(target, TestLog.pdh().utf8).status == 400)
  }

  @Test("the date of the kernel file tells a hotfix here too")
  func kernelDate() throws {
    let answer = try client.post(Self.target + "&kernel_date=1997-12-05", TestLog.pdh().utf8)
    #expect(try answer.json()["verdict"] as? String == "fixed")
  }

  @Test("a browser's form upload, as a file or pasted, gives the page")
  func form() throws {
    func body(_ parts: [(String, String)]) -> [UInt8] {
      var text = ""
      for (disposition, value) in parts {
        text += "--xYz\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n\(value)\r\n"
      }
      return Array("\(text)--xYz--\r\n".utf8)
    }
    let fields = ["Content-Type": "multipart/form-data; boundary=xYz"]
    let machine = [
      ("name=\"product\"", "windows-nt-server-4.0"), ("name=\"service_pack\"", "SP3"),
    ]
    for log in ["name=\"file\"; filename=\"a.csv\"", "name=\"text\""] {
      let answer = try client.post("/diagnose", body(machine + [(log, TestLog.pdh())]), fields)
      #expect(answer.status == 200)
      #expect(answer.text.contains("Diagnosis of <bdi>PLC-07</bdi>"))
      #expect(answer.text.contains("do not end EXTRA"))
    }
    let nothing = try client.post("/diagnose", body(machine), fields)
    #expect(nothing.status == 400 && nothing.text.contains("<h1>400"))
    let evil = TestLog.pdh().replacing("EXTRA", with: "<script>x")
    #expect(
      !(try client.post("/diagnose", body([("name=\"text\"", evil)]), fields).text.contains(
        "<script>x")))
    for broken in ["", "--xYz", "--xYz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx"] {
      #expect(try client.post("/diagnose", broken.utf8, fields).status == 400)
    }
    #expect(try client.post("/diagnose", [], ["Content-Type": "text/csv"]).status == 415)
    let unknown = fields.merging(["Content-Encoding": "br"]) { $1 }
    #expect(try client.post("/diagnose", [], unknown).status == 415)
    // A boundary and a body that look alike everywhere are searched in linear time.
    let dashes = String(repeating: "-", count: 69)
    let alike = ["Content-Type": "multipart/form-data; boundary=\(dashes)x"]
    let long = "--\(dashes)x\r\n\r\n" + String(repeating: "-", count: 900_000)
    #expect(try client.post("/diagnose", long.utf8, alike).status == 400)
  }
}
