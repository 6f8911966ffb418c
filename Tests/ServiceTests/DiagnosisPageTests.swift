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

@Suite("The page of a diagnosis")
struct DiagnosisPageTests {
  let client: TestClient

  init() throws { client = try TestClient() }

  private func post(_ log: String, _ more: [(String, String)] = []) throws -> Answer {
    var text = ""
    for (name, value) in [("file", log), ("product", "windows-nt-server-4.0")] + more {
      text += "--xYz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    return try client.post(
      "/diagnose", "\(text)--xYz--\r\n".utf8,
      ["Content-Type": "multipart/form-data; boundary=xYz", "Accept": "text/html"])
  }

  @Test("a log's page has charts, each with words and a table beside it")
  func charts() throws {
    let page = try post(TestLog.pdh(), [("service_pack", "SP3")]).text
    #expect(page.components(separatedBy: "<svg role=\"img\"").count == 4)
    for text in [
      "Handles by process", "EXTRA: measured", "EXTRA: forecast", "65,536 leaked: the count wraps",
      "<details id=\"forecast-1-table\">", "download=\"diagnosis-PLC-07.json\"",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    let start = try #require(page.firstRange(of: "data:application/json;base64,"))
    let document = try #require(
      Data(base64Encoded: String(page[start.upperBound...].prefix { $0 != "\"" })))
    let json = try JSONSerialization.jsonObject(with: document) as? [String: Any]
    #expect(json?["finding"] as? String == "leaking")
  }

  @Test("a product that isn't known has no table of levels, one without a rule has one")
  func otherProducts() throws {
    for (product, isKnown) in [("no-such-product", false), ("windows-nt-3.51", true)] {
      let log =
        #"{"host":{"product":"\#(product)"},"series":[{"process":"X","samples":["#
        + (0..<40).map { #"["1999-03-01T08:00:\#($0 + 10)Z",\#(100 + $0 * 5)]"# }
        .joined(separator: ",") + "]}]}"
      let page = try post(log).text
      #expect(page.contains("not listed"), "\(product)")
      #expect(page.contains("id=\"levels\"") == isKnown, "\(product)")
      #expect(!page.contains("tag fixed\">fixed"), "\(product)")
    }
  }

  @Test("the same log gives the same page, and the chart is as it was drawn before")
  func snapshot() throws {
    // The page itself is made for now, the chart is not.
    func chart() throws -> String {
      let page = try post(TestLog.pdh(rows: 60)).text
      let start = try #require(page.firstRange(of: "<figure class=\"chart\" id=\"measured-1\">"))
      let rest = page[start.lowerBound...]
      let end = try #require(rest.firstRange(of: "</figure>"))
      return String(rest[..<end.upperBound]) + "\n"
    }
    let first = try chart()
    #expect(try chart() == first)
    try Snapshot.compare(first, with: "measured-chart.html")
  }

  @Test("where most rows are rejected, that is said before anything else")
  func rejectedFirst() throws {
    let page = try post(
      "timestamp,host,process,handles\n2026-11-01T08:00:00Z,X,P,812\nhello,X,P,1\n"
        + "2026-11-01T08:02:00Z,X,P,-5\n2026-11-01T08:03:00Z,X,P,abc\n"
    ).text
    let rejected = try #require(page.firstRange(of: "line 3: &quot;hello&quot; is not a time"))
    let verdict = try #require(page.firstRange(of: "class=\"verdict"))
    #expect(rejected.lowerBound < verdict.lowerBound)
    #expect(page.contains("3 of 4 values were rejected"))
    #expect(page.contains("line 5: &quot;abc&quot; is not a whole number"))
  }

  @Test("a host that can't be Windows NT is told nothing of it")
  func notApplicable() throws {
    let result = try #require(
      try post(TestLog.pdh(), [("answer", "file")]).text.firstRange(of: "id=\"levels\""))
    #expect(!result.isEmpty)
    var text = ""
    for (name, value) in [("file", TestLog.pdh()), ("product", "windows-10"), ("answer", "file")] {
      text += "--xYz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    let page = try client.post(
      "/diagnose", "\(text)--xYz--\r\n".utf8,
      ["Content-Type": "multipart/form-data; boundary=xYz", "Accept": "text/html"]
    ).text
    #expect(page.contains("not applicable") && page.contains("16,777,216 handles"))
    for word in ["ervice pack", "CSDVersion", "Q179827", "do not end", "65,536"] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test("the form's order of dates and zone count, and left open they say nothing")
  func times() throws {
    let log =
      "timestamp;process;handles\n"
      + (8..<20).map { "01/11/2023 \($0):00;EXTRA;\(800 + $0)\n" }.joined()
    let first = { (fields: [(String, String)]) in
      try self.post(log, [("answer", "file")] + fields).text
    }
    #expect(
      try first([("date_order", "dmy"), ("time_zone", " +02:00 ")]).contains("2023-11-01 06:00"))
    #expect(try first([("date_order", ""), ("time_zone", "")]).contains("2023-01-11 08:00"))
    #expect(try first([("time_zone", "Mars/Base")]).contains("such as Europe/Berlin"))
  }

  @Test("with the answer as a file the page needs nothing else")
  func file() throws {
    let answer = try post(TestLog.pdh(), [("answer", "file")])
    #expect(
      answer.fields["content-disposition"] == "attachment; filename=\"diagnosis-PLC-07.html\"")
    let page = answer.text
    #expect(
      page.contains("<style>") && page.contains(".chart path") && page.contains("EXTRA: measured"))
    for needed in ["src=", "<link", "<script", "@import", "<form"] {
      #expect(!page.contains(needed), "\(needed)")
    }
  }

  @Test(
    "names in a log are inert",
    arguments: ["<script>alert(1)</script>", "a\"onmouseover=\"x", "'><img src=x>", "{{host}}"])
  func names(name: String) throws {
    let log =
      "timestamp;host;process;handles\n"
      + (0..<60).map {
        "1999-03-01 08:\($0 < 10 ? "0" : "")\($0):00;\(name);\(name);\(800 + $0 * 30)\n"
      }
      .joined()
    for answer in ["page", "file"] {
      let response = try post(log.replacing("\"", with: "\"\""), [("answer", answer)])
      #expect(response.status == 200)
      #expect(!response.text.contains("<script>alert") && !response.text.contains("<img src=x"))
      #expect(!response.text.contains("onmouseover=\"x"))
    }
  }

  @Test("the sample log has a leak, and its page is small and has a validator")
  func sample() throws {
    let answer = try client.get("/diagnose?sample=1", ["Accept-Encoding": "gzip"])
    #expect(answer.status == 200 && answer.body.count < 20_000)
    let page = try client.get("/diagnose?sample=1")
    #expect(page.text.contains("Diagnosis of <bdi>PLC-12</bdi>"))
    #expect(page.text.contains("LINEVIEW: forecast"))
    let tag = try #require(page.fields["etag"])
    #expect(try client.get("/diagnose?sample=1", ["If-None-Match": tag]).status == 304)
    #expect(
      try client.get("/assets/sample-log.csv").fields["content-type"] == "text/csv; charset=utf-8")
    #expect(try client.get("/diagnose").text.contains("/diagnose?sample=1"))
  }

  @Test(
    "a file's name is one everywhere",
    arguments: [
      ("PLC-07", "diagnosis-PLC-07"), ("../x\"y", "diagnosis----x-y"), ("é", "diagnosis--"),
      (nil, "diagnosis"),
    ])
  func fileName(host: String?, name: String) {
    #expect(DiagnosisPage.fileName(host) == name)
  }
}
