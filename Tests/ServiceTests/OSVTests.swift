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

@Suite("OSV over HTTP")
struct OSVTests {
  let client: TestClient

  init() throws { client = try TestClient(articles: [.q179827] + TestArchive.articles) }

  private func query(_ body: String) throws -> Answer {
    try client.post("/v1/query", body.utf8)
  }

  private func ids(_ result: [String: Any]) -> [String] {
    (result["vulns"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }

  private static func package(_ name: String, _ version: String?) -> String {
    let version = version.map { #","version":"\#($0)""# } ?? ""
    return #"{"package":{"name":"\#(name)","ecosystem":"Microsoft"}\#(version)}"#
  }

  /// The rules of the schema that our records can break.
  private func check(_ record: [String: Any]) throws {
    let members: Set = [
      "schema_version", "id", "modified", "summary", "affected", "database_specific",
    ]
    #expect(Set(record.keys) == members)
    #expect((record["schema_version"] as? String)?.hasPrefix("1.7.") == true)
    #expect((record["id"] as? String)?.wholeMatch(of: /MSKB-Q[1-9][0-9]*/) != nil)
    let time = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z/
    #expect((record["modified"] as? String)?.wholeMatch(of: time) != nil)
    let affected = try #require(record["affected"] as? [[String: Any]])
    #expect(!affected.isEmpty)
    for entry in affected {
      #expect(
        Set(entry.keys).isSubset(of: ["package", "ranges", "versions", "database_specific"]))
      let package = try #require(entry["package"] as? [String: String])
      #expect(Set(package.keys) == ["ecosystem", "name", "purl"])
      let versions = try #require(entry["versions"] as? [String])
      let ladder = try #require(
        ProductCatalogue.builtIn[ProductID(rawValue: package["name"] ?? "")]
      ).ladder.map(\.id)
      var expanded: [String] = []
      for range in entry["ranges"] as? [[String: Any]] ?? [] {
        #expect(range["type"] as? String == "ECOSYSTEM")
        let events = try #require(range["events"] as? [[String: String]])
        #expect(events.allSatisfy { $0.count == 1 })
        #expect(events.first?.keys.first == "introduced")
        #expect(
          !(events.contains { $0["fixed"] != nil }
            && events.contains { $0["last_affected"] != nil }))
        let start = try #require(ladder.firstIndex(of: events[0]["introduced"] ?? ""))
        let fixed = events.compactMap { $0["fixed"] }.first.flatMap { ladder.firstIndex(of: $0) }
        let last = events.compactMap { $0["last_affected"] }.first
          .flatMap { ladder.firstIndex(of: $0) }
        expanded += ladder[start..<(fixed ?? last.map { $0 + 1 } ?? ladder.count)]
      }
      // The enumeration and the ranges say the same.
      #expect(expanded == versions)
    }
  }

  @Test("a record has the schema's shape")
  func record() throws {
    for article in [Article.q179827] + TestArchive.articles.prefix(6) where !article.fixes.isEmpty {
      let answer = try client.get("/v1/vulns/MSKB-\(article.id)")
      #expect(answer.status == 200 && answer.fields["etag"] != nil)
      try check(try answer.json())
    }
    let json = try client.get("/v1/vulns/MSKB-Q179827").json()
    #expect(json["modified"] as? String == "2001-08-09T00:00:00Z")
    let affected = try #require(json["affected"] as? [[String: Any]])
    #expect(affected.count == 4)
    let server = try #require(
      affected.first { ($0["package"] as? [String: String])?["name"] == "windows-nt-server-4.0" })
    #expect(server["versions"] as? [String] == ["RTM", "SP1", "SP2", "SP3"])
    let ranges = try #require(server["ranges"] as? [[String: Any]])
    #expect(
      ranges.first?["events"] as? [[String: String]] == [["introduced": "RTM"], ["fixed": "SP4"]])
  }

  @Test("a bug that came late, and one whose fix has no number, claim no more than is known")
  func ranges() throws {
    func entry(_ id: String) throws -> [String: Any] {
      try #require(
        (try client.get("/v1/vulns/\(id)").json()["affected"] as? [[String: Any]])?.first)
    }
    let late = try entry("MSKB-Q259042")
    #expect(late["versions"] as? [String] == ["SP6"])
    let unknown = try entry("MSKB-Q100005")
    #expect(unknown["versions"] as? [String] == [] && unknown["ranges"] == nil)
    let hotfix = try entry("MSKB-Q100003")
    #expect((hotfix["versions"] as? [String])?.count == 9)
  }

  @Test(
    "a query by package and version",
    arguments: [
      (package("windows-nt-server-4.0", "SP3"), 4), (package("windows-nt-server-4.0", "SP6"), 3),
      (package("Windows NT Server 4.0", "Service Pack 5"), 2),
      (#"{"package":{"name":"windows-nt-server-4.0"},"version":"SP5"}"#, 2),
      (#"{"package":{"purl":"pkg:generic/microsoft/windows-nt-server-4.0@SP5"}}"#, 2),
      (#"{"package":{"purl":"pkg:generic/microsoft/windows-nt-server-4.0"},"version":"SP5"}"#, 2),
      (#"{"package":{"purl":"pkg:generic/microsoft/windows-nt-server-4.0@SP5?arch=x86"}}"#, 2),
      (
        #"{"package":{"purl":"pkg:generic/microsoft/windows-nt-server-4.0?arch=x86#a"},"version":"SP5"}"#,
        2
      ),
      (#"{"package":{"purl":"PKG:Generic/Microsoft/windows-nt-server-4.0@SP5"}}"#, 2),
      (#"{"package":{"purl":"pkg://generic/microsoft/windows-nt-server-4.0@%53P5"}}"#, 2),
      (#"{"package":{"purl":"pkg:generic/other/windows-nt-server-4.0@SP5"}}"#, 0),
      (#"{"package":{"purl":"pkg:generic/windows-nt-server-4.0@SP5"}}"#, 0),
      (#"{"package":{"purl":"pkg:npm/%40angular/core@12.3.1?a=b#c/d"}}"#, 0),
      (package("windows-nt-server-4.0", nil), 6), (package("windows-nt-server-4.0", ""), 6),
      (package("windows-2000", "SP1"), 0), (package("nothing-at-all", "SP1"), 0),
      (#"{"package":{"name":"jinja2","ecosystem":"PyPI"},"version":"2.4.1"}"#, 0),
      (#"{"package":{"purl":"pkg:pypi/mlflow@0.4.0"}}"#, 0),
    ])
  func queries(body: String, count: Int) throws {
    let answer = try query(body)
    #expect(answer.status == 200)
    #expect(answer.fields["content-type"] == "application/json")
    let json = try answer.json()
    #expect(ids(json).count == count, "\(body): \(ids(json))")
    for record in json["vulns"] as? [[String: Any]] ?? [] { try check(record) }
    if count == 0 { #expect(answer.text == "{}\n") }
  }

  @Test("large answers come in parts", arguments: [Optional("SP1"), nil])
  func paging(version: String?) throws {
    var seen: [String] = []
    var token: String?
    repeat {
      var body = Self.package("exchange-server-5.5", version)
      if let token { body = String(body.dropLast()) + #","page_token":"\#(token)"}"# }
      let json = try query(body).json()
      seen += ids(json)
      token = json["next_page_token"] as? String
      try #require(seen.count <= 250)
    } while token != nil
    #expect(seen.count == 250 && Set(seen).count == 250)
  }

  @Test("a batch answers in order, with ids and times")
  func batch() throws {
    let queries = [
      Self.package("windows-nt-server-4.0", "SP3"), Self.package("nothing", "SP3"),
      Self.package("exchange-server-5.5", "SP1"), Self.package("windows-nt-server-4.0", "SP3"),
    ]
    let answer = try client.post(
      "/v1/querybatch", #"{"queries":[\#(queries.joined(separator: ","))]}"#.utf8)
    #expect(answer.status == 200)
    let results = try #require(try answer.json()["results"] as? [[String: Any]])
    #expect(results.map { ids($0).count } == [4, 0, 100, 4])
    #expect(results[1].isEmpty && results[2]["next_page_token"] is String)
    for item in results[0]["vulns"] as? [[String: Any]] ?? [] {
      let id = try #require(item["id"] as? String)
      #expect(Set(item.keys) == ["id", "modified"])
      let record = try client.get("/v1/vulns/\(id)").json()
      #expect(record["modified"] as? String == item["modified"] as? String)
    }
  }

  @Test(
    "a query that can't be answered is told as OSV.dev tells it",
    arguments: [
      "", "{", "[]", "null", "{}", #"{"commit":"6879efc2c1596d11a6a6ad296f80063b558d5e0f"}"#,
      #"{"package":{}}"#, #"{"package":"x"}"#, #"{"package":{"name":7}}"#,
      #"{"package":{"name":"a","purl":"pkg:pypi/a"}}"#, #"{"package":{"name":"a"},"package":{}}"#,
      #"{"package":{"purl":"pkg:generic/microsoft/windows-nt-server-4.0@SP1"},"version":"SP1"}"#,
      #"{"package":{"purl":""}}"#, #"{"package":{"purl":"x"}}"#, #"{"package":{"purl":"pkg:x"}}"#,
      #"{"package":{"purl":"pkg:1x/y"}}"#, #"{"package":{"purl":"pkg:generic/microsoft/%zz"}}"#,
      #"{"package":{"purl":"https://example.com/a/b"}}"#,
      package("windows-nt-server-4.0", "SP9"), package("windows-nt-server-4.0", "latest"),
      #"{"package":{"name":"windows-nt-server-4.0"},"page_token":"x"}"#,
      String(repeating: "[", count: 70), "{\"version\":\"\u{0}\"}",
    ])
  func refused(body: String) throws {
    for (path, text) in [("/v1/query", body), ("/v1/querybatch", #"{"queries":[\#(body)]}"#)] {
      // An empty batch asks for nothing, and is answered so.
      if text == #"{"queries":[]}"# { continue }
      let answer = try client.post(path, text.utf8)
      #expect(answer.status == 400, "\(text)")
      let json = try answer.json()
      #expect(Set(json.keys) == ["code", "message"] && json["code"] as? Int == 3)
      let message = try #require(json["message"] as? String)
      #expect(!message.isEmpty)
      for internals in ["CodingKey", "stringValue", "debugDescription", "Swift", "Expected to"] {
        #expect(!message.contains(internals), "\(message)")
      }
    }
  }

  @Test("more queries, or more bytes, than a batch takes are refused")
  func tooMany() throws {
    let one = Self.package("nothing", nil)
    func batch(_ count: Int) -> String {
      #"{"queries":[\#(Array(repeating: one, count: count).joined(separator: ","))]}"#
    }
    #expect(try client.post("/v1/querybatch", batch(1_000).utf8).status == 200)
    #expect(try client.post("/v1/querybatch", batch(1_001).utf8).status == 400)
    for path in ["/v1/query", "/v1/querybatch"] {
      let answer = try client.post(path, [UInt8](repeating: 32, count: 1 << 21))
      #expect(answer.status == 413)
      #expect(try answer.json()["code"] as? Int == 8)
      #expect(try Set(answer.json().keys) == ["code", "message"])
    }
  }

  @Test(
    "an id that isn't there is 404 in the same shape",
    arguments: [
      "MSKB-Q1", "MSKB-Q100006", "MSKB-179827", "MSKB-q179827", "Q179827", "CVE-2021-44228", "x",
      "MSKB-Q99999999999999999999",
    ])
  func notFound(id: String) throws {
    let answer = try client.get("/v1/vulns/\(id)")
    #expect(answer.status == 404)
    #expect(try answer.json()["code"] as? Int == 5)
    #expect(try client.send("DELETE", "/v1/vulns/\(id)").status == 405)
  }
}
