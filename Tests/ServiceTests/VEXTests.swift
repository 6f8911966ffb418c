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

@Suite("OpenVEX over HTTP")
struct VEXTests {
  let client: TestClient
  private static let server = "/api/v1/vex?product=windows-nt-server-4.0"

  init() throws { client = try TestClient(articles: [.q179827] + TestArchive.articles) }

  private func statuses(_ target: String) throws -> [String: String] {
    let statements = try #require(try client.get(target).json()["statements"] as? [[String: Any]])
    var statuses: [String: String] = [:]
    for statement in statements {
      let vulnerability = try #require(statement["vulnerability"] as? [String: Any])
      let name = try #require(vulnerability["name"] as? String)
      #expect(statuses[name] == nil)
      statuses[name] = statement["status"] as? String
    }
    return statuses
  }

  @Test("a document has the members that the specification demands, and no others")
  func document() throws {
    let json = try client.get("\(Self.server)&service_pack=SP3").json()
    #expect(
      Set(json.keys) == [
        "@context", "@id", "author", "role", "timestamp", "version", "tooling", "statements",
      ])
    #expect(json["@context"] as? String == "https://openvex.dev/ns/v0.2.0")
    #expect((json["@id"] as? String)?.hasPrefix("https://openvex.dev/docs/") == true)
    #expect(json["version"] as? Int == 1)
    let timestamp = try #require(json["timestamp"] as? String)
    #expect(timestamp.wholeMatch(of: /20[0-9-]{8}T[0-9:]{8}Z/) != nil)
    let statements = try #require(json["statements"] as? [[String: Any]])
    for statement in statements {
      #expect(
        Set(statement.keys).isSubset(of: [
          "vulnerability", "products", "status", "status_notes", "action_statement",
        ]))
      let isAffected = statement["status"] as? String == "affected"
      #expect((statement["action_statement"] as? String)?.isEmpty == (isAffected ? false : nil))
      let products = try #require(statement["products"] as? [[String: Any]])
      #expect(
        products.map { $0["@id"] as? String } == ["pkg:generic/microsoft/windows-nt-server-4.0@SP3"]
      )
    }
  }

  @Test("statements say what the fix check says, and never not_affected")
  func statuses() throws {
    #expect(
      try statuses("\(Self.server)&service_pack=SP3") == [
        "MSKB-Q179827": "affected", "MSKB-Q100001": "affected", "MSKB-Q100003": "affected",
        "MSKB-Q100004": "affected", "MSKB-Q100005": "under_investigation",
        "MSKB-Q259042": "under_investigation",
      ])
    #expect(
      try statuses("\(Self.server)&service_pack=SP6a") == [
        "MSKB-Q179827": "fixed", "MSKB-Q100001": "fixed", "MSKB-Q100003": "affected",
        "MSKB-Q100004": "affected", "MSKB-Q100005": "under_investigation",
        "MSKB-Q259042": "fixed",
      ])
    #expect(Set(try statuses(Self.server).values) == ["under_investigation"])
    #expect(
      try statuses("/api/v1/vex?product=exchange-server-5.5&service_pack=SP1").count == 250)
  }

  @Test("the same knowledge gives the same document")
  func repeatable() throws {
    let target = "\(Self.server)&service_pack=SP3"
    let first = try client.get(target)
    #expect(try client.get(target).body == first.body)
    let other = try client.get("\(Self.server)&service_pack=SP4").json()
    #expect(other["@id"] as? String != (try first.json()["@id"] as? String))
  }

  @Test(
    "a question without an answer is 400 or 404",
    arguments: [
      ("/api/v1/vex", 400), ("/api/v1/vex?product=x", 400),
      ("\(server)&service_pack=SP9", 400), ("\(server)&service_pack=latest", 400),
      ("/api/v1/vex?product=windows-2000&service_pack=SP1", 404),
    ])
  func refused(target: String, status: Int) throws {
    let answer = try client.get(target)
    #expect(answer.status == status)
    #expect(answer.fields["content-type"] == "application/problem+json")
  }
}
