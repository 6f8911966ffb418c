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

@Suite("Articles that could explain a leak")
struct RelatedArticlesTests {
  private static let server = TestArchive.server

  private static let logon = TestArchive.article(
    259_042, "Handle leak in WinLogon", text: "The Winlogon process may show a handle leak.",
    fixes: [TestArchive.rule(.hotfix, from: .sp6)])

  private static let articles: [Article] =
    [
      .q179827, logon,
      TestArchive.article(
        100_101, "A session leaks", text: "The file winlogon.exe is replaced, and the leak ends.",
        fixes: [TestArchive.rule(.servicePack(.srp))]),
      TestArchive.article(
        100_102, "Handle leak in WinLogon, long ago", text: "A winlogon leak.",
        fixes: [TestArchive.rule(.servicePack(.sp4))]),
      TestArchive.article(
        100_103, "Winlogon says hello", text: "Nothing more.", fixes: [TestArchive.rule(.hotfix)]),
      TestArchive.article(
        100_104, "Handle leak in Winlogon of another product", text: "A winlogon leak.",
        fixes: [TestArchive.rule(.hotfix, product: TestArchive.exchange)]),
    ]
    + (0..<9).map {
      TestArchive.article(
        100_200 + $0, "Spooler leak \($0)", text: "The spoolss process leaks handles.",
        fixes: [TestArchive.rule(.hotfix)])
    }

  private static func log(_ process: String, perSample: Int = 3) -> [UInt8] {
    let lines = (0..<240).map { row in
      let minute = row % 60 < 10 ? "0\(row % 60)" : "\(row % 60)"
      return "1999-03-01T0\(row / 60):\(minute):00Z,H,\(process),212,\(800 + row * perSample)\n"
    }
    return Array(("timestamp,host,process,pid,handles\n" + lines.joined()).utf8)
  }

  private static func related(
    _ client: TestClient, _ process: String, perSample: Int = 3,
    machine: String = "product=windows-nt-server-4.0&service_pack=SP6"
  ) throws -> [String] {
    let answer = try client.post(
      "/api/v1/diagnoses?\(machine)", log(process, perSample: perSample),
      ["Content-Type": "text/csv"])
    #expect(answer.status == 200)
    let items = try #require(try answer.json()["related"] as? [[String: Any]])
    #expect(items.allSatisfy { $0["title"] is String })
    return items.compactMap { $0["id"] as? String }
  }

  @Test(
    "those of the program that the level lacks, best first",
    arguments: ["WINLOGON", "winlogon.exe"])
  func program(name: String) throws {
    let client = try TestClient(articles: Self.articles)
    #expect(try Self.related(client, name) == ["Q259042", "Q100101"])
    // As long as the level isn't known all of them can be it.
    let all = try Self.related(client, name, machine: "product=windows-nt-server-4.0")
    #expect(Set(all) == ["Q259042", "Q100101", "Q100102"])
    let early = "product=windows-nt-server-4.0&service_pack=SP3"
    #expect(Set(try Self.related(client, name, machine: early)) == ["Q100101", "Q100102"])
  }

  @Test("none without a leak, for another program, for a name that says nothing, of itself")
  func none() throws {
    let client = try TestClient(articles: Self.articles)
    #expect(try Self.related(client, "WINLOGON", perSample: 0).isEmpty)
    for name in ["EXTRA", "A", "7", "-", "\"x\" OR leak*", "win\"logon", "NEAR(", "*", "{title}"] {
      let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
      #expect(try Self.related(client, quoted).isEmpty, "\(name)")
    }
    #expect(client.failures.all.isEmpty)
    #expect(try Self.related(client, "WINLOGON", machine: "product=no-such-product").isEmpty)
    #expect(try Self.related(TestClient(), "EXTRA").isEmpty)
  }

  @Test("they are few, and always the same")
  func bounded() throws {
    let client = try TestClient(articles: Self.articles)
    let first = try Self.related(client, "SPOOLSS")
    #expect(first.count == 5)
    #expect(try Self.related(client, "SPOOLSS") == first)
  }

  @Test("a search that takes too long is left out, and the diagnosis stands")
  func timedOut() throws {
    let many = (0..<3_000).map {
      TestArchive.article(
        300_000 + $0, "Handle leak in WinLogon \($0)", fixes: [TestArchive.rule(.hotfix)])
    }
    let client = try TestClient(articles: [.q179827] + many, timeLimit: .nanoseconds(1))
    #expect(try Self.related(client, "WINLOGON").isEmpty)
    #expect(client.failures.all.isEmpty)
  }

  @Test("the page and the fleet name them too")
  func others() throws {
    let client = try TestClient(articles: Self.articles)
    let boundary = "b"
    let form = """
      --b\r\nContent-Disposition: form-data; name="product"\r\n\r\nwindows-nt-server-4.0\r\n\
      --b\r\nContent-Disposition: form-data; name="service_pack"\r\n\r\nSP6\r\n\
      --b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\
      \(String(decoding: Self.log("WINLOGON"), as: UTF8.self))\r\n--b--\r\n
      """
    let page = try client.post(
      "/diagnose", form.utf8, ["Content-Type": "multipart/form-data; boundary=\(boundary)"])
    #expect(page.text.contains("<a href=\"/kb/Q259042\">"))

    let fleet = try FleetClient(articles: Self.articles)
    let stored = try fleet.send(
      "POST", "/telemetry?product=windows-nt-server-4.0&service_pack=SP6",
      try fleet.token(.upload), ["Content-Type": "text/csv"], bytes: Self.log("WINLOGON"))
    #expect(stored.status == 200)
    let diagnosis = try fleet.get("/hosts/H/diagnosis", try fleet.token(.read)).json()
    let items = try #require(diagnosis["related"] as? [[String: Any]])
    #expect(items.first?["id"] as? String == "Q259042")
  }
}
