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

@Suite("Search over HTTP")
struct SearchRouteTests {
  let client: TestClient
  private static let path = "/api/v1/articles"

  init() throws { client = try TestClient(articles: [.q179827] + TestArchive.articles) }

  private func ids(_ json: [String: Any]) -> [String] {
    (json["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }

  @Test("hits come with snippets, facets and the shape of a list")
  func hits() throws {
    let answer = try client.get("\(Self.path)?q=logon+process")
    #expect(answer.status == 200)
    #expect(answer.fields["content-type"] == "application/json")
    let json = try answer.json()
    #expect(ids(json) == ["Q259042"])
    let item = try #require((json["items"] as? [[String: Any]])?.first)
    #expect(Set(item.keys) == ["id", "title", "date", "group", "snippet"])
    #expect((item["snippet"] as? String)?.contains("<mark>logon</mark>") == true)
    #expect(json["next"] is NSNull && json["did_you_mean"] is NSNull)
    let facets = try #require(json["facets"] as? [String: Any])
    #expect(facets["total"] as? Int == 1)
    #expect(
      Set(facets.keys) == [
        "total", "counted", "product", "group", "year", "fixed_in", "keyword",
      ])
    let levels = try #require(facets["fixed_in"] as? [[String: Any]])
    #expect(levels.first?["value"] as? String == "SP6a" && levels.first?["count"] as? Int == 1)
  }

  @Test(
    "filters narrow the list down",
    arguments: [
      ("group=exchange", 250), ("product=exchange-server-5.5&fixed_in=SP2", 250),
      ("fixed_in=SP6a", 1), ("keyword=kbWinNT400sp6fix", 1), ("year=1998", 250),
      ("q=giraffe", 3), ("q=giraffe+-latest", 2), ("q=%22sends+mail%22&group=winnt", 0),
      ("group=", 258),
    ])
  func filters(query: String, count: Int) throws {
    let json = try client.get("\(Self.path)?\(query)").json()
    #expect((json["facets"] as? [String: Any])?["total"] as? Int == count)
  }

  @Test("paging ends, and shows each article once", arguments: [7, 100])
  func paging(limit: Int) throws {
    var seen: [String] = []
    var target: String? = "\(Self.path)?q=okapi&limit=\(limit)"
    while let present = target {
      let answer = try client.get(present)
      let json = try answer.json()
      seen += ids(json)
      let link = answer.fields["link"]
      #expect((json["next"] is NSNull) == (link == nil))
      target = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
      #expect(link?.hasSuffix("; rel=\"next\"") ?? true)
      try #require(seen.count <= 250)
    }
    #expect(seen.count == 250 && Set(seen).count == 250)
  }

  @Test("an exact number comes first, and the page leads to the article")
  func exact() throws {
    for text in ["Q179827", "kb179827", "179827"] {
      #expect(ids(try client.get("\(Self.path)?q=\(text)").json()).first == "Q179827")
      let page = try client.get("/kb?q=\(text)")
      #expect(page.status == 303 && page.fields["location"] == "/kb/Q179827")
    }
  }

  @Test("a misspelt word is mended where nothing was found")
  func spelling() throws {
    let json = try client.get("\(Self.path)?q=handel+lok").json()
    #expect(ids(json).isEmpty)
    let page = try client.get("/kb?q=problam")
    #expect(page.text.contains("Did you mean <a href=\"/kb?q=problem\">"))
  }

  @Test("suggestions come while somebody types")
  func suggestions() throws {
    let json = try client.get("/api/v1/suggestions?q=handle+le").json()
    #expect(ids(json).contains("Q259042"))
    #expect(ids(try client.get("/api/v1/suggestions?q=Q2590").json()) == ["Q259042"])
    #expect(try client.get("/api/v1/suggestions").status == 200)
  }

  @Test("browsers get suggestions in the form of OpenSearch, with addresses of their host")
  func openSearchSuggestions() throws {
    let path = "/api/v1/suggestions?format=opensearch&q=Q2590"
    let answer = try client.get(path, ["X-Forwarded-Proto": "https"])
    #expect(answer.fields["content-type"] == "application/x-suggestions+json")
    let parts = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.body)) as? [Any])
    #expect(parts.count == 4)
    #expect(parts[0] as? String == "Q2590")
    #expect((parts[1] as? [String])?.count == 1)
    #expect(parts[2] as? [String] == ["Q259042"])
    #expect(parts[3] as? [String] == ["https://localhost/kb/Q259042"])
    #expect(
      try client.get("/api/v1/suggestions?format=opensearch&q=%22%3C").text
        == #"["\"<",[],[],[]]"# + "\n")
    #expect(try client.get("/api/v1/suggestions?format=xml").status == 400)
    let description = try client.get("/opensearch.xml").text
    #expect(
      description.contains(
        "<Url type=\"application/x-suggestions+json\" "
          + "template=\"http://localhost/api/v1/suggestions?format=opensearch&amp;q={searchTerms}\"/>"
      ))
  }

  @Test(
    "what somebody types is never an error of the server",
    arguments: [
      "%22", "AND", "NOT", "OR+OR", "NEAR(", "NEAR(a+b,+2)", "*", "a*", "title:x", "%5E", "-", "--",
      "()", "%7B%7D", "%27", "%3B+DROP+TABLE+article", "%E2%80%AE", "%F0%9F%98%80", "a%0Ab",
      "%22%22%22", "-a+-b", "%00", "a+AND+NOT+b", String(repeating: "x+", count: 50),
      String(repeating: "the-", count: 50), "%22" + String(repeating: "the+", count: 50) + "%22",
      "col:x", "title%3A", "a+%2B+b", "%5Ea", "NEAR(%22a%22)", "a*b*", "%22a%22*", "%FF", "%C0%80",
      String(repeating: "x", count: 10_000),
    ])
  func hostile(query: String) throws {
    for path in [Self.path, "/kb", "/api/v1/suggestions"] {
      let status = try client.get("\(path)?q=\(query)").status
      #expect(status == 200 || status == 400 || status == 414, "\(path) \(query): \(status)")
    }
    #expect(client.failures.all.isEmpty)
  }

  @Test("a search that can't be answered says why, in one sentence")
  func refusals() throws {
    let long = String(repeating: "x", count: 257)
    for path in [
      "\(Self.path)?", "/kb?", "/missing?product=windows-nt-server-4.0&service_pack=SP3&",
      "/api/v1/missing?product=windows-nt-server-4.0&service_pack=SP3&",
    ] {
      for (query, reason) in [(long, "at most 256 bytes."), ("-registry", "a word to look for")] {
        let answer = try client.get("\(path)q=\(query)")
        #expect(answer.status == 400, "\(path)")
        #expect(answer.text.contains(reason) && !answer.text.contains("\(reason)."), "\(path)")
      }
    }
  }

  @Test(
    "parameters that can't be right are 400",
    arguments: [
      "limit=0", "limit=-1", "limit=101", "limit=9223372036854775808", "limit=1e9", "limit=",
      "cursor=x", "cursor=", "cursor=ffffffffffffffff", "product=windows-95-9", "fixed_in=soon",
      "year=0", "year=x", "q=a&q=b", "group=\(String(repeating: "g", count: 300))",
    ])
  func refused(query: String) throws {
    let answer = try client.get("\(Self.path)?\(query)")
    #expect(answer.status == 400)
    #expect(answer.fields["content-type"] == "application/problem+json")
  }

  @Test("a cursor belongs to its query")
  func foreignCursor() throws {
    let cursor = try #require(
      try client.get("\(Self.path)?q=okapi&limit=5").json()["next"] as? String)
    #expect(try client.get("\(Self.path)?q=okapi&limit=5&cursor=\(cursor)").status == 200)
    #expect(try client.get("\(Self.path)?q=giraffe&cursor=\(cursor)").status == 400)
  }

  @Test("the page shows hits, facets and the way on")
  func page() throws {
    let answer = try client.get("/kb?q=okapi&group=exchange")
    #expect(answer.status == 200)
    #expect(answer.text.contains("250 articles") && answer.text.contains("<mark>okapi</mark>"))
    #expect(answer.text.contains(#"rel="next">More</a>"#))
    #expect(answer.text.contains(#"<li><a href="/kb?q=okapi">exchange <span"#))
    #expect(answer.text.contains(#"<input type="hidden" name="group" value="exchange">"#))
    #expect(try client.get("/kb").text.contains("258 articles"))
  }

  @Test("markup and marks of direction in articles and queries are inert")
  func inert() throws {
    let page = try client.get("/kb?q=zebra+%3Cscript%3E%22onx=%22").text
    #expect(!page.contains("<script>") && !page.contains("\"onx"))
    for target in [
      "/kb?q=zebra", "/kb/Q100001", "/missing?product=windows-nt-server-4.0&service_pack=SP3",
    ] {
      let text = try client.get(target).text
      #expect(text.contains("&lt;script&gt;alert(1)"), "\(target)")
      #expect(!text.contains("<script>") && !text.contains("<b onmouse") && !text.contains("<i>g"))
      #expect(text.contains("<bdi>&lt;script"), "\(target)")
    }
    let json = try client.get("\(Self.path)?q=zebra").json()
    let item = try #require((json["items"] as? [[String: Any]])?.first)
    let snippet = try #require(item["snippet"] as? String)
    #expect(snippet.contains("<mark>zebra</mark> &lt;b onmouseover=&quot;x&quot;&gt;"))
  }

  @Test("answers that are worked for have validators too")
  func conditional() throws {
    for target in [
      "\(Self.path)?q=giraffe", "/kb?q=giraffe",
      "/api/v1/missing?product=exchange-server-5.5&service_pack=SP1",
      "/api/v1/vex?product=windows-nt-server-4.0&service_pack=SP3",
      "/missing?product=exchange-server-5.5&service_pack=SP1", "/api/v1/suggestions?q=only",
    ] {
      for fields in [["Accept-Encoding": "identity"], ["Accept-Encoding": "gzip"]] {
        let first = try client.get(target, fields)
        #expect(first.status == 200, "\(target)")
        let tag = try #require(first.fields["etag"])
        let again = try client.get(target, fields.merging(["If-None-Match": tag]) { $1 })
        #expect(again.status == 304 && again.body.isEmpty)
        let head = try client.send("HEAD", target, fields)
        #expect(head.fields == first.fields && head.body.isEmpty)
      }
    }
  }
}
