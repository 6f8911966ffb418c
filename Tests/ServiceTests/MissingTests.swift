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

@Suite("What a level lacks, over HTTP")
struct MissingTests {
  let client: TestClient
  private static let path = "/api/v1/missing"
  private static let server = "product=windows-nt-server-4.0"
  private static let mail = "product=exchange-server-5.5&service_pack=SP1"

  init() throws {
    client = try TestClient(articles: [.q179827, TestArchive.formula] + TestArchive.articles)
  }

  private func ids(_ json: [String: Any]) -> [String] {
    (json["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }

  @Test(
    "the list is that of the level",
    arguments: [
      ("RTM", ["Q100003", "Q100001", "Q179827", "Q100009", "Q100004"]),
      ("SP3", ["Q100003", "Q100001", "Q179827", "Q100009", "Q100004"]),
      ("SP4", ["Q100003", "Q100001", "Q100004"]),
      ("Service+Pack+5", ["Q100003", "Q100004"]),
      // SP6 or SP6a: the lower one, which has the bug that came with it.
      ("Service+Pack+6", ["Q100003", "Q259042", "Q100004"]),
      ("SP6a", ["Q100003", "Q100004"]),
    ])
  func levels(level: String, expected: [String]) throws {
    let json = try client.get("\(Self.path)?\(Self.server)&service_pack=\(level)").json()
    #expect(ids(json) == expected)
    #expect(json["product"] as? String == "windows-nt-server-4.0")
    let notes = try #require(json["notes"] as? [String])
    #expect(notes.isEmpty == (level != "Service+Pack+6"))
    for item in json["items"] as? [[String: Any]] ?? [] {
      #expect(Set(item.keys) == ["id", "title", "date", "group", "state", "fixed_in"])
      let isFixed = item["state"] as? String == "fixed"
      #expect((item["fixed_in"] is NSNull) != isFixed)
    }
  }

  @Test("each article of the list is affected for the fix check too")
  func agreesWithCheck() throws {
    for level in ["RTM", "SP1", "SP2", "SP3", "SP4", "SP5", "SP6", "SP6a", "SRP"] {
      let question = "\(Self.server)&service_pack=\(level)"
      let listed = Set(ids(try client.get("\(Self.path)?\(question)&limit=100").json()))
      for article in [Article.q179827] + TestArchive.articles.prefix(7) {
        let verdict = try client.get("/api/v1/articles/\(article.id)/fix?\(question)").json()
        #expect(
          listed.contains(article.id.description) == (verdict["verdict"] as? String == "affected"),
          "\(article.id) at \(level)")
      }
    }
  }

  @Test("paging ends without doubles", arguments: ["json", "ndjson"])
  func paging(format: String) throws {
    var seen: [String] = []
    var target: String? = "\(Self.path)?\(Self.mail)&limit=100&format=\(format)"
    while let present = target {
      let answer = try client.get(present)
      seen +=
        format == "json"
        ? ids(try answer.json())
        : answer.text.split(separator: "\n").compactMap { line in
          line.firstRange(of: "\"id\":\"").map {
            String(line[$0.upperBound...].prefix { $0 != "\"" })
          }
        }
      target = answer.fields["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
      try #require(seen.count <= 250)
    }
    #expect(seen.count == 250 && Set(seen).count == 250)
  }

  @Test(
    "the form is taken from the path, from format or from Accept",
    arguments: [
      ("/api/v1/missing.csv?", nil, "text/csv; charset=utf-8"),
      ("/api/v1/missing.ndjson?", nil, "application/x-ndjson"),
      ("/api/v1/missing.json?", "text/csv", "application/json"),
      ("/api/v1/missing?format=csv&", "application/json", "text/csv; charset=utf-8"),
      ("/api/v1/missing?", "text/csv", "text/csv; charset=utf-8"),
      ("/api/v1/missing?", "application/x-ndjson", "application/x-ndjson"),
      ("/api/v1/missing?", "*/*", "application/json"),
      ("/api/v1/missing?", nil, "application/json"),
    ])
  func forms(start: String, accept: String?, mediaType: String) throws {
    let answer = try client.get(start + Self.mail, accept.map { ["Accept": $0] } ?? [:])
    #expect(answer.status == 200)
    #expect(answer.fields["content-type"] == mediaType)
    if mediaType != "application/json" {
      // All of it, without paging; CSV has a header.
      let lines = answer.text.split(whereSeparator: \.isNewline).count
      #expect(lines == (mediaType.hasPrefix("text/csv") ? 251 : 250))
    }
  }

  @Test("a form that the list can't be had in is 406, one that nobody knows 400")
  func refusedForms() throws {
    #expect(try client.get("\(Self.path)?\(Self.mail)", ["Accept": "image/png"]).status == 406)
    #expect(try client.get("\(Self.path)?\(Self.mail)&format=xml").status == 400)
    #expect(try client.get("/api/v1/missing.xml?\(Self.mail)").status == 404)
  }

  @Test("a cell that begins like a formula is inert, and commas and quotes stay in their cell")
  func formula() throws {
    let text = try client.get("/api/v1/missing.csv?\(Self.server)&service_pack=SP3").text
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.first == "id,title,date,group,state,fixed_in")
    #expect(
      lines.contains(
        #"Q100009,"'=HYPERLINK(""http://example.com"",""x""), and more",1999-03-01,winnt,fixed,SP4"#
      ))
    for cell in ["=1", "+1", "-1", "@x", "\t=1", "\r=1"] {
      var csv = CSV(header: ["a"])
      csv.append([cell])
      #expect(String(decoding: csv.bytes, as: UTF8.self).contains("'" + cell))
    }
  }

  @Test(
    "a question that can't be right is 400",
    arguments: [
      "", "product=windows-nt-server-4.0", "service_pack=SP3", "product=nothing&service_pack=SP3",
      "\(server)&service_pack=SP9", "\(server)&service_pack=latest", "\(mail)&limit=0",
      "\(mail)&cursor=0", "\(server)&\(server)&service_pack=SP3",
    ])
  func refused(query: String) throws {
    let answer = try client.get("\(Self.path)?\(query)")
    #expect(answer.status == 400)
    #expect(try answer.json()["status"] as? Int == 400)
  }

  @Test("words narrow the list down")
  func words() throws {
    let json = try client.get("\(Self.path)?\(Self.server)&service_pack=SP3&q=giraffe").json()
    #expect(ids(json) == ["Q100003", "Q100004"])
  }

  @Test("the page asks first, then lists with links to data")
  func page() throws {
    let form = try client.get("/missing")
    #expect(form.status == 200 && !form.text.contains("<table"))
    #expect(try client.get("/missing?\(Self.server)&service_pack=unknown").status == 200)
    let list = try client.get("/missing?\(Self.mail)&q=")
    #expect(list.status == 200 && list.text.contains(#"<a href="/kb/Q200250">Q200250</a>"#))
    #expect(list.text.contains(#"<a href="/api/v1/missing.csv?product=exchange-server-5.5"#))
    #expect(list.text.contains(#"rel="next">More</a>"#))
    #expect(list.text.contains(#"<option value="SP1" selected>"#))
    let refused = try client.get("/missing?\(Self.server)&service_pack=SP9")
    #expect(refused.status == 400 && refused.text.contains("never had the level SP9"))
    #expect(refused.text.contains(#"value="windows-nt-server-4.0" data-levels="RTM SP1"#))
    let nothing = try client.get("/missing?product=windows-2000&service_pack=SP1")
    #expect(nothing.text.contains("not the same as none"))
  }
}
