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

@Suite("Articles over HTTP")
struct ArticleTests {
  let client: TestClient

  init() throws { client = try TestClient() }

  @Test(
    "the article comes as the client prefers it",
    arguments: [
      (nil, "text/html; charset=utf-8"), ("*/*", "text/html; charset=utf-8"),
      (
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html; charset=utf-8"
      ),
      ("application/json", "application/json"), ("APPLICATION/JSON", "application/json"),
      ("text/plain", "text/plain; charset=utf-8"),
      ("text/*;q=0.5, application/json", "application/json"),
      ("text/html;q=0, */*", "application/json"),
      ("text/plain, text/html;q=0.9", "text/plain; charset=utf-8"),
      ("", "text/html; charset=utf-8"),
    ])
  func negotiation(accept: String?, mediaType: String) throws {
    let answer = try client.get("/kb/Q179827", accept.map { ["Accept": $0] } ?? [:])
    #expect(answer.status == 200)
    #expect(answer.fields["content-type"] == mediaType)
    #expect(answer.fields["vary"]?.contains("Accept") == true)
  }

  @Test("what the client doesn't accept isn't sent")
  func notAcceptable() throws {
    #expect(try client.get("/kb/Q179827", ["Accept": "image/png"]).status == 406)
  }

  @Test("the record has the contract's shape")
  func record() throws {
    for target in ["/api/v1/articles/Q179827", "/kb/Q179827.json", "/api/v1/articles/179827"] {
      let record = try client.get(target).json()
      #expect(record["id"] as? String == "Q179827")
      #expect(record["title"] as? String == "Registry Handle Leak Causes Random Blue Screens")
      #expect(record["date"] as? String == "2001-08-09")
      #expect(record["source"] as? String == "restated")
      #expect((record["applies_to"] as? [String])?.count == 3)
      #expect((record["technology"] as? [String])?.count == 10)
      #expect((record["links"] as? [[String: String]])?.first?["id"] == "Q152734")
      let fixes = try #require(record["fixes"] as? [[String: Any]])
      #expect(fixes.count == 4)
      #expect(
        fixes.allSatisfy { $0["fixed"] as? String == "SP4" && $0["introduced"] as? String == "RTM" }
      )
      #expect(
        Set(record.keys).isSuperset(of: [
          "group", "product", "versions", "keywords", "issue_type", "solution_type", "query_words",
          "sections", "linked_from",
        ]))
    }
  }

  @Test(
    "other spellings of the number lead to the one address",
    arguments: ["/kb/179827", "/kb/q179827", "/kb/KB179827"])
  func redirects(target: String) throws {
    let answer = try client.get(target)
    #expect(answer.status == 308)
    #expect(answer.fields["location"] == "/kb/Q179827")
    #expect(try client.get(target + ".json").fields["location"] == "/kb/Q179827.json")
  }

  @Test("the search box leads to the article, or searches")
  func searchBox() throws {
    let answer = try client.get("/kb?q=+kb+179827")
    #expect(answer.status == 303)
    #expect(answer.fields["location"] == "/kb/Q179827")
    #expect(try client.get("/kb?q=handle+leak").status == 200)
    #expect(try client.get("/kb").status == 200)
  }

  @Test(
    "an article that isn't there is 404 with a search box",
    arguments: [
      "/kb/Q1", "/kb/Q99999999999999999999", "/kb/Q179827'--", "/kb/Q%D9%A1", "/kb/..x",
      "/kb/Q179827.xml",
    ])
  func unknownArticle(target: String) throws {
    let answer = try client.get(target)
    #expect(answer.status == 404)
    #expect(answer.fields["content-type"] == "text/html; charset=utf-8")
    #expect(answer.text.contains(#"<form action="/kb""#))
    #expect(try client.get(target, ["Accept": "application/json"]).json()["status"] as? Int == 404)
  }

  @Test("a known version is answered with 304, in both codings")
  func conditional() throws {
    for encoding in ["identity", "gzip"] {
      let fields = ["Accept-Encoding": encoding]
      let first = try client.get("/kb/Q179827", fields)
      #expect((first.fields["content-encoding"] == "gzip") == (encoding == "gzip"))
      let tag = try #require(first.fields["etag"])
      for condition in [tag, "*", "W/\(tag)", "\"other\", \(tag)"] {
        let second = try client.get(
          "/kb/Q179827", fields.merging(["If-None-Match": condition]) { $1 })
        #expect(second.status == 304 && second.body.isEmpty)
        #expect(second.fields["etag"] == tag)
      }
      let other = try client.get("/kb/Q179827", fields.merging(["If-None-Match": "\"x\""]) { $1 })
      #expect(other.status == 200)
    }
  }

  @Test("a date is believed where there is no tag, and ignored where it is none")
  func modifiedSince() throws {
    let first = try client.get("/kb/Q179827")
    let date = try #require(first.fields["last-modified"])
    func status(_ fields: [String: String]) throws -> Int {
      try client.get("/kb/Q179827", fields).status
    }
    #expect(try status(["If-Modified-Since": date]) == 304)
    #expect(try status(["If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"]) == 200)
    #expect(try status(["If-Modified-Since": "soon"]) == 200)
    #expect(try status(["If-Modified-Since": date, "If-None-Match": "\"x\""]) == 200)
    #expect(
      try status(["If-Modified-Since": "soon", "If-None-Match": first.fields["etag"] ?? ""]) == 304)
  }

  @Test("a request that takes the shortcut gets what the first of its kind got")
  func shortcuts() throws {
    let forms: [[String: String]] = [
      [:], ["Accept": "application/json"], ["Accept": "text/plain"], ["Accept-Encoding": "gzip"],
      ["Accept": "text/plain", "Accept-Encoding": "gzip"], ["Accept": "application/JSON"],
      ["Accept": "image/png"], ["If-None-Match": "*"], ["If-None-Match": "\"x\""],
    ]
    for target in ["/kb/Q179827", "/kb/Q179827?", "/kb/Q179827?x=1", "/api/v1/products", "/", "/?"]
    {
      let first = try forms.map { try client.get(target, $0) }
      for _ in 0..<3 {
        for (fields, expected) in zip(forms, first) {
          let again = try client.get(target, fields)
          #expect(again.status == expected.status && again.fields == expected.fields)
          #expect(again.body == expected.body)
          let tag = again.fields["etag"] ?? ""
          let known = try client.get(target, fields.merging(["If-None-Match": tag]) { $1 })
          #expect(known.status == (expected.status == 406 ? 406 : 304))
        }
      }
    }
  }

  @Test("a compressed page is the page")
  func gzip() throws {
    let plain = try client.get("/kb/Q179827")
    let compressed = try client.get("/kb/Q179827", ["Accept-Encoding": "br, gzip;q=0.5"])
    #expect(compressed.body.count < plain.body.count / 2)
    #expect(try Gzip.decompressed(compressed.body, limit: 1 << 20) == plain.body)
    #expect(compressed.fields["etag"] != plain.fields["etag"])
    let refused = try client.get("/kb/Q179827", ["Accept-Encoding": "gzip;q=0"])
    #expect(refused.fields["content-encoding"] == nil)
  }

  @Test(
    "HEAD answers like GET without the body, everywhere",
    arguments: [
      "/", "/kb", "/kb/Q179827", "/check", "/missing", "/diagnose", "/healthz", "/assets/style.css",
      "/nothing",
      "/api/v1/products", "/api/v1/articles/Q179827", "/api/v1/articles/Q179827/fix",
    ])
  func head(target: String) throws {
    let get = try client.get(target)
    let head = try client.send("HEAD", target)
    #expect(head.body.isEmpty)
    #expect(head.status == get.status)
    #expect(head.fields == get.fields)
  }

  @Test("every page is small, has a strict policy and no script of its own")
  func pages() throws {
    for target in ["/", "/kb", "/kb/Q179827", "/check", "/missing", "/simulate", "/diagnose"] {
      let answer = try client.get(target)
      #expect(answer.status == 200)
      #expect(answer.fields["content-security-policy"]?.contains("default-src 'none'") == true)
      #expect(answer.fields["x-content-type-options"] == "nosniff")
      let scripts = answer.text.ranges(of: "<script").count
      #expect(scripts == answer.text.ranges(of: #"<script type="module" src="/assets/"#).count)
      #expect(!answer.text.contains("style="))
      #expect(answer.body.count < 50_000)
    }
  }
}
